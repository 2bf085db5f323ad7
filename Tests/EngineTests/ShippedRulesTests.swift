import Detection
import Domain
import Engine
import Foundation
import Incidents
import Settings
import Testing

/// What the rules that ship make of small logs.
@Suite struct ShippedRulesTests {
  /// A record of a request, one a second.
  private func line(
    _ second: Int, tenant: String = "t1", user: String = "u1", finish: String = "stop", status: String = "success",
    categories: String = "[]", entities: String = "[]", harm: String = "ok", extra: String = ""
  ) -> String {
    "{\"ts\":\"\((UsageLog.origin + .seconds(second)).formatted())\",\"tenant\":\"\(tenant)\",\"user_hash\":\"\(user)\","
      + "\"finish_reason\":\"\(finish)\",\"guardrail\":{\"status\":\"\(status)\",\"categories\":\(categories)},"
      + "\"pii\":{\"out_entities\":\(entities)},\"eval\":{\"harm_label\":\"\(harm)\"}\(extra)}"
  }

  private func replay(_ lines: [String]) throws -> Replayed {
    try Replayed(CollectorOptions(paths: ["app-0.jsonl"]), [lines])
  }

  private func names(_ replayed: Replayed) -> [String] {
    replayed.fold.book.incidents.flatMap { $0.signals.map(\.key.description) }.sorted()
  }

  @Test func `A01: a guardrail that fails open on 5 % of requests is an alarm that counts the unscreened requests`()
    throws
  {
    let failing = ["guardrail_failed_to_respond", "not_run"]
    let replayed = try replay(
      (0..<1_200).map { second in
        let fails = second >= 600 && second < 900 && second % 20 == 0
        return line(second, status: fails ? failing[second / 20 % 2] : "success")
      })
    let incident = try #require(replayed.fold.book.incidents.first)
    #expect(replayed.fold.book.incidents.count == 1)
    #expect(incident.severity == .alarm && incident.category == "safety_control_failure")
    let fired = try #require(replayed.transitions.first { $0.to == .firing })
    #expect(fired.at <= UsageLog.origin + .seconds(720) && fired.hits == 5)
    #expect(incident.signals.first { $0.key.rule == "guardrail-fail-open" }?.hits == 15)
  }

  @Test func `A fail-open of all tenants is one incident`() throws {
    let lines = (0..<2_400).map { second in
      line(second, tenant: "t\(second % 6)", status: second >= 1_200 ? "not_run" : "success")
    }
    let replayed = try replay(lines)
    #expect(replayed.fold.book.incidents.count == 1)
    #expect(replayed.fold.book.incidents.first?.signals.count == 7, "\(names(replayed))")
  }

  @Test func `A02: one harm among the few requests of a tenant is no incident`() throws {
    var lines = (0..<3_000).map { line($0, tenant: "t\($0 % 3)") }
    for (second, harm) in [(1_000, "ok"), (1_700, "harm"), (2_400, "ok")] {
      lines.insert(line(second, tenant: "small", harm: harm), at: second)
    }
    #expect(try replay(lines).fold.book.incidents.isEmpty)
  }

  @Test func `A03: of personal data only counts are kept`() throws {
    let address = "jane.doe@example.org"
    let replayed = try replay(
      (0..<1_800).map { second in
        let leaks = second >= 900 && second < 1_200 && second % 5 == 0
        return line(
          second, entities: leaks ? "[\"EMAIL\"]" : "[]",
          extra: leaks ? ",\"output\":\"write to \(address)\"" : "")
      })
    #expect(names(replayed) == ["pii-in-output{tenant=t1}"])
    #expect(!replayed.events.contains { "\($0)".contains(address) })
  }

  @Test func `three attempts of one user within ten minutes are a campaign, those of three users are not`() throws {
    func attempts(_ users: [String]) throws -> [String] {
      try names(
        replay(
          (0..<3_600).map { second in
            let index = (second - 2_000) / 60
            let isAttempt = second >= 2_000 && second % 60 == 20 && users.indices.contains(index)
            return line(
              second, user: isAttempt ? users[index] : "u\(second % 50)",
              finish: isAttempt ? "content_filter" : "stop",
              status: isAttempt ? "guardrail_intervened" : "success",
              categories: isAttempt ? "[\"jailbreak\"]" : "[]")
          }))
    }
    #expect(try attempts(["x", "x", "x", "x"]) == ["jailbreak-attempts{tenant=t1}"])
    #expect(try attempts(["x", "y", "z"]) == [])
  }

  @Test func `a rule that lacks its field says which, and the others watch`() throws {
    let lines = (0..<200).map { "{\"ts\":\"\((UsageLog.origin + .seconds($0)).formatted())\",\"latency_ms\":\($0)}" }
    let inventory = try RuleInventory(
      options: CollectorOptions(paths: ["app.jsonl"]), heads: [Array(lines.joined(separator: "\n").utf8)])
    let source = try #require(inventory.sources.first)
    let names = source.rules.map(\.name)
    #expect(names.contains("log-gap") && !names.contains("guardrail-fail-open"))
    let blind = Dictionary(uniqueKeysWithValues: source.blind.map { ($0.rule, $0.missing) })
    #expect(blind["guardrail-fail-open"] == "the guardrail's status")
    #expect(blind["pii-in-output"] == "personal data found in the output")
    #expect(source.problems.isEmpty)
  }

