public import Domain

/// What becomes of a request: facts for the journal, whichever way it went.
public enum Decision: Hashable, Sendable {
  /// It is granted; the entries make it so.
  case entries([EntryDraft], incident: Int)
  /// The state or a guard forbids it; the drafts record that.
  case refused(drafts: [EntryDraft], Refusal)
  /// The incident has changed since the operator saw it; the drafts record that.
  case conflict(drafts: [EntryDraft], Conflict)

  /// What goes into the journal.
  public var drafts: [EntryDraft] {
    switch self {
    case .entries(let drafts, _), .refused(let drafts, _), .conflict(let drafts, _): drafts
    }
  }
}

/// Why a request was refused, and what would be allowed instead.
public struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was asked.
  public var verb: IncidentVerb
  /// The state of the incident, or of the action where one was named; nil where there is neither.
  public var state: String?
  /// The verbs that are allowed in that state.
  public var allowed: [IncidentVerb]
  /// Why, and what to do about it.
  public var reason: String

  /// `{"refused": {verb, state, allowed, reason}}`.
  public var json: JSON {
    [
      "refused": [
        "verb": .string(verb.rawValue), "state": JSON(state),
        "allowed": .array(allowed.map { .string($0.rawValue) }), "reason": .string(reason),
      ]
    ]
  }

  /// `cannot ack: the incident is closed; allowed: note, reopen`.
  public var description: String {
    let list = allowed.map(\.rawValue).joined(separator: ", ")
    return "cannot \(verb.rawValue): \(reason)" + (list.isEmpty ? "" : "; allowed: \(list)")
  }
}

/// Who was faster.
public struct Conflict: Error, Hashable, Sendable, CustomStringConvertible {
  /// The incident's revision now.
  public var rev: Int
  /// Its state now.
  public var state: IncidentState
  /// Its owner now.
  public var owner: String?
  /// Who made the last change.
  public var by: String
  /// When.
  public var at: Timestamp

  /// `{"conflict": {rev, state, owner, by, at}}`.
  public var json: JSON {
    [
      "conflict": [
        "rev": JSON(rev), "state": .string(state.rawValue), "owner": JSON(owner), "by": .string(by), "at": JSON(at),
      ]
    ]
  }

  /// `changed by alice at 10:02:11.204: acknowledged, owner alice (rev 4)`.
  public var description: String {
    "changed by \(by) at \(at.formatted().dropFirst(11).dropLast()): \(state.rawValue), owner \(owner ?? "nobody") (rev \(rev))"
  }
}
