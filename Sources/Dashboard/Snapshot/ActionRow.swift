public import Domain

/// What kind of action somebody takes.
public enum ActionKind: String, CaseIterable, Sendable {
  /// Stops the harm, not the cause.
  case containment
  /// Puts right what went wrong.
  case correction
  /// Removes the cause.
  case corrective
  /// Keeps it from happening elsewhere.
  case preventive
  /// Changes what is watched, or how.
  case monitoringChange = "monitoring_change"
}

/// How a metric is to stand to a bound once an action has worked.
public enum EffectComparison: String, CaseIterable, Sendable {
  /// Below the bound.
  case less = "<"
  /// Below the bound or on it.
  case lessOrEqual = "<="
  /// Above the bound.
  case greater = ">"
  /// Above the bound or on it.
  case greaterOrEqual = ">="
}

/// What an action is expected to change, named when the action is recorded (PM-4).
public struct ExpectedEffect: Equatable, Sendable {
  /// The metric's name.
  public var metric: String
  /// How it is to stand to the bound.
  public var comparison: EffectComparison
  /// The bound, in the metric's own unit.
  public var bound: Double
  /// How long the action may take to work.
  public var within: Duration

  /// Creates an expectation.
  public init(metric: String, comparison: EffectComparison, bound: Double, within: Duration) {
    self.metric = metric
    self.comparison = comparison
    self.bound = bound
    self.within = within
  }
}

/// What shows whether an action worked.
public struct CheckRow: Equatable, Sendable {
  /// Its id within the incident, `C-1`.
  public var id: String
  /// What is measured.
  public var plan: String
  /// Where it stands: `planned`, `observing`, `due`, `proposed`, `cancelled`, or the verdict.
  public var standing: String
  /// When the observation ends; nil before the action is implemented.
  public var dueAt: Timestamp?
  /// What was measured, in words; nil before that.
  public var measured: String?
  /// Guards that got worse, in words.
  public var breaches: [String]

  /// Creates a row.
  public init(
    id: String, plan: String, standing: String, dueAt: Timestamp? = nil, measured: String? = nil,
    breaches: [String] = []
  ) {
    self.id = id
    self.plan = plan
    self.standing = standing
    self.dueAt = dueAt
    self.measured = measured
    self.breaches = breaches
  }
}

/// One action of an incident.
public struct ActionRow: Equatable, Sendable {
  /// Its number within the incident, from 1.
  public var number: Int
  /// What kind it is.
  public var kind: ActionKind
  /// What is or was done.
  public var statement: String
  /// Where it stands, in the words of the journal: `proposed`, `implemented`, `verifying`, `effective`.
  public var state: String
  /// Who does it.
  public var owner: String?
  /// When it was recorded.
  public var at: Timestamp
  /// What it is expected to change.
  public var effect: ExpectedEffect?
  /// Why no effect can be named, where there is none.
  public var reason: String?
  /// When the time for the effect began; nil before the action was carried out.
  public var watchedSince: Timestamp?
  /// The metric's title.
  public var metricTitle: String?
  /// The metric's unit, as in ``MetricRow/unit``.
  public var unit: String
  /// The metric's value when the action was recorded.
  public var before: Double?
  /// The metric's value now.
  public var current: Double?
  /// Its effectiveness checks, those of its expected effect first.
  public var checks: [CheckRow] = []

  /// What somebody has to do next to bring it further; nil where nothing waits for a person.
  public enum Next: Equatable, Sendable {
    /// Approve it.
    case approve
    /// Start it.
    case start
    /// Say that it is done.
    case implement
    /// Confirm what a check has measured.
    case confirm(check: String)
  }

  /// What somebody has to do next.
  public var next: Next? {
    switch state {
    case "proposed": .approve
    case "approved": .start
    case "in_progress": .implement
    default: checks.first { $0.standing == "proposed" }.map { .confirm(check: $0.id) }
    }
  }

  /// Creates a row; what is not given is unknown.
  public init(
    number: Int, kind: ActionKind, statement: String, state: String, owner: String? = nil, at: Timestamp,
    effect: ExpectedEffect? = nil, reason: String? = nil, watchedSince: Timestamp? = nil, metricTitle: String? = nil,
    unit: String = "", before: Double? = nil, current: Double? = nil
  ) {
    self.number = number
    self.kind = kind
    self.statement = statement
    self.state = state
    self.owner = owner
    self.at = at
    self.effect = effect
    self.reason = reason
    self.watchedSince = watchedSince
    self.metricTitle = metricTitle
    self.unit = unit
    self.before = before
    self.current = current
  }
}
