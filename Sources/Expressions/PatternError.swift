/// Why text cannot be used as a regular expression.
public struct PatternError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The regular expression as it was written.
  public var pattern: String
  /// What is wrong with it.
  public var reason: String

  /// Creates an error.
  public init(pattern: String, reason: String) {
    self.pattern = pattern
    self.reason = reason
  }

  /// `the pattern /a(/ cannot be used: Unmatched ( or \(`.
  public var description: String { "the pattern /\(pattern)/ cannot be used: \(reason)" }
}
