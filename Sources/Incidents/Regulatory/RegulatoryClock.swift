public import Domain

/// How long a provider has to report a serious incident, by class (EU AI Act, article 73 (2)–(4); spec: records).
///
/// Which incidents are serious, and from when on the article applies to a system, are legal questions: the table is
/// configurable, and nothing here decides them.
public struct RegulatoryClock: Hashable, Sendable {
  /// What kind of serious incident it is.
  public enum Class: String, CaseIterable, Sendable {
    /// Serious and irreversible disruption of critical infrastructure (3(49)(b)), or a widespread infringement.
    case criticalInfrastructure = "critical_infrastructure"
    /// The death of a person.
    case death
    /// Any other serious incident.
    case other

    /// The rule that sets the deadline.
    public var rule: String {
      switch self {
      case .criticalInfrastructure: "AI Act Art. 73(3): widespread infringement or 3(49)(b), not later than 2 days"
      case .death: "AI Act Art. 73(4): death of a person, not later than 10 days"
      case .other: "AI Act Art. 73(2): serious incident, not later than 15 days"
      }
    }
  }

  /// How long a report may take, by class.
  public var lengths: [Class: Duration]

  /// Creates a table.
  public init(days: [Class: Int]) {
    lengths = days.mapValues { .seconds(86_400 * $0) }
  }

  /// The article's own: 2, 10 and 15 days.
  public static let article73 = RegulatoryClock(days: [.criticalInfrastructure: 2, .death: 10, .other: 15])

  /// When a report is due.
  public func due(_ kind: Class, awareAt: Timestamp) -> Timestamp {
    awareAt + (lengths[kind] ?? .seconds(86_400 * 15))
  }
}

/// What is known of an incident's duty to be reported.
public struct RegulatoryState: Hashable, Sendable {
  /// What somebody found.
  public enum Assessment: Hashable, Sendable {
    /// It need not be reported.
    case notSerious
    /// It must be reported.
    case serious(RegulatoryClock.Class)
  }

  /// What was found.
  public internal(set) var assessment: Assessment
  /// Who found it.
  public internal(set) var assessedBy: Actor
  /// When.
  public internal(set) var assessedAt: Timestamp
  /// Why.
  public internal(set) var reason: String?
  /// When the provider became aware of it.
  public internal(set) var awareAt: Timestamp
  /// When the report is due; nil where none is.
  public internal(set) var dueAt: Timestamp?
  /// When the first report went out, complete or not.
  public internal(set) var initialSentAt: Timestamp?
  /// When the complete report went out.
  public internal(set) var completeSentAt: Timestamp?
  /// The authority's references.
  public internal(set) var references: [String] = []

  /// Whether it must be reported.
  public var isSerious: Bool { if case .serious = assessment { true } else { false } }

  /// Whether the authority has not been informed yet, so that evidence must be left as it is (Art. 73(6)).
  public var holdsEvidence: Bool { isSerious && initialSentAt == nil }

  /// `not_serious`, `serious`, `initial_sent` or `complete_sent`.
  public var state: String {
    guard isSerious else { return "not_serious" }
    return completeSentAt != nil ? "complete_sent" : initialSentAt != nil ? "initial_sent" : "serious"
  }

  /// The state as `regulatory list` shows it.
  public func json(at now: Timestamp) -> JSON {
    var kind: RegulatoryClock.Class?
    if case .serious(let found) = assessment { kind = found }
    return [
      "state": .string(state), "class": JSON(kind?.rawValue), "rule": JSON(kind?.rule), "aware_at": JSON(awareAt),
      "due_at": JSON(dueAt), "overdue": .bool(initialSentAt == nil && (dueAt.map { $0 < now } ?? false)),
      "remaining_seconds": initialSentAt == nil ? JSON(dueAt.map { ($0 - now).inSeconds }) : .null,
      "assessed_at": JSON(assessedAt), "assessed_by": .string(assessedBy.displayName), "reason": JSON(reason),
      "initial_sent_at": JSON(initialSentAt), "complete_sent_at": JSON(completeSentAt),
      "references": .array(references.map(JSON.string)), "evidence_hold": .bool(holdsEvidence),
    ]
  }
}
