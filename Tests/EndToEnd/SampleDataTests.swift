import Domain
import Foundation
import Testing

/// The repository's sample, collected once for every test of the suite.
@Suite(.serialized) struct SampleDataTests {
  static let sample = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("SampleData").path
  static let files = ["inference", "traces.otlp", "feedback", "evaluations", "gpu"].map { "\(sample)/\($0).jsonl" }
  static let titles = [
    "agent loop finding: the same call again and again", "guardrail fails open: requests go unscreened",
    "p95 latency over its limit", "refusals rise: harmless requests are turned away",
  ]

  /// A state directory into which the sample was collected.
  private struct Collected {
    var directory: TemporaryDirectory
    var state: [String] { ["--state", directory.path + "/state"] }

    init() throws {
      directory = try TemporaryDirectory()
      let run = try Binary.run(
        ["collect", "--once", "--config", SampleDataTests.sample + "/leeway.yaml"] + state, in: directory)
      #expect(run.status == 0, "\(run.errors)")
    }
  }

  @Test func `the sample opens the incidents that its README tells of, collected and replayed`() throws {
    let collected = try Collected()
    let listed = try Binary.run(["incidents", "list", "--json"] + collected.state, in: collected.directory).json
    let incidents = try #require(listed["incidents"]?.array)
    #expect(incidents.compactMap { $0["title"]?.string }.sorted() == Self.titles, "\(listed.text)")

    let arguments = ["replay", "--config", Self.sample + "/leeway.yaml"] + Self.files
    let first = try Binary.run(arguments, in: collected.directory)
    #expect(first.status == 0, "\(first.errors)")
    let opened = try first.lines.filter { $0["verb"]?.string == "incident.open" }
    #expect(opened.compactMap { $0["detail"]?["title"]?.string }.sorted() == Self.titles)
    #expect(try first.lines.last?["lines"]?.integer == 1_751)
    let second = try Binary.run(arguments, in: collected.directory)
    #expect(first.output == second.output)
    #expect(first.output.count > 1_000)
    // The journal keeps microseconds, the answers milliseconds: compare by the second.
    func openings(_ values: [JSON], _ title: (JSON) -> String?, _ at: (JSON) -> String?) -> [String] {
      values.map { "\(title($0) ?? "") \((at($0) ?? "").prefix(19))" }.sorted()
    }
    #expect(
      openings(incidents, { $0["title"]?.string }, { $0["opened_at"]?.string })
        == openings(opened, { $0["detail"]?["title"]?.string }, { $0["at"]?.string }))
    let verified = try Binary.run(["audit", "verify", "--json"] + collected.state, in: collected.directory)
    #expect(try verified.json["ok"]?.bool == true)
  }

  @Test func `every screen is drawn at every size and in every format`() throws {
    let collected = try Collected()
    for screen in ["overview", "drift", "incidents", "incident", "traces", "help"] {
      for (columns, rows) in [(20, 5), (80, 24), (120, 40)] {
        let run = try Binary.run(["render", screen, "\(columns)x\(rows)"] + collected.state, in: collected.directory)
        #expect(run.status == 0, "\(screen) \(columns)x\(rows): \(run.errors)")
        let lines = run.output.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count - (run.output.hasSuffix("\n") ? 1 : 0) <= rows, "\(screen) \(columns)x\(rows)")
        #expect(lines.allSatisfy { $0.count <= columns }, "\(screen) \(columns)x\(rows): \(run.output)")
        #expect(run.output.contains { $0.isLetter })
      }
    }
    for (columns, rows) in [(20, 5), (80, 24), (120, 40)] {
      let size = "\(columns)x\(rows)"
      let ansi = try Binary.run(
        ["render", "overview", size, "--format", "ansi"] + collected.state, in: collected.directory)
      #expect(ansi.status == 0 && ansi.output.contains("\u{1B}["), "\(size): \(ansi.errors)")
      let svg = try Binary.run(
        ["render", "overview", size, "--format", "svg"] + collected.state, in: collected.directory)
      #expect(
        svg.status == 0 && svg.output.hasPrefix("<svg") && svg.output.contains("</svg>"), "\(size): \(svg.errors)")
    }
    let overview = try Binary.run(["render", "overview", "120x40"] + collected.state, in: collected.directory).output
    #expect(overview.contains("prod-assistant") && overview.contains("guardrail fails open"), "\(overview)")
  }
}
