public import Domain

/// One run of an incident from opening to its end; reopening starts another and leaves the earlier times alone.
public struct Episode: Hashable, Sendable {
  /// The episode's number, from 1.
  public let number: Int
  /// When the condition that was detected began to hold.
  public internal(set) var impactStartedAt: Timestamp?
  /// When it was detected: event time of the evaluation, or when a person filed it.
  public internal(set) var openedAt: Timestamp
  /// When somebody first took it.
  public internal(set) var acknowledgedAt: Timestamp?
  /// When the impact ended, or was claimed to.
  public internal(set) var mitigatedAt: Timestamp?
  /// When it was over.
  public internal(set) var resolvedAt: Timestamp?
  /// When it was closed.
  public internal(set) var closedAt: Timestamp?
  /// What it was found to be; nil while nobody has said.
  public internal(set) var verdict: Verdict?

  /// When the episode ended: closed, else resolved; nil while it goes on.
  public var endedAt: Timestamp? { closedAt ?? resolvedAt }

  var json: JSON {
    [
      "episode": JSON(number), "impact_started_at": JSON(impactStartedAt), "opened_at": JSON(openedAt),
      "acknowledged_at": JSON(acknowledgedAt), "mitigated_at": JSON(mitigatedAt), "resolved_at": JSON(resolvedAt),
      "closed_at": JSON(closedAt), "verdict": JSON(verdict?.rawValue),
    ]
  }
}
