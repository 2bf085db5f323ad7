import ArgumentParser
import Decoding
import Domain
import Engine
import Tailing

extension Bench {
  /// `leeway bench decode`: finding the fields of lines, and nothing else.
  struct Decode: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "How fast the fields of JSON lines are found.",
      discussion: """
        Holds FILE, or the demo's seeded inference log of 200,000 lines, in memory, splits it into lines and finds twelve
        fields in each. Nothing is measured or stored.
        """)

    @OptionGroup var shared: SharedOptions

    @Argument(help: "A JSON-lines file of at most 1 GiB.", completion: .file())
    var file: String?

    @Option(help: "How often to measure; the round with the least processor time counts.")
    var rounds = 3

    func run() throws {
      let scratch = try OutputFile.temporaryDirectory("leeway-bench")
      defer { OutputFile.removeDirectory(scratch) }
      if file == nil { try BenchLog.write(lines: 200_000, rate: 2_000, seed: 1, to: scratch + "/inference.jsonl") }
      let bytes = try InputFile.bytes(of: file ?? scratch + "/inference.jsonl")
      let plan = FieldPlan(PipelineBenchmark.peersFields.compactMap { FieldPath($0) })
      var records = 0
      let measured = try Measured.best(of: rounds) { _ in
        var scanner = JSONLineScanner(plan: plan)
        var table = FieldTable(columns: plan.paths.count)
        var lines = 0
        records = 0
        LineSplitter.forEachLine(of: bytes.span.bytes) { line in
          lines &+= 1
          if scanner.scan(line, into: &table) { records &+= 1 }
        }
        return lines
      }
      var report = JSONObject([("schema", 1), ("bench", "decode"), ("bytes", JSON(bytes.count))])
      for (name, value) in measured.figures(bytes: bytes.count).object?.members ?? [] { report[name] = value }
      report["records"] = JSON(records)
      report["peak_mb"] = JSON(Measured.peakMegabytes)
      StandardOutput.json(.object(report))
    }
  }
}