  @Test(
    "The spellings of several systems are known",
    arguments: [
      ("\"guardrail_information\":{\"guardrail_status\":\"success\"}", "guardrail-fail-open"),
      ("\"attributes\":{\"gen_ai.response.finish_reasons\":[\"stop\"]}", "refusals-rise"),
      ("\"amazon-bedrock-guardrailAction\":\"NONE\"", "guardrail-fail-open"),
      ("\"content_filter_results\":{\"jailbreak\":{\"detected\":false}}", "jailbreak-surge"),
      ("\"usage\":{\"prompt_tokens\":17}", "log-gap"), ("\"stopReason\":\"end_turn\"", "refusals-rise"),
    ])
  func spelling(member: String, rule: String) throws {
    let lines = (0..<200).map { "{\"ts\":\"\((UsageLog.origin + .seconds($0)).formatted())\",\(member)}" }
    let inventory = try RuleInventory(
      options: CollectorOptions(paths: ["app.jsonl"]), heads: [Array(lines.joined(separator: "\n").utf8)])
    #expect(inventory.sources.first?.rules.map(\.name).contains(rule) == true, "\(inventory)")
    #expect(inventory.sources.first?.problems.isEmpty == true)
  }

  @Test func `every rule of the pack compiles, and names its class, category and runbook`() throws {
    let members = [
      "\"tenant\":\"t1\"", "\"user_hash\":\"u\"", "\"api_key_hash\":\"k\"", "\"subnet\":\"10.0.0\"",
      "\"model_version\":\"v1\"", "\"prompt_hash\":\"p\"", "\"tokens_in\":17", "\"finish_reason\":\"stop\"",
      "\"guardrail\":{\"status\":\"success\",\"categories\":[]}", "\"pii\":{\"out_entities\":[]}",
      "\"eval\":{\"harm_label\":\"ok\"}", "\"prompt_benign\":true", "\"canary_leaked\":false", "\"grounded\":true",
      "\"feedback\":\"up\"", "\"complaint\":{\"severity\":\"low\"}", "\"judge_agrees\":true", "\"tool_approved\":true",
    ].joined(separator: ",")
    let lines = (0..<200).map { "{\"ts\":\"\((UsageLog.origin + .seconds($0)).formatted())\",\(members)}" }
    let inventory = try RuleInventory(
      options: CollectorOptions(paths: ["app.jsonl"]), heads: [Array(lines.joined(separator: "\n").utf8)])
    let source = try #require(inventory.sources.first)
    #expect(source.problems.isEmpty && source.blind.isEmpty, "\(source)")
    let shipped = source.rules.filter { !$0.name.hasPrefix("drift:") && !$0.name.hasPrefix("missing:") }
    #expect(shipped.count == 26, "\(shipped.map(\.name))")
    for rule in shipped {
      #expect(rule.category.map(RuleNames.categories.contains) == true && rule.runbook != nil, "\(rule.name)")
    }
  }

  private enum RuleNames {
    static let categories: Set<String> = [
      "performance", "security", "bias", "misuse", "privacy", "harmful_output", "safety_control_failure",
      "monitoring_blind",
    ]
  }

  @Test func `a configuration's rule of the same name, and shipped_rules off, stand in for the pack`() throws {
    func rules(_ yaml: String) throws -> [String] {
      let configuration = try #require(ConfigurationLoader.load(yaml: yaml, file: "c.yaml").0)
      let head = (0..<200).map { line($0) }.joined(separator: "\n")
      let inventory = try RuleInventory(
        options: CollectorOptions(configuration: configuration), heads: [Array(head.utf8)])
      return inventory.sources.flatMap { $0.rules.map { "\($0.name) \($0.severity.rawValue)" } }
    }
    let base = "service: s\nsources: [{ name: a, paths: [\"a.jsonl\"] }]\n"
    #expect(try rules(base).contains("log-gap alarm"))
    #expect(try rules(base + "shipped_rules: off\n").allSatisfy { $0.hasPrefix("drift:") || $0.hasPrefix("missing:") })
    let own = try rules(base + "rules: [{ name: log-gap, when: \"absent() over 60s\", severity: notice }]\n")
    #expect(own.contains("log-gap notice") && !own.contains("log-gap alarm") && own.contains("log-thinning warn"))
  }

  @Test func `Q04: the labelled log gives six of six, no false incident, and the same twice`() throws {
    let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("shared/data/usage").path
    guard let log = FileManager.default.contents(atPath: directory + "/usage-6h.jsonl"),
      let labels = FileManager.default.contents(atPath: directory + "/usage-6h.labels.json")
    else {
      print("the labelled log is not there: \(directory)")
      return
    }
    let input = Replayer.Input(path: "usage.jsonl", bytes: [UInt8](log))
    let truth = try EpisodeLabels([UInt8](labels), path: "labels")
    let quality = try UsageLog.quality(of: input, labels: truth)
    #expect(quality.found == 6, "\(quality.lines)")
    #expect(quality.falseOpenings.isEmpty, "\(quality.falseOpenings)")
    #expect(try #require(quality.medianTimeToDetect) <= 60)
    #expect(try UsageLog.quality(of: input, labels: truth).json == quality.json)
  }
}
