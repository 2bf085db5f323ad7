public import Domain
public import Screen

/// What happens to the dashboard.
public enum Message: Sendable {
  /// The operator pressed a key.
  case key(Key)
  /// The store has something new.
  case snapshot(Snapshot)
  /// Time has passed; wall time.
  case tick(Timestamp)
  /// The terminal has another size.
  case resized(Size)
  /// An act has ended.
  case commandFinished(CommandID, CommandResult)
}
