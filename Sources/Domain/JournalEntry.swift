/// What an entry of the journal says happened: `incident.ack`, `signal.firing`, always `noun.verb`.
public struct Verb: Hashable, Sendable, RawRepresentable, ExpressibleByStringLiteral, CustomStringConvertible {
  /// The text in the journal.
  public let rawValue: String
  /// Creates a verb from its text.
  public init(rawValue: String) { self.rawValue = rawValue }
  /// Creates a verb from its text.
  public init(stringLiteral value: String) { rawValue = value }
  /// The text in the journal.
  public var description: String { rawValue }
}

/// A fact to be appended to the journal: everything but its place in the chain.
public struct EntryDraft: Hashable, Sendable {
  /// What happened.
  public var act: Verb
  /// What it happened to: identifiers only.
  public var object: JSON
  /// The facts; no floating-point numbers (decimals are strings), no raw personal data.
  public var data: JSON

  /// Creates a draft; `object` and `data` are JSON objects.
  public init(_ act: Verb, object: JSON = [:], data: JSON = [:]) {
    self.act = act
    self.object = object
    self.data = data
  }
}

/// One entry of the journal, as it stands in the chain.
public struct JournalEntry: Hashable, Sendable {
  /// The entry's number, from 1, without gaps.
  public var sequence: Int
  /// Wall time of the store's host when the entry was written, to the microsecond.
  public var at: Timestamp
  /// Who did it.
  public var actor: Actor
  /// What happened, to what, with which facts.
  public var draft: EntryDraft

  /// Creates an entry.
  public init(sequence: Int, at: Timestamp, actor: Actor, draft: EntryDraft) {
    self.sequence = sequence
    self.at = at
    self.actor = actor
    self.draft = draft
  }

  /// What happened.
  public var act: Verb { draft.act }
  /// What it happened to.
  public var object: JSON { draft.object }
  /// The facts.
  public var data: JSON { draft.data }
}
