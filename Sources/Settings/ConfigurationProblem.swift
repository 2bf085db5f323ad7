/// Something in a configuration that has to be mended, or that deserves a look.
public struct ConfigurationProblem: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// How grave a problem is.
  public enum Gravity: String, Hashable, Sendable {
    /// The configuration cannot be used.
    case error
    /// The configuration can be used.
    case warning
  }

  /// How grave it is.
  public var gravity: Gravity
  /// The file, as it was named.
  public var file: String
  /// The line, from 1.
  public var line: Int
  /// The column in characters (Unicode scalars), from 1.
  public var column: Int
  /// What is wrong.
  public var what: String
  /// What was expected instead, or what to do.
  public var expected: String?

  /// Creates a problem.
  public init(gravity: Gravity, file: String, line: Int, column: Int, what: String, expected: String? = nil) {
    self.gravity = gravity
    self.file = file
    self.line = line
    self.column = column
    self.what = what
    self.expected = expected
  }

  /// Whether the configuration cannot be used.
  public var isError: Bool { gravity == .error }

  /// What is wrong and what was expected.
  public var message: String { "\(what)\(expected.map { "; expected \($0)" } ?? "")" }

  /// `leeway.yaml:12:9: error: unknown key 'tolerence' in a metric; expected 'tolerance'`.
  public var description: String {
    "\(file):\(line):\(column): \(gravity.rawValue): \(message)"
  }

  /// Orders problems by their place.
  public static func < (left: ConfigurationProblem, right: ConfigurationProblem) -> Bool {
    (left.line, left.column, left.what) < (right.line, right.column, right.what)
  }
}
