/// How many of the records met a condition.
public struct RatioSummary: Hashable, Sendable {
  /// The records that met the condition; never more than the denominator.
  public internal(set) var numerator: Int
  /// All records that were asked.
  public internal(set) var denominator: Int

  /// Creates a summary.
  public init(numerator: Int = 0, denominator: Int = 0) {
    self.denominator = max(0, denominator)
    self.numerator = min(max(0, numerator), self.denominator)
  }

  /// Adds another summary's records.
  public mutating func merge(_ other: RatioSummary) {
    numerator = Bounds.sum(numerator, other.numerator)
    denominator = Bounds.sum(denominator, other.denominator)
  }

  /// The share, or nil when no record was asked.
  public var ratio: Double? { denominator > 0 ? Double(numerator) / Double(denominator) : nil }
}
