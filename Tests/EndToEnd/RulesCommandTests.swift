import Domain
import Foundation
import Testing

/// `leeway rules` and judged replays, as a user runs them.
@Suite struct RulesCommandTests {
  private static let rules = """
    labels: { tenant: tenant }
    rules:
      - { name: errors, when: "ratio(status >= 500) over 60s > 0.1", by: [tenant], for: 20s }
    tests:
      - name: errors fire
        records:
          - { from: 0s, to: 5m, every: 1s, record: { tenant: t1, status: 200 } }
          - { from: 5m, to: 7m, every: 1s, record: { tenant: t1, status: 503 } }
        expect:
          - { rule: errors, labels: { tenant: t1 }, at: 7m, state: STATE }
    """

  /// A log of a guardrail that does not run in the third of four quarters of an hour, and its labels.
  private func writeLog(_ directory: TemporaryDirectory) throws {
    let origin = Timestamp(seconds: 1_795_000_000)
    let lines = (0..<3_600).map { second in
      "{\"ts\":\"\((origin + .seconds(second)).formatted())\",\"tenant\":\"t\(second % 4)\","
        + "\"guardrail\":{\"status\":\"\((1_800..<2_700).contains(second) ? "not_run" : "success")\"}}"
    }
    try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: directory.path + "/app.jsonl"))
    let labels: JSON = [
      "t0": .string(origin.formatted()),
      "episodes": [
        ["id": "E1", "kind": "guardrail_fail_open", "tenant": "*", "start": 1_800, "end": 2_700],
        ["id": "E2", "kind": "pii_leak", "tenant": "t1", "start": 0, "end": 600],
      ],
    ]
    try Data(labels.text.utf8).write(to: URL(fileURLWithPath: directory.path + "/labels.json"))
  }

  @Test func `rules test says what passed, and exits with 1 when something did not`() throws {
    let directory = try TemporaryDirectory()
    for (state, status) in [("firing", Int32(0)), ("inactive", 1)] {
      let text = Self.rules.split(separator: "STATE", omittingEmptySubsequences: false).joined(separator: state)
      try Data(text.utf8).write(to: URL(fileURLWithPath: directory.path + "/t.yaml"))
      let run = try Binary.run(["rules", "test", "t.yaml"], in: directory)
      #expect(run.status == status, "\(run.output)\(run.errors)")
      #expect(run.output.contains(status == 0 ? "ok     errors fire" : "expected inactive 7m, got firing"))
      let json = try Binary.run(["rules", "test", "t.yaml", "--json"], in: directory).json
      #expect(json["failed"]?.integer == Int64(status) && json["schema"]?.integer == 1)
    }
  }

  @Test func `rules check lists what watches a file and what is blind`() throws {
    let directory = try TemporaryDirectory()
    try writeLog(directory)
    let run = try Binary.run(["rules", "check", "app.jsonl", "--json"], in: directory)
    #expect(run.status == 0, "\(run.errors)")
    let rules = try #require(try run.json["rules"]?.array)
    let open = try #require(rules.first { $0["name"]?.string == "guardrail-fail-open" })
    #expect(open["owasp"] == ["LLM01"] && open["category"]?.string == "safety_control_failure")
    let blind = try #require(try run.json["blind"]?.array)
    #expect(
      blind.contains {
        $0["rule"]?.string == "pii-in-output" && $0["missing"]?.string == "personal data found in the output"
      })
    let text = try Binary.run(["rules", "check", "app.jsonl"], in: directory).output
    #expect(text.contains("blind pii-in-output: no record has personal data found in the output"))
  }

  @Test func `a judged replay tells recall, precision and times, in the summary and in words`() throws {
    let directory = try TemporaryDirectory()
    try writeLog(directory)
    let run = try Binary.run(["replay", "app.jsonl", "--labels", "labels.json"], in: directory)
    #expect(run.status == 0, "\(run.errors)")
    let quality = try #require(try run.lines.last?["quality"])
    #expect(quality["detected"]?.integer == 1 && quality["recall"]?.double == 0.5)
    #expect(quality["false"]?.integer == 0 && quality["precision"]?.double == 1)
    #expect(quality["median_time_to_detect"]?.double == 10)
    #expect(run.errors.contains("E1 guardrail_fail_open any tenant: 10 s, INC-1 guardrail-fail-open"))
    #expect(run.errors.contains("E2 pii_leak t1: missed"))
    let unusable = try Binary.run(["replay", "app.jsonl", "--labels", "app.jsonl"], in: directory)
    #expect(unusable.status == 65 && unusable.errors.contains("labels are"))
  }
}

