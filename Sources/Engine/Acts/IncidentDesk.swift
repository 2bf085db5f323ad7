public import Domain
public import Incidents
public import Storage
import Synchronization

/// Where people's requests become journal entries: compare-and-set, guards and the append in one transaction.
///
/// When ``perform(_:incident:expectedRevision:actor:clock:)`` returns, what it did is durable, refusals included.
public final class IncidentDesk: Sendable {
  /// What became of a request.
  public enum Outcome: Sendable {
    /// It was done; the incident as it is now.
    case done(Incident)
    /// Somebody else was faster.
    case conflict(Conflict)
    /// The incident's state or a guard forbids it.
    case refused(Refusal)
    /// There is no incident of that name.
    case unknown
  }

  private let store: Store
  private let policy: IncidentPolicy
  private let fold = Mutex(JournalFold())

  /// Creates a desk over a store.
  public init(store: Store, policy: IncidentPolicy) {
    self.store = store
    self.policy = policy
  }

  /// Decides a request against the journal's present state and records the decision.
  ///
  /// - Parameters:
  ///   - incident: its number; nil only for a request that opens one.
  ///   - expectedRevision: the revision that the operator saw; nil uses the one found in this transaction.
  public func perform(
    _ request: IncidentRequest, incident: Int?, expectedRevision: Int?, actor: Actor,
    clock: any WallClock
  ) throws -> Outcome {
    try fold.withLock { fold in
      var next = fold
      let outcome = try store.write { writer -> Outcome in
        // The time is taken while the lock is held, so that it goes the way of the numbers.
        let now = clock.now()
        try next.refresh(writer.reader)
        try writer.beginLogIfNew(actor: actor, at: now, &next)
        if let incident, next.book.incident(number: incident) == nil { return .unknown }
        let decision = next.book.decide(
          request, on: incident, expectedRevision: expectedRevision, actor: actor, now: now, policy: policy)
        switch decision {
        case .entries(let drafts, let number):
          for entry in try writer.append(drafts, actor: actor, at: now) { next.apply(entry) }
          return next.book.incident(number: number).map(Outcome.done) ?? .unknown
        case .refused(let drafts, let refusal):
          for entry in try writer.append(drafts, actor: actor, at: now) { next.apply(entry) }
          return .refused(refusal)
        case .conflict(let drafts, let conflict):
          for entry in try writer.append(drafts, actor: actor, at: now) { next.apply(entry) }
          return .conflict(conflict)
        }
      }
      fold = next
      return outcome
    }
  }

  /// Decides a request about silences and records the decision; the refusal where a guard forbids it.
  public func perform(
    _ request: SilenceRequest, actor: Actor, clock: any WallClock
  ) throws -> Result<Silence, PlainRefusal> {
    try fold.withLock { fold in
      var next = fold
      let outcome = try store.write { writer -> Result<Silence, PlainRefusal> in
        let now = clock.now()
        try next.refresh(writer.reader)
        try writer.beginLogIfNew(actor: actor, at: now, &next)
        let drafts: [EntryDraft]
        let refusal: PlainRefusal
        var id = ""
        switch next.book.decide(request, actor: actor, now: now) {
        case .entries(let granted, let number):
          (drafts, id) = (granted, number)
          refusal = PlainRefusal(verb: request.act, reason: "the journal did not take it")
        case .refused(let recorded, let reason): (drafts, refusal) = (recorded, reason)
        }
        for entry in try writer.append(drafts, actor: actor, at: now) { next.apply(entry) }
        return next.book.silences.first { $0.id == id }.map(Result.success) ?? .failure(refusal)
      }
      fold = next
      return outcome
    }
  }

  /// Measures the checks that are due, as the collector does every second; for hosts where none runs.
  public func measureDueChecks(clock: any WallClock) throws {
    try fold.withLock { fold in
      var next = fold
      try store.write { writer in
        try next.refresh(writer.reader)
        try writer.measureDueChecks(at: clock.now(), policy: policy, &next)
      }
      fold = next
    }
  }

  /// The number of the incident that a person's words name: `412`, `INC-412`, or its id; nil when there is none.
  public func number(named name: String) throws -> Int? {
    try current().book.number(named: name)
  }

  /// The state as of now.
  public func current() throws -> JournalFold {
    try fold.withLock { fold in
      var next = fold
      try store.read { try next.refresh($0) }
      fold = next
      return next
    }
  }
}

extension StoreWriter {
  /// Measures the checks whose observation window is over, and records what was found.
  func measureDueChecks(at now: Timestamp, policy: IncidentPolicy, _ fold: inout JournalFold) throws {
    // The last slots of a window are stored a little after its end.
    let due = fold.book.dueChecks(at: now - CheckEvaluator.settling)
    guard !due.isEmpty else { return }
    let evaluator = try CheckEvaluator(reader)
    for (number, check) in due.prefix(16) {
      guard let measurement = try evaluator.measure(check) else { continue }
      let drafts = fold.book.measured(measurement, check: check.id, incident: number, policy: policy)
      for entry in try append(drafts, actor: .leeway, at: now) { fold.apply(entry) }
    }
  }

  /// Begins the journal with its `log.open` entry where it has none.
  func beginLogIfNew(actor: Actor, at now: Timestamp, _ fold: inout JournalFold) throws {
    guard fold.sequence == 0 else { return }
    let draft = EntryDraft(
      .logOpen, object: ["log_id": .string("leeway-" + now.formatted(.microseconds))],
      data: ["format": "leeway journal 1"])
    for entry in try append([draft], actor: actor, at: now) { fold.apply(entry) }
  }
}
