public import Domain

/// An action as an operator writes it down; it names an effect, or the reason why none can be named (PM-4).
public struct ActionPlan: Hashable, Sendable {
  /// What it is for; a containment is always recorded as one.
  public var kind: CorrectiveAction.Kind
  /// What is done.
  public var statement: String
  /// What it should bring about.
  public var effect: ExpectedEffect?
  /// Why it is done, or why no effect can be named.
  public var reason: String?
  /// Who sees to it; nil means whoever writes it down.
  public var owner: String?
  /// When it is to be done.
  public var dueAt: Timestamp?
  /// References to what supports it: files with offsets, trace ids, hashes.
  public var evidence: [String]

  /// Creates a plan.
  public init(
    kind: CorrectiveAction.Kind, statement: String, effect: ExpectedEffect? = nil, reason: String? = nil,
    owner: String? = nil, dueAt: Timestamp? = nil, evidence: [String] = []
  ) {
    self.kind = kind
    self.statement = statement
    self.effect = effect
    self.reason = reason
    self.owner = owner
    self.dueAt = dueAt
    self.evidence = evidence
  }
}
