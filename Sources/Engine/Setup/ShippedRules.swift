import Decoding
import Detection
import Domain
import Expressions
import Traces

/// The rules that apply without a configuration, each only where the source has the fields that it reads.
enum ShippedRules {
  /// Rules for a source of records.
  static func records(source: String, fields: DiscoveredFields) -> [RuleDefinition] {
    var rules: [RuleDefinition] = []
    let paths = Set((fields.categorical + fields.boolean + fields.numeric.map(\.path)).map(\.description))
    let byTenant = fields.tenant == nil ? [] : ["tenant"]
    if paths.contains("guardrail.status") {
      rules += rule(
        "guardrail-fail-open", source: source, title: "guardrail fails open: requests go unscreened",
        when: "ratio(guardrail.status in ['guardrail_failed_to_respond','not_run']) over 120s > 0.01", minimumCount: 20,
        by: byTenant, keepFiringFor: .seconds(120), clear: Bound(.less, 0.005), severity: .alarm,
        category: "safety_control_failure", owasp: ["LLM01"])
    }
    if paths.contains("finish_reason") {
      rules += rule(
        "refusals-rise", source: source, title: "refusals rise",
        when: "ratio(finish_reason in ['refusal','content_filter']) over 10m > 0.15", minimumCount: 100, by: [],
        keepFiringFor: .seconds(300), clear: Bound(.less, 0.1), severity: .warn, category: "performance", owasp: [])
    }
    return rules
  }

  /// Rules for a source of agent traces, over the records that ``TraceReader`` makes: what a detector calls an incident
  /// is an alarm, what it calls a warning a warning; notices only count.
  static func traces(source: String) -> [RuleDefinition] {
    Detector.allCases.flatMap { detector in
      detector.gravestTiers.reversed().flatMap { tier in
        rule(
          name(of: detector, tier), source: source, title: detector.title,
          when: "count(detector == '\(detector.rawValue)' and tier == '\(tier.rawValue)') over 5m > 0",
          minimumCount: 0, by: ["agent"], keepFiringFor: .zero, clear: nil,
          severity: tier == .incident ? .alarm : .warn, category: detector.category, owasp: detector.owasp)
      }
    }
  }

  /// `agent-policy-tool` for what is an alarm, `agent-policy-tool-suspected` for a warning.
  private static func name(of detector: Detector, _ tier: Finding.Tier) -> String {
    let words = detector == .loopRepeat ? "loop" : detector.rawValue.lowercased().replacing("_", with: "-")
    return "agent-" + words + (tier == .incident ? "" : "-suspected")
  }

  /// One rule that fires while a metric's drift is beyond its alarm mark.
  static func drift(metric: String, source: String, alarm: Double) -> [RuleDefinition] {
    rule(
      "drift:\(metric)", source: source, title: "\(metric) has drifted from its reference",
      when: "drift(\(metric)) > \(alarm)", minimumCount: 0, by: [], keepFiringFor: .seconds(300), clear: nil,
      severity: .warn, category: "performance", owasp: [])
  }

  /// A rule whose condition is written out; none when the text cannot be read, which the tests rule out.
  private static func rule(
    _ name: String, source: String, title: String, when: String, minimumCount: Int, by: [String],
    keepFiringFor: Duration, clear: Bound?, severity: Severity, category: String, owasp: [String]
  ) -> [RuleDefinition] {
    guard let condition = try? ConditionParser.parse(when) else { return [] }
    return [
      RuleDefinition(
        name: name, source: source, when: condition, whenText: when, minimumCount: minimumCount, by: by,
        keepFiringFor: keepFiringFor, clear: clear, severity: severity, category: category, owasp: owasp, title: title)
    ]
  }
}
