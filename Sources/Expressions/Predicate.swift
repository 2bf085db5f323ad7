public import Domain

/// How two values are compared.
public enum Comparison: String, CaseIterable, Hashable, Sendable {
  /// `==`
  case equal = "=="
  /// `!=`
  case notEqual = "!="
  /// `<`
  case less = "<"
  /// `<=`
  case lessOrEqual = "<="
  /// `>`
  case greater = ">"
  /// `>=`
  case greaterOrEqual = ">="

  /// Whether the comparison holds; every comparison with NaN is false.
  @inlinable
  public func holds(_ left: Double, _ right: Double) -> Bool {
    switch self {
    case .equal: left == right
    case .notEqual: left != right && !left.isNaN && !right.isNaN
    case .less: left < right
    case .lessOrEqual: left <= right
    case .greater: left > right
    case .greaterOrEqual: left >= right
    }
  }
}

/// A constant in an expression.
public enum Literal: Hashable, Sendable {
  /// A number.
  case number(Double)
  /// A string.
  case string(String)
  /// `true` or `false`.
  case bool(Bool)
}

/// A question about one record, such as `status >= 500 and not tenant in ['t0', 't1']`.
///
/// A comparison with a field that is absent, null or of another type is false, for `!=` too; `not` turns it around.
public indirect enum Predicate: Hashable, Sendable {
  /// Every part holds; true when there are none.
  case all([Predicate])
  /// At least one part holds; false when there are none.
  case any([Predicate])
  /// The part does not hold.
  case not(Predicate)
  /// A field compared with a constant.
  case compare(FieldPath, Comparison, Literal)
  /// A field equal to one of the constants.
  case isIn(FieldPath, [Literal])
  /// A field's text matched, anywhere in it, by a regular expression.
  case matches(FieldPath, pattern: String)
  /// The field is there and not null.
  case exists(FieldPath)

  /// Every field that the predicate reads.
  public var paths: Set<FieldPath> {
    switch self {
    case .all(let parts), .any(let parts): parts.reduce(into: []) { $0.formUnion($1.paths) }
    case .not(let part): part.paths
    case .compare(let path, _, _), .isIn(let path, _), .matches(let path, _), .exists(let path): [path]
    }
  }
}
