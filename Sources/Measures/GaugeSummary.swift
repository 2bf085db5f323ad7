public import Domain

/// A value that stands until the next one.
public struct GaugeSummary: Hashable, Sendable {
  /// The number of readings.
  public internal(set) var count: Int
  /// The sum of the readings.
  public internal(set) var sum: Double
  /// The smallest reading.
  public internal(set) var minimum: Double
  /// The largest reading.
  public internal(set) var maximum: Double
  /// The reading with the latest event time; of several at that time the largest, so that the order of merging does not
  /// matter.
  public internal(set) var last: Double
  /// The event time of the last reading.
  public internal(set) var lastAt: Timestamp

  /// Creates a summary of one reading; values beyond ±1e140 are cut to that, NaN is 0.
  public init(_ value: Double, at: Timestamp) {
    let value = Bounds.value(value)
    self.init(count: 1, sum: value, minimum: value, maximum: value, last: value, lastAt: at)
  }

  init(count: Int, sum: Double, minimum: Double, maximum: Double, last: Double, lastAt: Timestamp) {
    self.count = count
    self.sum = sum
    self.minimum = minimum
    self.maximum = maximum
    self.last = last
    self.lastAt = lastAt
  }

  /// Adds another summary's readings.
  public mutating func merge(_ other: GaugeSummary) {
    count = Bounds.sum(count, other.count)
    sum += other.sum
    minimum = min(minimum, other.minimum)
    maximum = max(maximum, other.maximum)
    if (other.lastAt, other.last) > (lastAt, last) {
      last = other.last
      lastAt = other.lastAt
    }
  }
}
