public import Assurance
public import Domain
import GRDB
import Glibc

import struct Foundation.Data

/// A text of a person's that the journal only commits to.
public struct ErasableText: Hashable, Sendable {
  /// The number of the entry.
  public var sequence: Int
  /// The member of its `data`.
  public var member: String
  /// The random bytes before the text.
  public var salt: [UInt8]
  /// The text.
  public var text: String

  /// What the entry holds in its place.
  public var commitment: TextCommitment { TextCommitment(text, salt: salt) }
}

extension StoreWriter {
  private static let scopeDocument = "erasable"

  /// Says which texts of people are kept beside the journal from now on.
  public func setErasableScope(_ scope: ErasableScope) throws {
    try setDocument(Self.scopeDocument, ["scope": .string(scope.rawValue)])
  }

  /// Takes the texts out of a draft that are to be erasable, and keeps them beside the journal.
  func setAside(_ draft: EntryDraft, sequence: Int) throws -> EntryDraft {
    let scope = try self.reader.erasableScope
    guard var data = draft.data.object else { return draft }
    for member in ErasableScope.members {
      guard let text = data[member]?.string, !text.isEmpty,
        scope.covers(draft.act, isPersonal: holdsPersonalData(text))
      else { continue }
      var salt = [UInt8](repeating: 0, count: TextCommitment.saltLength)
      guard getentropy(&salt, salt.count) == 0 else { throw StoreError.damaged(what: "the system's randomness") }
      try database.execute(
        sql: "INSERT INTO erasable (seq, member, salt, text) VALUES (?, ?, ?, ?)",
        arguments: [sequence, member, Data(salt), text])
      data[member] = TextCommitment(text, salt: salt).json
    }
    return EntryDraft(draft.act, object: draft.object, data: .object(data))
  }

  /// Erases the texts of entries; answers which of them had any. What they were written over with is zeros.
  public func eraseTexts(of sequences: [Int]) throws -> [Int] {
    try database.execute(sql: "PRAGMA secure_delete = ON")
    return try sequences.filter { sequence in
      try database.execute(sql: "DELETE FROM erasable WHERE seq = ?", arguments: [sequence])
      return database.changesCount > 0
    }
  }
}

extension StoreReader {
  /// Which texts of people are kept beside the journal.
  public var erasableScope: ErasableScope {
    get throws {
      try document("erasable")?["scope"]?.string.flatMap(ErasableScope.init(rawValue:)) ?? .personal
    }
  }

  /// Every text that is kept beside the journal, in the journal's order.
  public func erasableTexts() throws -> [ErasableText] {
    try Row.fetchAll(database, sql: "SELECT seq, member, salt, text FROM erasable ORDER BY seq, member").map { row in
      let salt: Data = row[2]
      return ErasableText(sequence: row[0], member: row[1], salt: Array(salt), text: row[3])
    }
  }

  /// The entry with the texts that it commits to, or with ``TextCommitment/erased`` in place of those that are gone.
  func withTexts(_ entry: JournalEntry) throws -> JournalEntry {
    guard var data = entry.data.object else { return entry }
    var isChanged = false
    for (member, value) in data.members where value.object != nil && TextCommitment(json: value) != nil {
      let text = try String.fetchOne(
        database.cachedStatement(sql: "SELECT text FROM erasable WHERE seq = ? AND member = ?"),
        arguments: [entry.sequence, member])
      data[member] = .string(text ?? TextCommitment.erased)
      isChanged = true
    }
    guard isChanged else { return entry }
    var shown = entry
    shown.draft.data = .object(data)
    return shown
  }
}

extension Store {
  /// Takes what was erased out of the write-ahead log too; false while somebody reads an older state, whose end it waits for.
  public func forgetErased() throws -> Bool {
    try withoutTransaction { database in
      let row = try Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
      return (row?[0] as Int?) == 0
    }
  }
}
