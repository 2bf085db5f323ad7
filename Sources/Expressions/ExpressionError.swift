/// Why text is not an expression: where the first fault is, what stands there and what was expected.
public struct ExpressionError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Characters (Unicode scalars) from the start of the text to the fault, from 1.
  public var column: Int
  /// What stands there, such as `'='` or `the end`.
  public var found: String
  /// What the grammar wanted there, such as `a comparison (== != < <= > >=)`.
  public var expected: String

  /// Creates an error.
  public init(column: Int, found: String, expected: String) {
    self.column = column
    self.found = found
    self.expected = expected
  }

  /// `column 8: found '=', expected '=='`.
  public var description: String { "column \(column): found \(found), expected \(expected)" }
}
