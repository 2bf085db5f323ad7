import ArgumentParser
import CPosix
import Decoding
import Domain
import Glibc
import Traces

extension Bench {
  /// `leeway bench traces`: how fast spans are read and judged.
  struct TraceSpeed: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "traces", abstract: "How fast agents' spans are read, assembled and judged.",
      discussion: """
        Reads FILE, or a written OTLP file of --generate spans (GenAI conventions with arguments, results and answers,
        about 900 bytes each), end to end with every detector on; then the same spans by the detectors alone. One
        thread does all of it, so spans a second of processor time are spans a second and core.
        """)

    @OptionGroup var shared: SharedOptions

    @Argument(help: "A trace file.", completion: .file())
    var file: String?

    @Option(help: "Write so many spans and read those.")
    var generate: Int?

    @Option(help: "What the agents may do, as YAML or JSON.", completion: .file(extensions: ["yaml", "yml", "json"]))
    var policy: String?

    @Option(help: "How often to measure; the round with the least processor time counts.")
    var rounds = 3

    func run() throws {
      let scratch = try OutputFile.temporaryDirectory("leeway-bench")
      defer { OutputFile.removeDirectory(scratch) }
      let path = file ?? scratch + "/spans.jsonl"
      if file == nil || generate != nil {
        var log = TraceBenchmarkLog()
        let count = max(1, min(100_000_000, generate ?? 100_000))
        while log.spans < count { try OutputFile.append(log.lines(4_096), to: path) }
      }
      let bytes = try InputFile.warm(path)
      let policies = try PolicyFile.load(policy) ?? TraceBenchmarkLog.policies
      var best: (cpu: Double, wall: Double, spans: Int, findings: Int)?
      var kept: [[TraceSpan]] = []
      var keptSpans = 0
      for _ in 0..<max(1, min(100, rounds)) {
        let before = (leeway_processor_seconds(), leeway_monotonic_seconds())
        var assembler = RunAssembler(policies: policies)
        var findings = 0
        let summary = try TraceFile.read(path, prices: .builtIn) { batch in
          for update in assembler.add(batch.spans) { findings += update.findings.count }
          if best == nil, keptSpans < 100_000 {
            kept.append(batch.spans)
            keptSpans += batch.spans.count
          }
        }
        for update in assembler.finish() { findings += update.findings.count }
        let cpu = leeway_processor_seconds() - before.0
        if best.map({ cpu < $0.cpu }) ?? true {
          best = (cpu, leeway_monotonic_seconds() - before.1, summary.spans, findings)
        }
      }
      guard let best else { return }
      let alone = detectorsAlone(kept, policies)
      StandardOutput.json([
        "schema": 1, "bench": "traces", "bytes": JSON(bytes), "spans": JSON(best.spans), "seconds": JSON(best.wall),
        "cpu_seconds": JSON(best.cpu), "spans_per_cpu_second": JSON(Int(Double(best.spans) / max(best.cpu, 1e-9))),
        "mb_per_cpu_second": JSON((Double(bytes) / 1e5 / max(best.cpu, 1e-9)).rounded() / 10),
        "findings": JSON(best.findings),
        "detectors": ["spans": JSON(keptSpans), "spans_per_cpu_second": JSON(alone)], "rounds": JSON(rounds),
        "peak_mb": JSON(Measured.peakMegabytes),
      ])
    }

    private func detectorsAlone(_ batches: [[TraceSpan]], _ policies: PolicySet) -> Int {
      var least = Double.infinity
      for _ in 0..<max(1, min(100, rounds)) {
        let before = leeway_processor_seconds()
        var assembler = RunAssembler(policies: policies)
        for batch in batches { _ = assembler.add(batch) }
        least = min(least, leeway_processor_seconds() - before)
      }
      return Int(Double(batches.reduce(0) { $0 + $1.count }) / max(least, 1e-9))
    }
  }
}
