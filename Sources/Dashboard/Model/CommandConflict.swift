public import Domain

/// What a lost compare-and-set tells the loser.
public struct CommandConflict: Equatable, Sendable {
  /// The revision that stands now.
  public var revision: Int
  /// Where the incident stands now.
  public var state: IncidentRow.State
  /// Who has it now.
  public var owner: String?
  /// Who changed it.
  public var by: String
  /// When that was.
  public var at: Timestamp

  /// Creates a conflict.
  public init(revision: Int, state: IncidentRow.State, owner: String? = nil, by: String, at: Timestamp) {
    self.revision = revision
    self.state = state
    self.owner = owner
    self.by = by
    self.at = at
  }
}
