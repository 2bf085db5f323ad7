import Detection
import Domain
import Settings
import Traces

extension ShippedRules {
  /// Rules for a source of agent traces, over the records that ``TraceReader`` makes: what a detector calls an incident
  /// is an alarm, what it calls a warning a warning; notices only count.
  ///
  /// A detector that a configured rule names is left to that rule.
  static func traces(source: String, besides configured: [RuleDefinition] = []) -> [RuleDefinition] {
    let left = Detector.allCases.filter { detector in
      !configured.contains { $0.whenText.contains("'\(detector.rawValue)'") }
    }
    return left.flatMap { detector in
      detector.gravestTiers.reversed().flatMap { tier in
        rule(
          name(of: detector, tier), source: source, title: detector.title,
          when: "count(detector == '\(detector.rawValue)' and tier == '\(tier.rawValue)') over 5m > 0",
          by: ["agent"], severity: tier == .incident ? .alarm : .warn, category: detector.category,
          owasp: detector.owasp,
          joins: detector.gravestTiers.map { name(of: detector, $0) })
      }
    }
  }

  /// A rule for each detector that has to find something in canaries: it is silent when it has not for so long.
  static func canaries(_ canary: CanaryDefinition, source: String) -> [RuleDefinition] {
    canary.detectors.flatMap { detector in
      rule(
        "canary-" + detector.rawValue.lowercased().replacing("_", with: "-"), source: source,
        title: "\(detector.rawValue) finds no canary",
        when: "absent(canary.\(detector.rawValue)) over \(Int(canary.within.inSeconds))s", severity: .warn,
        category: "oversight")
    }
  }

  /// `agent-policy-tool` for what is an alarm, `agent-policy-tool-suspected` for a warning.
  private static func name(of detector: Detector, _ tier: Finding.Tier) -> String {
    let words = detector == .loopRepeat ? "loop" : detector.rawValue.lowercased().replacing("_", with: "-")
    return "agent-" + words + (tier == .incident ? "" : "-suspected")
  }
}
