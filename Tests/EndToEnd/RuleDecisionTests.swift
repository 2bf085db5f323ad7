import Domain
import Foundation
import Testing

/// Verdicts become suggestions, and a decision about a rule is recorded with what a replay says of it.
@Suite struct RuleDecisionTests {
  private static let origin = Timestamp(seconds: 1_790_000_000)

  private func run(_ arguments: [String], in directory: TemporaryDirectory, status: Int32 = 0) throws -> Binary.Run {
    let run = try Binary.run(arguments + ["--state", "state"], in: directory)
    #expect(run.status == status, "\(arguments): \(run.output) \(run.errors)")
    return run
  }

  /// Six bursts of failures two hours apart: four of eight, two of thirty.
  private func collected() throws -> TemporaryDirectory {
    var text = ""
    for second in stride(from: 0, to: 12 * 3_600, by: 10) {
      let (burst, into) = (second / 7_200, second % 7_200)
      let failures = burst % 3 == 2 ? 30 : 8
      let failed = into >= 3_600 && (into - 3_600) / 10 < failures
      let at = (Self.origin + .seconds(second)).formatted()
      text += "{\"ts\":\"\(at)\",\"tenant\":\"t\(burst)\",\"status\":\(failed ? 500 : 200)}\n"
    }
    let directory = try TemporaryDirectory()
    try directory.write("app.jsonl", text)
    try directory.write(
      "leeway.yaml",
      """
      service: s
      shipped_rules: off
      sources: [{ name: app, paths: [app.jsonl], time: ts, labels: { tenant: tenant } }]
      rules: [{ name: failures, source: app, by: [tenant], when: "count(status >= 500) over 5m > 5", severity: warn }]
      incidents: { reopen_window: 1s, auto_resolve: true }

      """)
    _ = try run(["collect", "--once"], in: directory)
    return directory
  }

  @Test("from verdicts to a suggestion, a replay, a decision, and the report") func way() throws {
    let directory = try collected()
    let incidents = try run(["incidents", "list", "--json"], in: directory).json["incidents"]?.array ?? []
    #expect(incidents.count == 6, "\(incidents.count)")
    #expect(try run(["rules", "suggest", "--json"], in: directory).json["suggestions"] == [])
    let numbers = incidents.compactMap { $0["number"]?.integer }.sorted()
    for (index, number) in numbers.enumerated() {
      let verdict = index % 3 == 2 ? "true_positive" : "false_positive"
      let incident = incidents.first { $0["number"]?.integer == number }
      let verb = incident?["state"] == "resolved" ? "close" : "dismiss"
      if verb == "dismiss", verdict == "true_positive" {
        _ = try run(["incidents", "resolve", "\(number)", "--reason", "over"], in: directory)
        _ = try run(["incidents", "close", "\(number)", "--verdict", verdict, "--reason", "real"], in: directory)
      } else {
        _ = try run(["incidents", verb, "\(number)", "--verdict", verdict, "--reason", "seen"], in: directory)
      }
    }
    let suggestions = try run(["rules", "suggest", "--json"], in: directory).json["suggestions"]?.array ?? []
    let raise = try #require(suggestions.first { $0["change"] == "raise" }, "\(suggestions)")
    #expect(raise["rule"] == "failures" && raise["from"]?.double == 5, "\(raise)")
    let bound = try #require(raise["to"]?.double)
    #expect(bound > 7 && bound < 30)

    let unseen = try run(
      ["rules", "decide", "failures", "--bound", "\(bound)", "--reason", "noise"], in: directory, status: 64)
    #expect(unseen.errors.contains("--replay FILE is needed"), "\(unseen.errors)")
    let decided = try run(
      [
        "rules", "decide", "failures", "--bound", "\(bound)", "--replay", "app.jsonl", "--reason", "four were noise",
        "--incident", "1", "--json",
      ], in: directory
    ).json
    #expect(decided["replay"]?["before"]?["fired"] == 6 && decided["replay"]?["after"]?["fired"] == 2, "\(decided)")
    let entry = try run(["audit", "log", "--act", "rule.decide", "--json"], in: directory).json["entries"]?.array?.last
    #expect(entry?["obj"]?["rule"] == "failures" && entry?["obj"]?["incident"] == "INC-1", "\(entry ?? .null)")
    #expect(entry?["data"]?["from"] == "5.0" && entry?["data"]?["reason"] == "four were noise")
    let report = try run(["report", "--format", "md", "--from", "2026-01-01T00:00:00Z"], in: directory).output
    #expect(report.contains("raise the bound from 5 to"), "\(report)")
    #expect(report.contains("fires 2 times instead of 6 in a replay"), "\(report)")
    let drawn = try run(["render", "assess", "200x50"], in: directory).output
    #expect(drawn.contains("raise the bound from 5"), "\(drawn)")
    #expect(try run(["audit", "verify"], in: directory).status == 0)
  }

  @Test("what cannot be decided is told") func mistakes() throws {
    let directory = try collected()
    func problem(_ arguments: [String], _ status: Int32) throws -> String {
      try run(["rules", "decide"] + arguments + ["--reason", "r"], in: directory, status: status).errors
    }
    #expect(try problem(["nothing", "--retire", "--replay", "app.jsonl"], 78).contains("has no rule 'nothing'"))
    #expect(try problem(["failures"], 64).contains("name one of"))
    #expect(try problem(["failures", "--retire", "--replay", "none.jsonl"], 66).contains("none.jsonl"))
    _ = try problem(["failures", "--keep"], 0)
  }
}
