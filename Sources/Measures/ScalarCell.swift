import Domain

/// Counts and sums of a counter, gauge or ratio in one slot of one label set.
struct ScalarCell {
  var count = 0
  var sum = 0.0
  var minimum = Double.infinity
  var maximum = -Double.infinity
  var last = 0.0
  var lastAt = Timestamp.distantPast
  var numerator = 0

  /// Takes a reading of a gauge.
  @inline(__always)
  mutating func read(_ value: Double, at: Timestamp) {
    count &+= 1
    sum += value
    if value < minimum { minimum = value }
    if value > maximum { maximum = value }
    if (at, value) > (lastAt, last) || count == 1 {
      last = value
      lastAt = at
    }
  }

  /// The readings of a gauge.
  var gauge: GaugeSummary {
    GaugeSummary(count: count, sum: sum, minimum: minimum, maximum: maximum, last: last, lastAt: lastAt)
  }
}
