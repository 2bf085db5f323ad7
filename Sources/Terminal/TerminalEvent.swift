public import Screen

/// What can happen while the dashboard waits.
public enum TerminalEvent: Hashable, Sendable {
  /// A key, pasted text, a new size or a change of focus.
  case key(Key)
  /// The wake descriptor has something to read; the caller reads it.
  case wake
  /// The process was stopped and goes on: everything has to be drawn again.
  case resumed
  /// Control-C, or SIGINT.
  case interrupt
  /// SIGTERM: close the session and end.
  case terminate
  /// The terminal is gone, or SIGHUP: end, there is nobody to tell.
  case hangup
}
