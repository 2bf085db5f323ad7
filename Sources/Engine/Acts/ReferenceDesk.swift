public import Domain
public import Drift
public import Storage

/// Where people's decisions about references become durable: the reference and its journal entry in one transaction.
public struct ReferenceDesk: Sendable {
  private let store: Store

  /// Creates a desk over a store.
  public init(store: Store) {
    self.store = store
  }

  /// Stores a reference under its metric and name and records who did it and why.
  public func record(
    _ verb: Verb, _ reference: Reference, reason: String?, actor: Actor, at now: Timestamp
  ) throws {
    try store.write { writer in
      var fold = JournalFold()
      try fold.refresh(writer.reader)
      try writer.beginLogIfNew(actor: actor, at: now, &fold)
      let capture = BatchJournal.capture(reference)
      var data = capture.data.object ?? JSONObject()
      data["reason"] = JSON(reason)
      _ = try writer.append([EntryDraft(verb, object: capture.object, data: .object(data))], actor: actor, at: now)
      try writer.setReference(metric: reference.metric, name: reference.name, reference.json)
    }
  }
}
