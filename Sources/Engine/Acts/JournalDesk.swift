public import Domain
public import Storage

/// Where facts that are about no incident become journal entries: checkpoints, exports, erasures.
public struct JournalDesk: Sendable {
  private let store: Store

  /// Creates a desk over a store.
  public init(store: Store) {
    self.store = store
  }

  /// Appends an entry, together with what `body` writes in the same transaction, and gives it back.
  @discardableResult
  public func record(
    _ draft: EntryDraft, actor: Actor, clock: any WallClock,
    with body: @Sendable (StoreWriter) throws -> Void = { _ in }
  ) throws -> JournalEntry? {
    try store.write { writer in
      let now = clock.now()
      if try writer.reader.lastSequence() == 0 {
        var fold = JournalFold()
        try writer.beginLogIfNew(actor: actor, at: now, &fold)
      }
      try body(writer)
      return try writer.append([draft], actor: actor, at: now).first
    }
  }
}
