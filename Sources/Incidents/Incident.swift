public import Domain

/// An incident as the journal's entries add up to it.
public struct Incident: Hashable, Sendable {
  /// A name that never changes: 26 characters that order like the times of opening.
  public let id: String
  /// The number that people use, from 1.
  public let number: Int
  /// Raised by one with every change of the incident. Facts about its signals that change neither state nor severity
  /// leave it alone, so that a flapping signal cannot make every acknowledgement lose.
  public internal(set) var rev = 1
  /// One line for the queue.
  public let title: String
  /// Where it stands.
  public internal(set) var state = IncidentState.new
  /// How bad it is.
  public internal(set) var severity: Severity
  /// performance, security, bias, misuse, privacy, harmful_output, safety_control_failure or monitoring_blind.
  public let category: String?
  /// What it turned out to be.
  public internal(set) var verdict: Verdict?
  /// Who has taken it.
  public internal(set) var owner: String?
  /// Every episode, the current one last; there is always one.
  public internal(set) var episodes: [Episode]
  /// When the acknowledgement lapses unless something is done.
  public internal(set) var ackExpiresAt: Timestamp?
  /// Until when it is hidden.
  public internal(set) var snoozedUntil: Timestamp?
  /// The earlier incident that this one repeats.
  public let recurrenceOf: Int?
  /// The incident that carries this one on.
  public internal(set) var mergedInto: Int?
  /// The incidents that this one carries on.
  public internal(set) var merged: [Int] = []
  /// Path of the runbook.
  public let runbook: String?
  /// The runbook's steps that were ticked, counted from 1: who did it, and when.
  public internal(set) var stepsDone: [Int: StepTick] = [:]
  /// OWASP LLM 2025 classes.
  public let owasp: [String]
  /// MITRE ATLAS techniques.
  public let atlas: [String]
  /// How it was detected: `rule`, or `operator`.
  public let detectedBy: String
  /// Its signals, in the order in which they joined.
  public internal(set) var signals: [IncidentSignal] = []
  /// Its actions, in the order in which they were recorded.
  public internal(set) var actions: [CorrectiveAction] = []
  /// Its actions' effectiveness checks, in the order in which they were registered.
  public internal(set) var checks: [EffectivenessCheck] = []
  /// What is known of its duty to be reported; nil until somebody has assessed it.
  public internal(set) var regulatory: RegulatoryState?
  /// Who holds its evidence; nil where nobody has asked for that.
  public internal(set) var hold: Hold?
  /// What happened, in the order of the journal. Of more than ``longestTimeline`` lines the first and the last are kept.
  public internal(set) var timeline: [TimelineEntry] = []
  /// How many lines the timeline has lost; the journal still has them.
  public internal(set) var timelineOmitted = 0
  /// What shows what was the case.
  public internal(set) var evidence: [Evidence] = []
  /// Who made the last change.
  public internal(set) var changedBy: String
  /// When the last change was made.
  public internal(set) var changedAt: Timestamp

  /// The most steps of a runbook that can be ticked.
  public static let mostSteps = 100

  /// Who has done a step of the runbook, and when.
  public struct StepTick: Hashable, Sendable {
    /// Who.
    public var by: String
    /// When.
    public var at: Timestamp
  }

  /// Somebody's request that nothing of it be removed.
  public struct Hold: Hashable, Sendable {
    /// Who.
    public var by: String
    /// Since when.
    public var at: Timestamp
    /// Why.
    public var reason: String
  }

  /// Whether what is stored of its time must not be removed: on request, or until the authority knows (AI Act Art. 73).
  public var isHeld: Bool { hold != nil || regulatory?.holdsEvidence == true }

  /// The earliest instant of what is held: an hour before its harm began, where that is known.
  public var heldFrom: Timestamp? {
    guard isHeld else { return nil }
    return (episodes.compactMap(\.impactStartedAt) + [openedAt]).min().map { $0 - .seconds(3_600) }
  }

  /// Lines that a timeline holds at most.
  public static let longestTimeline = 4_096

  var ackTimeToLive: Duration?
  var acknowledgedBy: Actor?
  var acknowledgedEntryAt: Timestamp?
  var ownerBeforeAck: String?
  var ackTimeBeforeAck: Timestamp?
  var resolvedBy: Actor?
  var stateBefore: IncidentState?
  var monitoringSince: Timestamp?

  /// `INC-412`.
  public static func name(_ number: Int) -> String { "INC-\(number)" }

  /// `INC-412`.
  public var name: String { Incident.name(number) }

  /// When it was first opened.
  public var openedAt: Timestamp { episodes.first?.openedAt ?? changedAt }

  /// The current episode.
  public var episode: Episode { episodes.last ?? Episode(number: 1, openedAt: changedAt) }

  /// Whether a signal fires.
  public var isFiring: Bool { signals.contains(where: \.isFiring) }

  /// Whether it has signals and all of them are known to be clear.
  public var isClear: Bool { !signals.isEmpty && signals.allSatisfy(\.isClear) }

  /// Whether a signal's state is unknown: stale, or its rule failed.
  public var isUnknown: Bool { signals.contains { $0.state == .stale || $0.state == .error } }

  /// When the last of its signals cleared; nil while one has not.
  public var clearedAt: Timestamp? { isClear ? signals.compactMap(\.clearedAt).max() : nil }

  /// Whether one of its signals comes and goes too fast to be read one by one.
  public var isFlapping: Bool { state.isOpen && signals.contains(where: \.isFlapping) }

  /// Whether an action's effectiveness check is running while the incident is watched; shown as VRFY.
  public var isVerifying: Bool { state == .monitoring && checks.contains { $0.isOpen && $0.startsAt != nil } }

  /// The watch window's start: when the impact ended and the last signal cleared, whichever came later.
  var watchedSince: Timestamp? {
    guard let monitoringSince else { return nil }
    return clearedAt.map { max($0, monitoringSince) } ?? monitoringSince
  }

  /// Whether time alone can change it.
  var hasTimer: Bool {
    switch state {
    case .acknowledged, .monitoring: true
    case .new: snoozedUntil != nil || isClear
    case .mitigating: isClear
    default: false
    }
  }
}
