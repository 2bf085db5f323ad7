public import Domain
public import Expressions

/// A rule as configured: when its signal holds, for how long it must, what tells its signals apart, and what an
/// incident that it opens carries.
public struct RuleDefinition: Hashable, Sendable {
  /// The rule's name, unique in the configuration.
  public var name: String
  /// The source whose records it watches; nil for the source of the metrics that it names, else for every source, each
  /// on its own.
  public var source: String?
  /// When the signal holds.
  public var when: Condition
  /// The text of ``when``, for people.
  public var whenText: String
  /// With fewer rows than this a ratio, a mean, a percentile or a change says nothing.
  public var minimumCount: Int
  /// Names of the source's labels, or fields, that tell the rule's signals apart; never a version or a host.
  public var by: [String]
  /// How long the condition must hold before the signal fires.
  public var `for`: Duration
  /// How long the signal keeps firing after the condition has ceased to hold.
  public var keepFiringFor: Duration
  /// A firing signal ends only when the first value of the condition is within this bound; nil when the condition
  /// itself decides.
  public var clear: Bound?
  /// The severity of an incident that it opens.
  public var severity: Severity
  /// What kind of trouble it means.
  public var category: String?
  /// Path of the runbook.
  public var runbook: String?
  /// OWASP LLM 2025 classes.
  public var owasp: [String]
  /// MITRE ATLAS techniques.
  public var atlas: [String]
  /// Signals that agree in these labels share an incident; nil where each signal has its own.
  public var groupBy: [String]?
  /// Rules whose open incident a signal joins instead of opening one of its own.
  public var joins: [String]
  /// Whether the source's name is part of the signals' identity although the rule watches a single source, since
  /// others have a rule of the same name.
  public var namesSource = false
  /// Whether the rule reads the derived metrics of earlier shared rules where they are the same.
  public var sharesMetrics = false
  /// One line for the queue; nil for the name.
  public var title: String?

  /// Creates a rule.
  public init(
    name: String, source: String? = nil, when: Condition, whenText: String? = nil, minimumCount: Int = 0,
    by: [String] = [], for: Duration = .zero, keepFiringFor: Duration = .zero, clear: Bound? = nil,
    severity: Severity = .warn, category: String? = nil, runbook: String? = nil, owasp: [String] = [],
    atlas: [String] = [], groupBy: [String]? = nil, joins: [String] = [], title: String? = nil
  ) {
    self.name = name
    self.source = source
    self.when = when
    self.whenText = whenText ?? when.description
    self.minimumCount = minimumCount
    self.by = by
    self.for = `for`
    self.keepFiringFor = keepFiringFor
    self.clear = clear
    self.severity = severity
    self.category = category
    self.runbook = runbook
    self.owasp = owasp
    self.atlas = atlas
    self.groupBy = groupBy
    self.joins = joins
    self.title = title
  }

  /// The part that incidents carry.
  public var summary: RuleDescription {
    RuleDescription(
      name: name, title: title ?? name, severity: severity, category: category, runbook: runbook, owasp: owasp,
      atlas: atlas, groupBy: groupBy, joins: joins)
  }

  /// The categories that rules and incidents may have.
  public static let categories = [
    "performance", "security", "bias", "misuse", "privacy", "harmful_output", "safety_control_failure",
    "monitoring_blind",
  ]
}

/// Why a rule cannot be used; such a rule is left out of a ``RuleSet``.
public struct RuleProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// The rule's name.
  public var rule: String
  /// What is wrong and what to do.
  public var message: String

  /// Creates a problem.
  public init(rule: String, message: String) {
    self.rule = rule
    self.message = message
  }

  /// `rule refusals: no source is named 'inferense'`.
  public var description: String { "rule \(rule): \(message)" }
}
