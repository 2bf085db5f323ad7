public import Domain

/// Everything that the assess screen shows: what has to be looked at again, and whether tests and rules work.
public struct AssessBoard: Equatable, Sendable {
  /// One assessment of the register.
  public struct Item: Equatable, Sendable {
    /// Where it stands.
    public enum State: String, Sendable {
      /// Not due for a while.
      case current
      /// Due soon, or made due by an event.
      case due
      /// Its time has passed.
      case overdue
      /// Put off by a person.
      case snoozed
    }

    /// Its name.
    public var name: String
    /// Its kind: `risk`, `red-team`, ….
    public var kind: String
    /// Where it stands.
    public var state: State
    /// When it is due.
    public var dueAt: Timestamp?
    /// Until when it is put off.
    public var snoozedUntil: Timestamp?
    /// Why it is due.
    public var because: String
    /// When it was last done.
    public var lastAt: Timestamp?
    /// What was found last, in words, with intervals.
    public var result: String
    /// How that compares with the time before, in words; empty without one.
    public var change: String
    /// Who answers for it.
    public var owner: String?
    /// Everything that was recorded last, field and text.
    public var details: [TraceSpanRow.Detail]

    /// Creates an item.
    public init(
      name: String, kind: String, state: State, dueAt: Timestamp? = nil, snoozedUntil: Timestamp? = nil,
      because: String = "", lastAt: Timestamp? = nil, result: String = "", change: String = "", owner: String? = nil,
      details: [TraceSpanRow.Detail] = []
    ) {
      self.name = name
      self.kind = kind
      self.state = state
      self.dueAt = dueAt
      self.snoozedUntil = snoozedUntil
      self.because = because
      self.lastAt = lastAt
      self.result = result
      self.change = change
      self.owner = owner
      self.details = details
    }
  }

  /// How well one rule works.
  public struct Rule: Equatable, Sendable {
    /// Its name.
    public var name: String
    /// How it stands.
    public var health: MetricRow.Health
    /// Incidents that it opened.
    public var incidents: Int
    /// The share of judged ones that were real, with its 95 % interval; nil where none was judged.
    public var precision: (value: Double, low: Double, high: Double)?
    /// Incidents without a verdict.
    public var unjudged: Int
    /// What stands out, in words.
    public var note: String

    /// Creates a rule.
    public init(
      name: String, health: MetricRow.Health = .ok, incidents: Int = 0,
      precision: (value: Double, low: Double, high: Double)? = nil, unjudged: Int = 0, note: String = ""
    ) {
      self.name = name
      self.health = health
      self.incidents = incidents
      self.precision = precision
      self.unjudged = unjudged
      self.note = note
    }

    /// Whether two rules say the same.
    public static func == (left: Rule, right: Rule) -> Bool {
      left.name == right.name && left.health == right.health && left.incidents == right.incidents
        && left.precision?.value == right.precision?.value && left.precision?.low == right.precision?.low
        && left.precision?.high == right.precision?.high && left.unjudged == right.unjudged && left.note == right.note
    }
  }

  /// Whether something that the organisation stands for, or the watching itself, is in order.
  public struct Check: Equatable, Sendable {
    /// Its name.
    public var name: String
    /// How it stands; `stale` where it cannot be told.
    public var health: MetricRow.Health
    /// The figures, in words.
    public var detail: String
    /// Who answers for it.
    public var owner: String?

    /// Creates a check.
    public init(name: String, health: MetricRow.Health, detail: String, owner: String? = nil) {
      self.name = name
      self.health = health
      self.detail = detail
      self.owner = owner
    }
  }

  /// The register, what is overdue first.
  public var items: [Item]
  /// The rules that opened incidents, and those that cannot watch, what deserves a look first.
  public var rules: [Rule]
  /// How many rules are evaluated.
  public var ruleCount: Int
  /// Values, and what metrics lack.
  public var checks: [Check]

  /// Creates a board.
  public init(items: [Item] = [], rules: [Rule] = [], ruleCount: Int = 0, checks: [Check] = []) {
    self.items = items
    self.rules = rules
    self.ruleCount = ruleCount
    self.checks = checks
  }
}
