/// The identity of a signal: its rule and its declared identity labels, never a version, host or value.
public struct SignalKey: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The rule's name.
  public var rule: String
  /// The identity labels.
  public var labels: Labels

  /// Creates a key.
  public init(rule: String, labels: Labels = .none) {
    self.rule = rule
    self.labels = labels
  }

  /// `guardrail-fail-open{tenant=t2}`, or the rule's name alone where there are no labels.
  public var description: String { labels.isEmpty ? rule : "\(rule){\(labels)}" }

  /// Orders keys by rule, then labels.
  public static func < (left: SignalKey, right: SignalKey) -> Bool {
    (left.rule, left.labels.description) < (right.rule, right.labels.description)
  }
}

/// Where a signal stands (spec: incidents, part 1).
public enum SignalState: String, CaseIterable, Sendable {
  /// The condition does not hold.
  case inactive
  /// The condition holds, not yet for as long as the rule wants.
  case pending
  /// The condition has held for as long as the rule wants.
  case firing
  /// The condition no longer holds; the signal keeps firing for a while.
  case recovering
  /// No sample within the staleness limit: unknown, never counted as resolved.
  case stale
  /// The rule cannot be evaluated.
  case error
}

/// One change of a signal's state, with what was known at that moment.
public struct SignalTransition: Hashable, Sendable {
  /// Which signal.
  public var key: SignalKey
  /// The state before.
  public var from: SignalState
  /// The state after.
  public var to: SignalState
  /// Event time of the evaluation that changed it.
  public var at: Timestamp
  /// Event time since which the condition has held, for pending and firing.
  public var since: Timestamp?
  /// The value that was compared, where there was one.
  public var value: Double?
  /// The bound that it was compared with.
  public var threshold: Double?
  /// How many rows the value rests on.
  public var count: Int?
  /// When a detector says that what is compared changed; nil where none says so.
  public var onset: Timestamp?
  /// How many records have met the condition since the signal began to fire, the window before included; nil where the
  /// condition counts none.
  public var hits: Int?
  /// The value farthest beyond the bound since the condition began to hold; nil where none is compared.
  public var peak: Double?
  /// Whether the signal has changed four times in its last twenty evaluations.
  public var isFlapping = false
  /// The signal that keeps this one from being presented; nil when none does.
  public var inhibitedBy: SignalKey?
  /// What the rule says about itself.
  public var rule: RuleDescription

  /// Creates a transition.
  public init(
    key: SignalKey, from: SignalState, to: SignalState, at: Timestamp, since: Timestamp? = nil, value: Double? = nil,
    threshold: Double? = nil, count: Int? = nil, onset: Timestamp? = nil, hits: Int? = nil,
    peak: Double? = nil, inhibitedBy: SignalKey? = nil, rule: RuleDescription
  ) {
    self.key = key
    self.from = from
    self.to = to
    self.at = at
    self.since = since
    self.value = value
    self.threshold = threshold
    self.count = count
    self.onset = onset
    self.hits = hits
    self.peak = peak
    self.inhibitedBy = inhibitedBy
    self.rule = rule
  }
}

/// The part of a rule that an incident carries.
public struct RuleDescription: Hashable, Sendable {
  /// The rule's name.
  public var name: String
  /// One line for the queue.
  public var title: String
  /// The severity of an incident that it opens.
  public var severity: Severity
  /// performance, security, bias, misuse, privacy, harmful_output, safety_control_failure or monitoring_blind.
  public var category: String?
  /// Path of the runbook.
  public var runbook: String?
  /// OWASP LLM 2025 classes, such as `LLM01`.
  public var owasp: [String]
  /// MITRE ATLAS techniques, such as `AML.T0054`.
  public var atlas: [String]
  /// Signals of the rule that agree in these labels share an incident; nil where each signal has its own.
  public var groupBy: [String]?
  /// Rules whose open incident a signal joins, where no label contradicts, instead of opening one of its own.
  public var joins: [String]

  /// Creates a description.
  public init(
    name: String, title: String, severity: Severity, category: String? = nil, runbook: String? = nil,
    owasp: [String] = [], atlas: [String] = [], groupBy: [String]? = nil, joins: [String] = []
  ) {
    self.name = name
    self.title = title
    self.severity = severity
    self.category = category
    self.runbook = runbook
    self.owasp = owasp
    self.atlas = atlas
    self.groupBy = groupBy
    self.joins = joins
  }
}
