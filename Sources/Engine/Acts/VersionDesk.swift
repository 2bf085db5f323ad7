public import Domain
import Drift
public import Incidents
import Measures
public import Storage

/// What somebody decided about a version after comparing it with the one before (practice PM-2).
public struct VersionReview: Hashable, Sendable {
  /// What was decided.
  public enum Decision: String, CaseIterable, Sendable {
    /// The version is the new normal: references are captured from it and promoted.
    case accept
    /// It stays, and is looked at again.
    case watch
    /// It is to be rolled back.
    case rollBack = "roll_back"
  }

  /// The version.
  public var version: String
  /// What was decided.
  public var decision: Decision
  /// Why.
  public var reason: String
  /// Who decided.
  public var by: String
  /// When.
  public var at: Timestamp

  /// Reads a journal entry; nil where it tells of no review.
  init?(_ entry: JournalEntry) {
    guard entry.act == .versionReview, let version = entry.object["version"]?.string,
      let decision = entry.data["decision"]?.string.flatMap(Decision.init(rawValue:))
    else { return nil }
    self.version = version
    self.decision = decision
    reason = entry.data["reason"]?.string ?? ""
    by = entry.actor.displayName
    at = entry.at
  }

  /// The review as `leeway versions` shows it.
  public var json: JSON {
    [
      "decision": .string(decision.rawValue), "reason": .string(reason), "by": .string(by), "at": JSON(at),
    ]
  }
}

/// Where decisions about versions become durable: the review and, where the version is accepted, the references that are
/// captured from it, in one transaction.
public struct VersionDesk: Sendable {
  private let store: Store
  /// Rows of a version that a reference needs at least.
  private static let leastRows = 200
  /// References are captured from this much of the version's newest event time.
  private static let span: Duration = .seconds(3_600)

  /// Creates a desk over a store.
  public init(store: Store) {
    self.store = store
  }

  /// Records a decision; the refusal where a guard forbids it. Gives the metrics whose reference is now the version's.
  public func review(
    _ version: String, _ decision: VersionReview.Decision, reason: String, actor: Actor, clock: any WallClock
  ) throws -> Result<[String], PlainRefusal> {
    try store.write { writer in
      let now = clock.now()
      var fold = JournalFold()
      try fold.refresh(writer.reader)
      try writer.beginLogIfNew(actor: actor, at: now, &fold)
      func refuse(_ reason: String) throws -> Result<[String], PlainRefusal> {
        let data: JSON = ["result": "refused", "reason": .string(reason)]
        _ = try writer.append([EntryDraft(.versionReview, data: data)], actor: actor, at: now)
        return .failure(PlainRefusal(verb: Verb.versionReview.rawValue, reason: reason))
      }
      guard fold.versions.contains(where: { $0.version == version }) else {
        return try refuse("no such version was seen: leeway versions list shows them")
      }
      guard reason.utf8.contains(where: { $0 > 0x20 }), reason.utf8.count <= 4_096 else {
        return try refuse("a review needs a reason, of at most 4096 bytes")
      }
      var captured: [Reference] = []
      if decision == .accept {
        captured = try VersionDesk.references(of: version, at: now, writer.reader)
      }
      var drafts = [
        EntryDraft(
          .versionReview, object: ["version": .string(version)],
          data: [
            "decision": .string(decision.rawValue), "reason": .string(reason),
            "promoted": .array(captured.map { .string($0.metric) }),
          ])
      ]
      for reference in captured {
        let draft = BatchJournal.capture(reference)
        var data = draft.data.object ?? JSONObject()
        data["reason"] = .string("\(version) accepted: \(reason)")
        drafts.append(EntryDraft(.baselinePromote, object: draft.object, data: .object(data)))
        try writer.setReference(metric: reference.metric, name: reference.name, reference.json)
      }
      _ = try writer.append(drafts, actor: actor, at: now)
      return .success(captured.map(\.metric))
    }
  }

  /// The references of every watched metric from the version's newest rows, under the names that drift is measured
  /// against; a metric with too few rows keeps its own.
  private static func references(
    of version: String, at now: Timestamp, _ reader: StoreReader
  ) throws -> [Reference] {
    let plan = try WatchPlan.stored(reader)
    return try (plan?.metrics ?? []).compactMap { metric in
      guard let drift = metric.drift, let end = try reader.lastSlotStart(of: metric.name) else { return nil }
      var sum: Summary?
      var first = end
      var slots: [(start: Timestamp, rows: Summary)] = []
      try reader.slots(of: metric.name, from: end - span, to: end + SlotDelta.baseSlot) { slot in
        guard slot.labels["version"] == version else { return }
        first = min(first, slot.start)
        slots.append((slot.start, slot.summary))
        if sum?.merge(slot.summary) == nil { sum = slot.summary }
      }
      guard let sum, sum.count >= leastRows else { return nil }
      var reference = try? Reference.capture(
        from: sum, name: drift.reference ?? AutomaticReference.name, series: SeriesKey(metric: metric.name),
        capturedFrom: first, capturedTo: end + SlotDelta.baseSlot, capturedAt: now, source: "version \(version)")
      reference?.measureOverdispersion(slots: slots)
      // What the version looks like at other hours is still to be seen.
      if let stratify = drift.stratify { reference?.learnStrata(by: stratify) }
      return reference
    }
  }
}
