public import Domain

/// Whether an action worked, asked before it was done and answered by measurement (PM-4).
public struct EffectivenessCheck: Hashable, Sendable {
  /// What an action turned out to do.
  public enum Verdict: String, CaseIterable, Sendable {
    /// The criterion is met, the whole interval with it, and no guard got worse.
    case effective
    /// It got better, but not as far as the criterion, or a guard got worse.
    case partly
    /// It did not get better.
    case ineffective
    /// The measurement cannot tell.
    case inconclusive
  }

  /// Where a check stands at some time.
  public enum State: String, CaseIterable, Sendable {
    /// Its action is not implemented yet.
    case planned
    /// The observation window runs.
    case observing
    /// The window is over; the measurement is to come.
    case due
    /// Leeway has measured; a person's word is to come.
    case proposed
    /// The verdict stands.
    case decided
    /// Its action was given up.
    case cancelled
  }

  /// `C-1`, counted within the incident.
  public let id: String
  /// The action's id.
  public let action: String
  /// What is measured.
  public let plan: CheckPlan
  /// Who registered it.
  public let plannedBy: Actor
  /// When it was registered.
  public let plannedAt: Timestamp
  /// Whether it is the expected effect that the action was recorded with, rather than a check of its own.
  public let isImplied: Bool
  /// When the action was implemented.
  public internal(set) var startsAt: Timestamp?
  /// What was measured, once it was.
  public internal(set) var measurement: CheckMeasurement?
  /// The verdict, once it stands.
  public internal(set) var verdict: Verdict?
  /// Who gave it; Leeway itself where nobody's word is needed.
  public internal(set) var decidedBy: Actor?
  /// When it was given.
  public internal(set) var decidedAt: Timestamp?
  /// Why it differs from the measurement, where it does.
  public internal(set) var reason: String?
  var isCancelled = false

  /// How often it was measured; while rows are wanting, the window grows by its own length each time.
  public internal(set) var measurements = 0

  /// How often a check is measured before `inconclusive` stands.
  public static let mostMeasurements = 4

  /// When the observation window ends; nil until the action is implemented.
  public var dueAt: Timestamp? {
    startsAt.map { $0 + plan.observation * (isExtending ? measurements + 1 : max(1, measurements)) }
  }

  /// Whether rows are awaited that would allow a verdict.
  var isExtending: Bool {
    measurement?.verdict == .inconclusive && measurement?.needs != nil
      && measurements < EffectivenessCheck.mostMeasurements
  }

  /// Where the check stands at `now`.
  public func state(at now: Timestamp) -> State {
    if verdict != nil { return .decided }
    if isCancelled { return .cancelled }
    if measurement != nil, !isExtending { return .proposed }
    guard let dueAt else { return .planned }
    return now < dueAt ? .observing : .due
  }

  /// Whether a verdict is still to come.
  public var isOpen: Bool { verdict == nil && !isCancelled }

  /// The check as `check list` shows it.
  public func json(at now: Timestamp) -> JSON {
    [
      "id": .string(id), "action": .string(action), "state": .string(state(at: now).rawValue), "plan": plan.json,
      "planned_at": JSON(plannedAt), "planned_by": .string(plannedBy.displayName), "starts_at": JSON(startsAt),
      "due_at": JSON(dueAt), "measurement": measurement?.json ?? .null,
      "proposed": JSON(measurement?.verdict.rawValue), "verdict": JSON(verdict?.rawValue),
      "decided_by": JSON(decidedBy?.displayName), "decided_at": JSON(decidedAt), "reason": JSON(reason),
    ]
  }
}
