/// Why there is no terminal to draw on, and what to do about it.
public enum TerminalError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Standard input or output is a pipe or a file.
  case notATerminal
  /// `TERM` is not set.
  case typeUnset
  /// This host has no description of the terminal type.
  case typeUnknown(String)
  /// The terminal cannot place its cursor.
  case typeTooSimple(String)
  /// The terminal's settings cannot be read or the system is out of descriptors.
  case unavailable
  /// The process has a session already.
  case alreadyOpen

  /// One line: what, and what to do.
  public var description: String {
    switch self {
    case .notATerminal:
      "the dashboard needs a terminal, but standard input or output is not one: run leeway without a pipe "
        + "(ssh -t), or use leeway render or leeway status"
    case .typeUnset:
      "TERM is not set: set it to the type of the terminal, for example TERM=xterm-256color"
    case .typeUnknown(let type):
      "this host does not know the terminal type \(SafeText.quoted(type)): set TERM=xterm-256color, or install the "
        + "package ncurses-term"
    case .typeTooSimple(let type):
      "a terminal of type \(SafeText.quoted(type)) cannot place its cursor: set TERM to the type of the terminal, "
        + "for example TERM=xterm-256color, or use leeway render or leeway status"
    case .unavailable:
      "the terminal's settings cannot be read: run leeway in the foreground of a terminal"
    case .alreadyOpen:
      "the terminal is open already: close the other session first"
    }
  }
}