/// `leeway rules drill FILE` through the built program.
@Suite struct FaultDrillCommandTests {
  @Test func `Q03 a drill tells the mutation score, is journaled, and shows which rules that never fired can`() throws {
    let directory = try TemporaryDirectory()
    let origin = Timestamp(seconds: 1_790_000_000)
    let text = (0..<3_600).map { second in
      "{\"ts\":\"\((origin + .seconds(second)).formatted())\",\"latency_ms\":\(100 + second * 37 % 90).5,\"status\":200}\n"
    }.joined()
    try directory.write("app.jsonl", text)
    try directory.write(
      "leeway.yaml",
      """
      service: s
      sources: [{ name: app, paths: [app.jsonl], time: ts }]
      metrics: [{ name: latency, source: app, kind: distribution, field: latency_ms, drift: {} }]
      rules:
        - { name: slow, source: app, when: "p50(latency_ms) over 60s > 250", owasp: [LLM10], severity: warn }
        - { name: hot, source: app, when: "p95(gpu_celsius) over 60s > 90", severity: warn }
        - { name: harm, source: app, when: "ratio(eval.harm == 'bad') over 60s > 0.1", severity: warn }
        - { name: usual, source: app, when: "count() over 60s > 5", severity: notice }

      """)
    let alone = try Binary.run(["rules", "drill", "--state", "none", "--json"], in: directory)
    #expect(alone.status == 0, "\(alone.errors)")
    #expect(!FileManager.default.fileExists(atPath: directory.path + "/none"), "a drill makes no store")
    #expect(try Binary.run(["collect", "--once", "--state", "state"], in: directory).status == 0)
    func silent(_ rule: String) throws -> JSON? {
      let report = try Binary.run(["report", "--state", "state", "--format", "json"], in: directory).json
      return report["quality"]?["never_fired"]?.array?.first { $0["rule"]?.string == rule }
    }
    // Case Q03: never fired because nothing happened, or because nothing can.
    #expect(try silent("slow")?["sentence"] == "quiet (can fire: no drill has shown it)")
    #expect(try silent("hot")?["state"] == "broken" && silent("harm")?["state"] == "broken")
    #expect(try silent("harm")?["because"] == "none of the source's first records has eval.harm")
    #expect(try silent("usual") == nil, "it fires")
    let drill = try Binary.run(
      ["rules", "drill", "app.jsonl", "--state", "state", "--json", "--fail-below", "1"], in: directory)
    #expect(drill.status == 1, "the drop is not caught")
    let answer = try drill.json
    let cases = answer["cases"]?.array ?? []
    #expect(cases.compactMap { $0["fault"]?.string } == ["gap", "spike", "drop", "shift", "freeze", "missing"])
    let shift = cases.first { $0["fault"] == "shift" }
    #expect(shift?["field"] == "latency_ms" && shift?["outcome"] == "covered", "\(cases)")
    #expect(shift?["rules"]?.array?.contains("slow") == true && shift?["delay_seconds"]?.double ?? 0 <= 60)
    #expect(answer["covered"]?.integer ?? 0 >= 3 && answer["score"]?["n"]?.integer == 6, "\(answer)")
    let log = try Binary.run(["audit", "export", "--state", "state"], in: directory).lines
    let entry = try #require(log.last { $0["act"] == "drill.run" })
    #expect(entry["data"]?["covered"]?.array?.contains("slow") == true && entry["data"]?["of"] == 6)
    let report = try Binary.run(["report", "--state", "state", "--format", "json"], in: directory).json
    let coverage = report["coverage"]?["owasp"]?.array ?? []
    #expect(coverage.first { $0["class"] == "LLM10" }?["drilled"] == ["slow"], "\(coverage)")
    #expect(try silent("slow")?["sentence"]?.string?.hasPrefix("quiet (can fire: a drill of 20") == true)
    #expect(try Binary.run(["rules", "drill", "app.jsonl", "--traces", "."], in: directory).status == 64)
  }
}
