import Domain
import Foundation
import Testing

@Suite struct ConfigCommandTests {
  /// Every section of the configuration, as the documentation shows it.
  private static let example = """
    service: prod-assistant
    store: { sqlite: leeway.db }
    sources:
      - { name: inference, paths: ["inference*.jsonl"], format: auto, time: ts, start: beginning,
          labels: { model: model, version: model_version, tenant: tenant } }
      - { name: agents, paths: ["otel/*.jsonl"] }
    metrics:
      - { name: refusals, source: inference, kind: ratio, where: "finish_reason in ['refusal','content_filter']" }
    drift: { false_pages_per_week: 1, min_rows: 50 }
    evaluate: 10s
    values: [{ name: "does not refuse the harmless", metric: over_refusal, owner: safety, check_every: 24h }]
    rules:
      - { name: guardrail-fail-open, when: "ratio(guardrail.status in ['not_run']) over 120s > 0.01", min_n: 20,
          by: [tenant], clear: "< 0.005", severity: alarm, category: safety_control_failure, owasp: [LLM01] }
    slos: [{ name: harm-free, good: "eval.harm_label == 'ok'", objective: 0.999, window: 30d }]
    heartbeats: [{ source: inference, every: 60s, stale_after: 180s }]
    policy: policy.yaml
    assessments: [{ name: red-team tool abuse, kind: red-team, every: 90d, owner: safety }]
    incidents: { ack_ttl: 30m, reopen_window: 30m, two_person_close: alarm }
    redact: [{ field: user.email, action: hash }, { pattern: ipv4, action: mask }]
    theme: auto
    """

  @Test func `check tells every problem with its place, and exits 78 only on errors`() throws {
    let directory = try TemporaryDirectory()
    try directory.write("inference-1.jsonl", "{}\n")
    try directory.write("good.yaml", Self.example)
    let good = try Binary.run(["config", "check", "good.yaml", "--json"], in: directory)
    #expect(good.status == 0, "\(good.output) \(good.errors)")
    let document = try good.json
    #expect(document["ok"]?.bool == true && document["schema"]?.integer == 1)
    let problems = document["problems"]?.array ?? []
    #expect(problems.allSatisfy { $0["severity"]?.string == "warning" })
    #expect(
      problems.contains {
        $0["message"]?.string == "no file matches 'otel/*.jsonl' yet" && $0["line"]?.integer == 6
          && $0["column"]?.integer == 29 && $0["file"]?.string == "good.yaml"
      }, "\(document.text)")
    #expect(!problems.contains { $0["message"]?.string?.contains("inference*") ?? false })

    try directory.write("bad.yaml", "service: a\nsourcs: []\nevaluate: 7s\nincidents: { auto_resolve: no }\n")
    let bad = try Binary.run(["config", "check", "bad.yaml"], in: directory)
    #expect(bad.status == 78 && bad.errors == "")
    #expect(
      bad.output == """
        bad.yaml:2:1: error: unknown key 'sourcs' in the configuration; expected 'sources' (did you mean it?)
        bad.yaml:3:1: error: 'evaluate' is 7s; expected a multiple of 10s, at most 1h
        bad.yaml:4:28: error: 'auto_resolve' is 'no'; expected true or false
        bad.yaml: 3 errors, 0 warnings

        """)
  }

  @Test func `what init writes is valid, measures, and overwrites nothing`() throws {
    let directory = try TemporaryDirectory()
    let lines = (0..<300).map { number in
      let at = Timestamp(seconds: 1_790_000_000) + .seconds(number)
      return
        "{\"ts\":\"\(at.formatted())\",\"latency_ms\":\(100 + number % 50),\"status\":\(number % 9 == 0 ? 500 : 200),"
        + "\"finish_reason\":\"stop\",\"tenant\":\"t\(number % 3)\",\"model_version\":\"v1\"}\n"
    }.joined()
    try directory.write("app.jsonl", lines)
    let written = try Binary.run(["config", "init", "app.jsonl", "--output", "leeway.yaml"], in: directory)
    #expect(written.status == 0, "\(written.errors)")
    let path = directory.path + "/leeway.yaml"
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
    let again = try Binary.run(["config", "init", "app.jsonl", "--output", "leeway.yaml"], in: directory)
    #expect(again.status == 74 && again.errors.contains("is there already"))
    let checked = try Binary.run(["config", "check", "--json"], in: directory)
    #expect(checked.status == 0, "\(checked.output)")
    let messages = (try checked.json["problems"]?.array ?? []).compactMap { $0["message"]?.string }
    #expect(messages.allSatisfy { $0.contains("has no owner, no why") }, "\(messages)")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    for part in ["time: ts", "tenant: tenant", "kind: distribution", "unit: ms", "shipped rules that apply: "] {
      #expect(text.contains(part), "\(part)")
    }
    let collected = try Binary.run(["collect", "--once", "--json", "--state", "state"], in: directory)
    #expect(collected.status == 0, "\(collected.errors)")
    #expect(try collected.json["by_source"]?.array?.first?["lines"]?.integer == 300)
    let shown = try Binary.run(["config", "show"], in: directory)
    #expect(shown.status == 0)
    try directory.write("shown.yaml", shown.output)
    #expect(try Binary.run(["config", "check", "shown.yaml"], in: directory).status == 0)
    #expect(try Binary.run(["config", "show", "--json"], in: directory).json["sources"]?.array?.count == 1)
  }

  @Test(arguments: ["", "\u{0}\u{1}", "{}\n", "a,b\n1,2\n", "\u{1B}[31m: *x\n"])
  func `init makes something valid of any file`(text: String) throws {
    let directory = try TemporaryDirectory()
    let name = "we ird: #*\u{1B}.log"
    try directory.write(name, text)
    let run = try Binary.run(["config", "init", name, "--output", "c.yaml"], in: directory)
    #expect(run.status == 0, "\(run.errors)")
    let checked = try Binary.run(["config", "check", "c.yaml"], in: directory)
    #expect(checked.status == 0, "\(checked.output)")
  }
}
