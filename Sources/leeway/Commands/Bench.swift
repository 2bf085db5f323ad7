import ArgumentParser
import Domain
import Engine
import Glibc
import Rehearsal
import Storage

/// `leeway bench`: the project's own speed figures on this machine.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Speed figures on this machine, as JSON.",
    subcommands: [Tail.self, BenchDrift.self, TraceSpeed.self])

  struct Tail: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "How fast a log is read, measured and made durable.",
      discussion: """
        Reads FILE, or the demo's seeded inference log of --generate lines (about 450 bytes and 20 fields each), in
        three ways: a fixed small job that other tools can be given too (by model: requests, error ratio, latency
        sketch, sums of tokens and cost; twelve fields read), the pipeline with the automatic metrics and rules, and
        the whole collector with a store. The file is read once before, so that it is in the page cache, and each way
        is measured --rounds times. The figures at the top are those of the small job.
        """)

    @OptionGroup var shared: SharedOptions

    @Argument(help: "A JSON-lines file.", completion: .file())
    var file: String?

    @Option(help: "Write a seeded inference log of about so many lines and read that.")
    var generate: Int?

    @Option(help: "How many requests a second the generated service serves; few fill many slots with little.")
    var rate = 2_000.0

    @Option(help: "How often to measure; the round with the least processor time counts.")
    var rounds = 3

    @Option(help: "Measure one way only: job, pipeline or collect.")
    var only: Way?

    @Option(help: "The generator's seed.")
    var seed: UInt64 = 1

    enum Way: String, CaseIterable, ExpressibleByArgument {
      case job, pipeline, collect
    }

    func run() throws {
      let scratch = try OutputFile.temporaryDirectory("leeway-bench")
      defer { OutputFile.removeDirectory(scratch) }
      let path = file.flatMap { generate == nil ? $0 : nil } ?? (file ?? scratch + "/inference.jsonl")
      if generate != nil || file == nil {
        let lines = max(1, min(50_000_000, generate ?? 200_000))
        try write(lines: lines, to: path)
      }
      let bytes = try InputFile.warm(path)
      var report = JSONObject([
        ("schema", 1), ("bench", "tail"), ("bytes", JSON(bytes)), ("rounds", JSON(rounds)),
      ])
      for way in Way.allCases where only == nil || only == way {
        let measured = try best(of: rounds) { try run(way, path: path, state: scratch + "/state-\($0)") }
        let figures = figures(bytes, measured)
        if report["mb_per_cpu_second"] == nil {
          for (name, value) in figures.object?.members ?? [] { report[name] = value }
        }
        report[way.rawValue] = figures
      }
      report["peak_mb"] = JSON(peakMegabytes)
      StandardOutput.json(.object(report))
    }

    /// Reads the file in one of the ways and gives the number of lines.
    private func run(_ way: Way, path: String, state: String) throws -> Int {
      switch way {
      case .job: return try PipelineBenchmark(path: path, job: .peers).run()
      case .pipeline: return try PipelineBenchmark(path: path).run()
      case .collect:
        let store = try Store(directory: state, mode: .readWrite)
        let collector = try Collector(store: store, options: CollectorOptions(paths: [path])) { StandardError.line($0) }
        try collector.runOnce()
        return try store.read { try $0.sources() }.first?.state["lines"]?.integer.map { Int($0) } ?? 0
      }
    }

    private func write(lines: Int, to path: String) throws {
      let now = SystemWallClock().now()
      let perSecond = max(1, min(100_000, rate))
      var log = InferenceLog(
        seed: seed, start: now - .seconds(Double(lines) / perSecond * 1.4), requestsPerSecond: perSecond)
      var written = 0
      let target = lines * 454
      while written < target {
        var piece: [UInt8] = []
        log.append(to: &piece, bytes: min(8 << 20, target - written))
        guard !piece.isEmpty else { break }
        try OutputFile.append(piece, to: path)
        written += piece.count
      }
    }

    private struct Measured {
      var seconds: Double
      var cpu: Double
      var lines: Int
    }

    private func measure(_ body: () throws -> Int) throws -> Measured {
      let (wall, cpu) = (clock(CLOCK_MONOTONIC), clock(CLOCK_PROCESS_CPUTIME_ID))
      let lines = try body()
      return Measured(seconds: clock(CLOCK_MONOTONIC) - wall, cpu: clock(CLOCK_PROCESS_CPUTIME_ID) - cpu, lines: lines)
    }

    /// The round that took the least processor time: the others were disturbed by what else the machine does.
    private func best(of rounds: Int, _ body: (Int) throws -> Int) throws -> Measured {
      var best: Measured?
      for round in 0..<max(1, min(100, rounds)) {
        let measured = try measure { try body(round) }
        if best.map({ measured.cpu < $0.cpu }) ?? true { best = measured }
      }
      return best ?? Measured(seconds: 0, cpu: 0, lines: 0)
    }

    private func clock(_ identifier: clockid_t) -> Double {
      var time = timespec()
      clock_gettime(identifier, &time)
      return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private func rate(_ bytes: Int, _ seconds: Double) -> Double {
      (Double(bytes) / 1e6 / max(seconds, 1e-9) * 10).rounded() / 10
    }

    private func figures(_ bytes: Int, _ measured: Measured) -> JSON {
      [
        "seconds": JSON(measured.seconds), "cpu_seconds": JSON(measured.cpu), "lines": JSON(measured.lines),
        "mb_per_second": JSON(rate(bytes, measured.seconds)), "mb_per_cpu_second": JSON(rate(bytes, measured.cpu)),
        "lines_per_second": JSON(Int(Double(measured.lines) / max(measured.seconds, 1e-9))),
      ]
    }

    private var peakMegabytes: Double {
      var usage = rusage()
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      return (Double(usage.ru_maxrss) / 102.4).rounded() / 10
    }
  }
}
