public import Domain

/// One line of an incident's timeline.
public struct TimelineEntry: Hashable, Sendable {
  /// The journal entry's number.
  public let sequence: Int
  /// When it was written.
  public let at: Timestamp
  /// Who did it.
  public let actor: String
  /// What was done: the journal's verb.
  public let verb: Verb
  /// One sentence for people.
  public let detail: String
  /// The incident that brought the line in by a merge.
  public internal(set) var mergedFrom: Int?

  var json: JSON {
    [
      "seq": JSON(sequence), "at": JSON(at), "actor": .string(actor), "verb": .string(verb.rawValue),
      "detail": .string(detail),
    ]
  }
}

/// Something kept with an incident that shows what was the case.
public struct Evidence: Hashable, Sendable {
  /// What kind: `signals` for a snapshot taken when the harm was contained, `reference` for what an operator named.
  public let kind: String
  /// What it shows, or where it is.
  public let reference: String
  /// When it was captured.
  public let capturedAt: Timestamp
  /// Who captured it.
  public let capturedBy: String

  var json: JSON {
    [
      "kind": .string(kind), "reference": .string(reference), "captured_at": JSON(capturedAt),
      "captured_by": .string(capturedBy),
    ]
  }
}
