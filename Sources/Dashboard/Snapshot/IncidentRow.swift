public import Domain

/// One incident as the queue shows it.
public struct IncidentRow: Equatable, Sendable {
  /// Where an incident stands (spec: incidents, part 2).
  public enum State: String, CaseIterable, Sendable {
    /// Nobody has acknowledged it.
    case new
    /// Somebody has it.
    case acknowledged
    /// A containment has been recorded.
    case mitigating
    /// The impact has ended; the watch window runs.
    case monitoring
    /// The watch window stayed clear, or an operator resolved it.
    case resolved
    /// Root cause and actions are being worked out.
    case review
    /// Done.
    case closed
    /// Not an incident.
    case dismissed
    /// Part of another incident.
    case merged
  }

  /// The number by which people name it.
  public var number: Int
  /// The revision that every act on it names.
  public var revision: Int
  /// One line that says what is wrong.
  public var title: String
  /// The same without what tells incidents of one rule apart.
  public var headline: String
  /// The rule that opened it; nil where a person did.
  public var rule: String?
  /// The numbers of the incidents that are folded into this row; none where it is a row of its own.
  var members: [Int] = []
  /// How bad it is.
  public var severity: Severity
  /// Where it stands.
  public var state: State
  /// Whether it is being watched with an effectiveness check open.
  public var isVerifying: Bool
  /// Who has it.
  public var owner: String?
  /// When the present episode opened.
  public var openedAt: Timestamp
  /// The episode, from 1.
  public var episode: Int
  /// Whether its signals change too often to be believed.
  public var isFlapping: Bool
  /// Who acknowledged it.
  public var acknowledgedBy: String?
  /// When it was acknowledged.
  public var acknowledgedAt: Timestamp?
  /// Until when it is snoozed.
  public var snoozedUntil: Timestamp?
  /// Who silenced it, while a silence hides it.
  public var silencedBy: String?
  /// Until when it is silenced.
  public var silencedUntil: Timestamp?
  /// Since when the action of it that was due first is overdue; nil where none is.
  public var overdueSince: Timestamp?
  /// Whether all its signals have cleared; nil when it has none or one is stale.
  public var signalsCleared: Bool?

  /// Creates a row.
  public init(
    number: Int, revision: Int, title: String, severity: Severity, state: State, isVerifying: Bool = false,
    owner: String? = nil, openedAt: Timestamp, episode: Int = 1, isFlapping: Bool = false,
    acknowledgedBy: String? = nil, acknowledgedAt: Timestamp? = nil, snoozedUntil: Timestamp? = nil,
    signalsCleared: Bool? = nil
  ) {
    self.number = number
    self.revision = revision
    self.title = title
    headline = title
    self.severity = severity
    self.state = state
    self.isVerifying = isVerifying
    self.owner = owner
    self.openedAt = openedAt
    self.episode = episode
    self.isFlapping = isFlapping
    self.acknowledgedBy = acknowledgedBy
    self.acknowledgedAt = acknowledgedAt
    self.snoozedUntil = snoozedUntil
    self.signalsCleared = signalsCleared
  }

  /// Whether a silence hides it at `now`.
  public func isSilenced(at now: Timestamp) -> Bool { silencedUntil.map { $0 > now } ?? false }

  /// Whether somebody still has to do something about it, or watch it.
  public var isOpen: Bool {
    switch state {
    case .new, .acknowledged, .mitigating, .monitoring: true
    case .resolved, .review, .closed, .dismissed, .merged: false
    }
  }
}
