import Decoding
import Detection
import Domain
import Expressions

/// The rules that apply without being asked for, each only where the source has the fields that it reads (spec:
/// signals). A configuration switches them off with `shipped_rules: off`, or one by one with a rule of the same name.
enum ShippedRules {
  /// A rule that cannot watch a source, and the field that it lacks.
  struct Blind: Hashable {
    /// The rule's name.
    var rule: String
    /// What a record would have to hold.
    var missing: String
  }

  /// The rules of one source and those that it is blind for.
  struct Pack {
    /// The rules.
    var rules: [RuleDefinition] = []
    /// The rules that would need fields that are not there.
    var blind: [Blind] = []
    /// Which of their signals keep which others from being presented.
    var inhibitions: [Inhibition] = []
  }

  /// The rules for a source of records.
  ///
  /// - Parameter labels: the labels of the source, by which signals are told apart where they name the tenant.
  static func records(source: String, fields: DiscoveredFields, labels: [String: FieldPath]) -> Pack {
    let known = KnownFields(fields)
    var builder = PackBuilder(source: source, fields: known, tenant: tenant(known, labels))
    builder.addControlRules()
    builder.addAttackRules()
    builder.addOutputRules()
    builder.addRefusalRules()
    builder.addVolumeRules()
    builder.addOversightRules()
    builder.pack.inhibitions = [
      Inhibition(source: "log-gap", targets: ["log-thinning", "refusals-*", "abuse-volume"]),
      Inhibition(source: "heartbeat:\(source)", targets: ["log-gap", "log-thinning"]),
    ]
    return builder.pack
  }

  /// The name under which rules tell tenants apart.
  private static func tenant(_ known: KnownFields, _ labels: [String: FieldPath]) -> String? {
    guard let path = known.tenant else { return labels["tenant"].map { _ in "tenant" } }
    if labels["tenant"] != nil { return "tenant" }
    return labels.filter { $0.value == path }.keys.min() ?? path.description
  }

  /// One rule that fires while a metric's drift is beyond its alarm mark. It joins the incident of a rule that explains
  /// it.
  static func drift(metric: String, source: String, alarm: Double) -> [RuleDefinition] {
    rule(
      "drift:\(metric)", source: source, title: "\(metric) has drifted from its reference",
      when: "drift(\(metric)) > \(alarm)", keepFiringFor: .seconds(300), severity: .warn, category: "performance",
      joins: explanations(of: metric))
  }

  /// A metric's values stop coming: ten points more of the records than in its reference hold none.
  ///
  /// - Parameter siblings: the watched metrics of the source; when several lose their values, that is one incident.
  static func missing(metric: String, source: String, siblings: [String]) -> [RuleDefinition] {
    rule(
      "missing:\(metric)", source: source, title: "values of \(metric) are missing",
      when: "missing(\(metric)) over 600s > 0.1", minimumCount: 200, keepFiringFor: .seconds(300), severity: .warn,
      category: "data_quality", joins: siblings.filter { $0 != metric }.map { "missing:\($0)" }
    ).map { rule in
      var rule = rule
      // One counter of records serves all of them.
      rule.sharesMetrics = true
      return rule
    }
  }

  private static func explanations(of metric: String) -> [String] {
    let name = metric.lowercased()
    func has(_ words: String...) -> Bool { words.contains { name.contains($0) } }
    let attacks = ["jailbreak-attempts", "jailbreak-surge", "jailbreak-success", "prompt-injection"]
    if has("finish", "stop_reason", "refus") {
      return ["over-refusal", "over-refusal-tenant", "refusals-rise"] + attacks
    }
    if has("guardrail", "filter") { return ["guardrail-fail-open", "guardrail-missing"] + attacks }
    if has("harm", "eval", "toxic", "moderation") { return ["harmful-output"] + attacks }
    if has("pii", "secret") { return ["pii-in-output", "secret-in-output"] }
    return ["abuse-volume", "over-refusal"]
  }

  /// A rule whose condition is written out; none when the text cannot be read, which the tests rule out.
  static func rule(
    _ name: String, source: String, title: String, when: String, minimumCount: Int = 0, by: [String] = [],
    for hold: Duration = .zero, keepFiringFor: Duration = .zero, clear: Bound? = nil, severity: Severity,
    category: String, runbook: String? = nil, owasp: [String] = [], atlas: [String] = [], groupBy: [String]? = nil,
    joins: [String] = []
  ) -> [RuleDefinition] {
    guard let condition = try? ConditionParser.parse(when) else { return [] }
    return [
      RuleDefinition(
        name: name, source: source, when: condition, whenText: when, minimumCount: minimumCount, by: by, for: hold,
        keepFiringFor: keepFiringFor, clear: clear, severity: severity, category: category, runbook: runbook,
        owasp: owasp, atlas: atlas, groupBy: groupBy, joins: joins, title: title)
    ]
  }
}

/// Puts the pack of one source together.
struct PackBuilder {
  let source: String
  let fields: KnownFields
  /// The label or field that tells tenants apart.
  let tenant: String?
  var pack = ShippedRules.Pack()

  var byTenant: [String] { tenant.map { [$0] } ?? [] }

  /// Adds a rule over what the concepts give, or says what is missing. `when` gets the texts in their order.
  mutating func add(
    _ name: String, _ title: String, needs: [(FieldConcept, String?)], _ when: ([String]) -> String,
    minimumCount: Int = 0, by: [String] = [], keepFiringFor: Duration = .seconds(120), clear: Bound? = nil,
    severity: Severity, category: String, owasp: [String] = [], atlas: [String] = [], groupBy: [String]? = nil,
    joins: [String] = []
  ) {
    let missing = needs.filter { $0.1 == nil }.map(\.0.rawValue)
    guard missing.isEmpty else {
      pack.blind.append(ShippedRules.Blind(rule: name, missing: missing.joined(separator: ", ")))
      return
    }
    pack.rules += ShippedRules.rule(
      name, source: source, title: title, when: when(needs.compactMap(\.1)), minimumCount: minimumCount, by: by,
      keepFiringFor: keepFiringFor, clear: clear, severity: severity, category: category,
      runbook: "runbooks/\(name).md", owasp: owasp, atlas: atlas.map { "AML.\($0)" }, groupBy: groupBy, joins: joins)
  }

  /// A field as expressions write it.
  func text(_ path: FieldPath?) -> String? {
    path.map { String(Predicate.exists($0).description.dropFirst("exists ".count)) }
  }

  /// A field of a concept as expressions write it.
  func text(_ concept: FieldConcept) -> String? { text(fields.path(concept)) }
}
