import ArgumentParser
import Domain
import Engine
import Storage

/// `leeway bench`: the project's own speed figures on this machine.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Speed figures on this machine, as JSON.",
    subcommands: [Tail.self, Decode.self, BenchDrift.self, TraceSpeed.self, BenchDraw.self])

  struct Tail: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "How fast a log is read, measured and made durable.",
      discussion: """
        Reads FILE, or the demo's seeded inference log of --generate lines (about 450 bytes and 20 fields each), in
        three ways: a fixed small job that other tools can be given too (by model: requests, error ratio, latency
        sketch, sums of tokens and cost; twelve fields read), the pipeline with the automatic metrics and rules, and
        the whole collector with a store. `latency` is how long it takes from the append of a line, one every 2 ms, until it
        has been counted, in milliseconds. The file is read once before, so that it is in the page cache, and each way
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

    @Option(help: "1, or 2: halves of the log are sources of their own, of which a second thread reads its part.")
    var threads = 1

    @Option(help: "The generator's seed.")
    var seed: UInt64 = 1

    enum Way: String, CaseIterable, ExpressibleByArgument {
      case job, pipeline, collect, latency
    }

    func run() throws {
      let scratch = try OutputFile.temporaryDirectory("leeway-bench")
      defer { OutputFile.removeDirectory(scratch) }
      let path = file.flatMap { generate == nil ? $0 : nil } ?? (file ?? scratch + "/inference.jsonl")
      if generate != nil || file == nil {
        let lines = max(1, min(50_000_000, generate ?? 200_000))
        try BenchLog.write(lines: lines, rate: rate, seed: seed, to: path)
      }
      let paths = try threads == 2 ? BenchLog.halves(of: path, in: scratch) : [path]
      let bytes = try paths.reduce(0) { try $0 + InputFile.warm($1) }
      var report = JSONObject([
        ("schema", 1), ("bench", "tail"), ("bytes", JSON(bytes)), ("rounds", JSON(rounds)), ("threads", JSON(threads)),
      ])
      for way in Way.allCases where only == nil || only == way {
        if way == .latency {
          report["latency"] = try latency(path, in: scratch)
          continue
        }
        let measured = try Measured.best(of: rounds) { try run(way, paths: paths, state: scratch + "/state-\($0)") }
        let figures = measured.figures(bytes: bytes)
        if report["mb_per_cpu_second"] == nil {
          for (name, value) in figures.object?.members ?? [] { report[name] = value }
        }
        report[way.rawValue] = figures
      }
      report["peak_mb"] = JSON(Measured.peakMegabytes)
      StandardOutput.json(.object(report))
    }

    func validate() throws {
      guard (1...2).contains(threads) else { throw ValidationError("--threads is 1 or 2") }
    }

    /// Follows a copy of the log's first lines, to which more are appended.
    private func latency(_ path: String, in scratch: String) throws -> JSON {
      let head = try InputFile.head(of: path, limit: 256 << 10)
      guard let end = head.lastIndex(of: 0x0A), let begin = head[..<end].lastIndex(of: 0x0A) else { return .null }
      let copy = scratch + "/latency.jsonl"
      try OutputFile.append(Array(head[...end]), to: copy)
      let times = try LatencyBenchmark(path: copy).run(
        1_000, of: Array(head[(begin + 1)...end]), pause: .milliseconds(2)
      ) {
        WorkerThread.start(name: "writer", $0)
      }
      guard !times.isEmpty else { return .null }
      func milliseconds(_ share: Double) -> JSON {
        JSON((times[Int(Double(times.count - 1) * share)] * 1e6).rounded() / 1e3)
      }
      return [
        "appends": JSON(times.count), "p50_ms": milliseconds(0.5), "p99_ms": milliseconds(0.99),
        "max_ms": milliseconds(1),
      ]
    }

    /// Reads the files in one of the ways and gives the number of lines.
    private func run(_ way: Way, paths: [String], state: String) throws -> Int {
      switch way {
      case .job: return try PipelineBenchmark(paths: paths, job: .peers).run()
      case .pipeline: return try PipelineBenchmark(paths: paths).run()
      case .latency: return 0
      case .collect:
        let store = try Store(directory: state, mode: .readWrite)
        let collector = try Collector(store: store, options: CollectorOptions(paths: paths)) { StandardError.line($0) }
        try collector.runOnce()
        return try store.read { try $0.sources() }.reduce(0) { $0 + Int($1.state["lines"]?.integer ?? 0) }
      }
    }
  }
}
