/// When a rule's signal holds: comparisons of aggregates with numbers, joined by `and`, `or` and `not`.
public indirect enum Condition: Hashable, Sendable {
  /// Every part holds.
  case all([Condition])
  /// At least one part holds.
  case any([Condition])
  /// The part does not hold.
  case not(Condition)
  /// An aggregate compared with a number.
  case compare(Aggregate, Comparison, Double)
  /// There is no record for the aggregate's window: `absent() over 120s`.
  case absent(Aggregate)

  /// The aggregates in the order of the text.
  public var aggregates: [Aggregate] {
    switch self {
    case .all(let parts), .any(let parts): parts.flatMap(\.aggregates)
    case .not(let part): part.aggregates
    case .compare(let aggregate, _, _), .absent(let aggregate): [aggregate]
    }
  }
}

/// A comparison with a number that stands alone, such as the `< 0.005` of `clear`.
public struct Bound: Hashable, Sendable, CustomStringConvertible {
  /// How a value is compared.
  public var comparison: Comparison
  /// The number that it is compared with.
  public var value: Double

  /// Creates a bound.
  public init(_ comparison: Comparison, _ value: Double) {
    self.comparison = comparison
    self.value = value
  }

  /// Whether a value is within the bound.
  public func holds(_ value: Double) -> Bool { comparison.holds(value, self.value) }

  /// `< 0.005`.
  public var description: String { "\(comparison.rawValue) \(ExpressionText.number(value))" }
}
