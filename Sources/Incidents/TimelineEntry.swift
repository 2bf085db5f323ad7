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
  /// What kind: `signals` for a snapshot taken when the harm was contained, `line` for a line of a log that the rule
  /// read, `reference` for what an operator named.
  public let kind: String
  /// What it shows, or where it is.
  public let reference: String
  /// When it was captured.
  public let capturedAt: Timestamp
  /// Who captured it.
  public let capturedBy: String
  /// The line, of the kind `line`.
  public let line: EvidenceLine?

  init(kind: String, reference: String, capturedAt: Timestamp, capturedBy: String, line: EvidenceLine? = nil) {
    self.kind = kind
    self.reference = reference
    self.capturedAt = capturedAt
    self.capturedBy = capturedBy
    self.line = line
  }

  var json: JSON {
    var object = JSONObject([
      ("kind", .string(kind)), ("reference", .string(reference)), ("captured_at", JSON(capturedAt)),
      ("captured_by", .string(capturedBy)),
    ])
    for member in line?.json.object?.members ?? [] { object[member.name] = member.value }
    return .object(object)
  }
}
