/// How many records there were, and what a field of them adds up to.
public struct CounterSummary: Hashable, Sendable {
  /// The number of records.
  public internal(set) var count: Int
  /// The sum of the field; the number of records where the metric has no field.
  public internal(set) var sum: Double

  /// Creates a summary; a sum that is not finite counts as 0.
  public init(count: Int = 0, sum: Double = 0) {
    self.count = max(0, count)
    self.sum = Bounds.value(sum)
  }

  /// Adds one record.
  @inlinable
  public mutating func insert(_ value: Double = 1) {
    guard value.isFinite else { return }
    merge(CounterSummary(count: 1, sum: value))
  }

  /// Adds another summary's records.
  public mutating func merge(_ other: CounterSummary) {
    count = Bounds.sum(count, other.count)
    sum += other.sum
  }
}

/// The ranges within which counts and sums can be added without ever overflowing or becoming NaN.
enum Bounds {
  /// Far beyond any measured quantity; squares of it, times any count, are still finite.
  static let largest = 1e140

  /// The value, limited to ±1e140; NaN becomes 0.
  static func value(_ value: Double) -> Double {
    value.isNaN ? 0 : Swift.max(-largest, Swift.min(largest, value))
  }

  /// The sum of two counts, saturating.
  static func sum(_ left: Int, _ right: Int) -> Int {
    let (sum, overflow) = left.addingReportingOverflow(right)
    return overflow ? .max : sum
  }
}
