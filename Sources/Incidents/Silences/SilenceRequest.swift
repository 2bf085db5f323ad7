public import Domain

/// What a person asks of the silences.
public enum SilenceRequest: Hashable, Sendable {
  /// Hide what matches until a time. `acceptsNoMatch` confirms a silence that matches nothing yet.
  case add(matchers: [Silence.Matcher], from: Timestamp?, until: Timestamp, reason: String?, acceptsNoMatch: Bool)
  /// End a silence now.
  case expire(id: String, reason: String?)

  /// The request's verb in the journal.
  public var act: String {
    switch self {
    case .add: "silence.add"
    case .expire: "silence.expire"
    }
  }
}

/// Why something that is not about one incident was refused.
public struct PlainRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was asked, as the journal names it.
  public var verb: String
  /// The state that forbids it, where there is one.
  public var state: String?
  /// Why, and what to do about it.
  public var reason: String

  /// Creates a refusal.
  public init(verb: String, state: String? = nil, reason: String) {
    self.verb = verb
    self.state = state
    self.reason = reason
  }

  /// `{"refused": {verb, state, allowed, reason}}`.
  public var json: JSON {
    ["refused": ["verb": .string(verb), "state": JSON(state), "allowed": [], "reason": .string(reason)]]
  }

  /// `cannot silence.add: …`.
  public var description: String { "cannot \(verb): \(reason)" }
}

/// What becomes of a request about silences.
public enum SilenceDecision: Hashable, Sendable {
  /// It is granted; the entries make it so.
  case entries([EntryDraft], id: String)
  /// A guard forbids it; the drafts record that.
  case refused(drafts: [EntryDraft], PlainRefusal)
}
