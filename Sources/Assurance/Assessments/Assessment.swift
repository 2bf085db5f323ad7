public import Domain

/// One assessment of the register with everything that was recorded of it.
public struct Assessment: Hashable, Sendable {
  /// Where it stands.
  public enum State: String, CaseIterable, Sendable {
    /// Recorded, and not due for a while.
    case current
    /// Due within a fourteenth of its cadence, or made due by an event.
    case due
    /// Its time has passed.
    case overdue
    /// Put off by a person, with a reason.
    case snoozed
  }

  /// What is assessed, by whom, how often.
  public internal(set) var plan: AssessmentPlan
  /// When it came into the register.
  public internal(set) var addedAt: Timestamp
  /// What was recorded, oldest first.
  public internal(set) var records: [AssessmentRecord] = []
  /// What has made it due since the last record, oldest first.
  public internal(set) var reasons: [Reason] = []
  /// Until when it is put off.
  public internal(set) var snoozedUntil: Timestamp?
  /// Why it is put off.
  public internal(set) var snoozeReason: String?

  /// An event that made it due.
  public struct Reason: Hashable, Sendable {
    /// What kind of event.
    public var trigger: AssessmentPlan.Trigger
    /// What happened.
    public var text: String
    /// When.
    public var at: Timestamp
  }

  /// The newest record.
  public var last: AssessmentRecord? { records.max { $0.finishedAt < $1.finishedAt } }

  /// When it is due: after its cadence, at once when an event made it due, or when it was never done.
  public var dueAt: Timestamp? {
    if let first = reasons.first { return first.at }
    guard let last else { return plan.every == nil && !plan.triggers.contains(.schedule) ? nil : addedAt }
    return plan.every.map { last.finishedAt + $0 }
  }

  /// Where it stands at `now`.
  public func state(at now: Timestamp) -> State {
    guard let dueAt else { return .current }
    if let snoozedUntil, snoozedUntil > now { return .snoozed }
    if !reasons.isEmpty || last == nil {
      // What an event or its birth made due has a grace of a fortnight, or of its cadence where that is shorter.
      let grace = min(.seconds(14 * 86_400), plan.every ?? .seconds(14 * 86_400))
      return dueAt + grace < now ? .overdue : .due
    }
    if dueAt <= now { return .overdue }
    let warning = plan.every.map { $0 / 14 } ?? .zero
    return dueAt - warning <= now ? .due : .current
  }

  /// Why it is due, in words.
  public var because: String {
    if let first = reasons.first { return "\(first.trigger.rawValue): \(first.text)" }
    if last == nil { return "never recorded" }
    return plan.every.map { "every \($0.short)" } ?? "on events only"
  }

  /// The assessment as `assess list` shows it, the last two records with it.
  public func json(at now: Timestamp) -> JSON {
    let state = state(at: now)
    let sorted = records.sorted { $0.finishedAt < $1.finishedAt }
    return [
      "name": .string(plan.name), "kind": .string(plan.kind.rawValue), "owner": JSON(plan.owner),
      "scope": JSON(plan.scope), "every": JSON(plan.every?.inSeconds),
      "triggers": .array(plan.triggers.map(\.rawValue).sorted().map(JSON.string)), "state": .string(state.rawValue),
      "due_at": JSON(dueAt), "because": .string(because),
      "overdue_days": state == .overdue
        ? JSON(dueAt.map { ((now - $0).inSeconds / 86_400 * 10).rounded() / 10 }) : .null,
      "snoozed_until": JSON(snoozedUntil), "records": JSON(records.count), "last": sorted.last?.json ?? .null,
      "before": sorted.dropLast().last?.json ?? .null, "changes": .array(changes.map(\.json)),
    ]
  }

  /// How a figure moved from the record before to the last one.
  public struct Change: Hashable, Sendable {
    /// What was measured.
    public var metric: String
    /// The value before.
    public var before: Double
    /// The value now.
    public var now: Double
    /// Whether the 95 % intervals lie apart; nil where there are none.
    public var isClear: Bool?

    var json: JSON {
      ["metric": .string(metric), "before": JSON(before), "now": JSON(now), "clear": JSON(isClear)]
    }
  }

  /// How the figures moved from the record before to the last one.
  public var changes: [Change] {
    let sorted = records.sorted { $0.finishedAt < $1.finishedAt }
    guard let now = sorted.last, let before = sorted.dropLast().last else { return [] }
    return now.results.compactMap { result in
      guard let earlier = before.results.first(where: { $0.metric == result.metric }) else { return nil }
      var isClear: Bool?
      if let one = earlier.interval, let other = result.interval { isClear = !one.overlaps(other) }
      return Change(metric: result.metric, before: earlier.value, now: result.value, isClear: isClear)
    }
  }
}
