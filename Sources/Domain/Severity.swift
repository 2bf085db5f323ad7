/// How bad a signal or incident is; ordered from mild to grave.
public enum Severity: String, CaseIterable, Comparable, Sendable {
  /// Worth knowing, nobody is woken.
  case notice
  /// Needs attention this shift.
  case warn
  /// Needs attention now.
  case alarm

  /// Orders severities from mild to grave.
  public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .notice: 0
    case .warn: 1
    case .alarm: 2
    }
  }
}
