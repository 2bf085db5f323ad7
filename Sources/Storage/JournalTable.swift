import Assurance
public import Domain
import GRDB

import struct Foundation.Data

extension StoreWriter {
  /// Appends entries to the journal's chain and returns them with their numbers. Texts of people that are to be erasable
  /// are kept beside it; see ``TextCommitment``.
  ///
  /// - Throws: when a draft holds what an entry must not hold (floating-point numbers), and on store errors.
  public func append(_ drafts: [EntryDraft], actor: Actor, at: Timestamp) throws -> [JournalEntry] {
    guard !drafts.isEmpty else { return [] }
    var (sequence, previous) = try head()
    var entries: [JournalEntry] = []
    let statement = try database.cachedStatement(sql: "INSERT INTO journal (seq, hash, line) VALUES (?, ?, ?)")
    for draft in drafts {
      sequence += 1
      let written = actor.isPerson ? try setAside(draft, sequence: sequence) : draft
      let (line, hash) = try AuditChain.line(
        for: written, actor: actor, at: at, sequence: sequence, previous: previous)
      try statement.execute(arguments: [sequence, Data(hash.bytes), Data(line)])
      previous = hash
      entries.append(JournalEntry(sequence: sequence, at: at, actor: actor, draft: draft))
    }
    return entries
  }

  private func head() throws -> (sequence: Int, hash: Digest256) {
    let row = try Row.fetchOne(database, sql: "SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1")
    guard let row else { return (0, AuditChain.genesis) }
    let sequence: Int = row["seq"]
    let bytes: Data = row["hash"]
    guard let hash = Digest256(bytes: Array(bytes)) else {
      throw StoreError.damaged(what: "the hash of journal entry \(sequence)")
    }
    return (sequence, hash)
  }
}

extension StoreReader {
  /// The entries after a number, oldest first.
  public func entries(after sequence: Int, limit: Int = .max) throws -> [JournalEntry] {
    var entries: [JournalEntry] = []
    try forEachEntry(after: sequence, limit: limit) { entries.append($0) }
    return entries
  }

  /// Calls `body` with each entry and its texts, oldest first; only one is in memory at a time.
  public func forEachEntry(
    after sequence: Int, limit: Int = .max, _ body: (JournalEntry) throws -> Void
  ) throws {
    try lines(after: sequence, limit: limit) { line in try body(try withTexts(try AuditChain.parse(line))) }
  }

  /// Calls `body` with each entry's bytes, without a line feed, oldest first.
  public func lines(after sequence: Int = 0, limit: Int = .max, _ body: ([UInt8]) throws -> Void) throws {
    let cursor = try Row.fetchCursor(
      database, sql: "SELECT line FROM journal WHERE seq > ? ORDER BY seq LIMIT ?",
      arguments: [sequence, limit == .max ? -1 : limit])
    while let row = try cursor.next() {
      let line: Data = row[0]
      try body(Array(line))
    }
  }

  /// The number of the newest entry, 0 when there is none.
  public func lastSequence() throws -> Int {
    try Int.fetchOne(database, sql: "SELECT max(seq) FROM journal") ?? 0
  }
}
