public import Domain

/// What the incident screen shows beyond the queue's row.
public struct IncidentDetail: Equatable, Sendable {
  /// One entry of the timeline.
  public struct Moment: Equatable, Sendable {
    /// When it happened.
    public var at: Timestamp
    /// Who or what: an operator's name, `rule`, `deploy`, `drift`, `trace`.
    public var kind: String
    /// How bad it is; nil for what is merely worth noting.
    public var severity: Severity?
    /// What happened.
    public var text: String

    /// Creates a moment.
    public init(at: Timestamp, kind: String, severity: Severity? = nil, text: String) {
      self.at = at
      self.kind = kind
      self.severity = severity
      self.text = text
    }
  }

  /// One signal that the incident rests on.
  public struct Signal: Equatable, Sendable {
    /// The rule with its identity labels.
    public var key: String
    /// Where the signal stands.
    public var state: SignalState
    /// The value that was compared last.
    public var value: Double?
    /// The bound it was compared with.
    public var threshold: Double?
    /// How many rows the value rests on.
    public var count: Int?
    /// Since when the condition has held.
    public var since: Timestamp?
    /// The unit of value and threshold, as in ``MetricRow/unit``.
    public var unit: String

    /// Creates a signal.
    public init(
      key: String, state: SignalState, value: Double? = nil, threshold: Double? = nil, count: Int? = nil,
      since: Timestamp? = nil, unit: String = ""
    ) {
      self.key = key
      self.state = state
      self.value = value
      self.threshold = threshold
      self.count = count
      self.since = since
      self.unit = unit
    }
  }

  /// One piece of evidence.
  public struct Evidence: Equatable, Sendable {
    /// How bad it is; nil for what is merely worth noting.
    public var severity: Severity?
    /// What it says, and where it stands.
    public var text: String

    /// Creates a piece of evidence.
    public init(severity: Severity? = nil, text: String) {
      self.severity = severity
      self.text = text
    }
  }

  /// The steps to take.
  public struct Runbook: Equatable, Sendable {
    /// The runbook's name or path.
    public var name: String
    /// Its steps in order; empty when the file could not be read.
    public var steps: [String]
    /// The steps that were ticked, counted from 0.
    public var done: Set<Int>

    /// The first step that is not ticked, counted from 0.
    public var next: Int? { steps.indices.first { !done.contains($0) } }

    /// Creates a runbook.
    public init(name: String, steps: [String] = [], done: Set<Int> = []) {
      self.name = name
      self.steps = steps
      self.done = done
    }
  }

  /// An earlier incident of the same kind.
  public struct Similar: Equatable, Sendable {
    /// Its number.
    public var number: Int
    /// Its title.
    public var title: String
    /// What was done, and how it ended.
    public var outcome: String
    /// Whether that worked; nil when nobody measured it.
    public var worked: Bool?

    /// Creates an earlier incident.
    public init(number: Int, title: String, outcome: String, worked: Bool? = nil) {
      self.number = number
      self.title = title
      self.outcome = outcome
      self.worked = worked
    }
  }

  /// performance, security, bias, misuse, privacy, harmful_output, safety_control_failure or monitoring_blind.
  public var category: String?
  /// What it has done so far, in words.
  public var impact: String?
  /// The version that was live when it opened.
  public var version: String?
  /// What happened, oldest first.
  public var timeline: [Moment]
  /// The signals it rests on.
  public var signals: [Signal]
  /// The evidence that was collected.
  public var evidence: [Evidence]
  /// The steps to take; nil when the rule names none.
  public var runbook: Runbook?
  /// What has been done or is planned, oldest first.
  public var actions: [ActionRow]
  /// The metric that it is about, with its course; nil when it is about none.
  public var metric: MetricRow?
  /// Earlier incidents of the same kind.
  public var similar: [Similar]
  /// The other operators who look at it right now, as they are shown; one name per session.
  public var viewers: [String] = []

  /// Creates a detail; what is not given is unknown.
  public init(
    category: String? = nil, impact: String? = nil, version: String? = nil, timeline: [Moment] = [],
    signals: [Signal] = [], evidence: [Evidence] = [], runbook: Runbook? = nil, actions: [ActionRow] = [],
    metric: MetricRow? = nil, similar: [Similar] = []
  ) {
    self.category = category
    self.impact = impact
    self.version = version
    self.timeline = timeline
    self.signals = signals
    self.evidence = evidence
    self.runbook = runbook
    self.actions = actions
    self.metric = metric
    self.similar = similar
  }
}
