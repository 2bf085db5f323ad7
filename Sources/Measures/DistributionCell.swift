/// The values of one distribution in one slot of one label set.
///
/// Most slots of most label sets hold a handful of values: the buckets of the first sixteen stand in the cell itself.
/// Only with the seventeenth does the owner give the cell ``DenseCounts``.
struct DistributionCell {
  /// How many buckets stand in the cell itself.
  static let smallLimit = 16

  private(set) var count = 0
  private(set) var sum = 0.0
  // Deviations from the first value: their squares do not cancel when the values lie far from zero.
  private var shift = 0.0
  private var shiftedSum = 0.0
  private var shiftedSquares = 0.0
  private(set) var minimum = 0.0
  private(set) var maximum = 0.0
  private var small = InlineArray<16, Int16>(repeating: 0)
  /// The number of the cell's dense counts, or -1.
  var dense: Int32 = -1

  /// Counts a finite value; gives false where its bucket has to be counted in dense counts.
  @inline(__always)
  mutating func insert(_ value: Double, bucket: Int16) -> Bool {
    let bounded = value.magnitude <= Bounds.largest ? value : (value < 0 ? -Bounds.largest : Bounds.largest)
    let place = count
    count = place &+ 1
    if place == 0 {
      shift = bounded
      sum = 0 + bounded
      (shiftedSum, shiftedSquares) = (0, 0)
      (minimum, maximum) = (value, value)
      dense = -1
      small[0] = bucket
      return true
    }
    sum += bounded
    let deviation = bounded - shift
    shiftedSum += deviation
    shiftedSquares += deviation * deviation
    if value < minimum { minimum = value }
    if value > maximum { maximum = value }
    guard place < DistributionCell.smallLimit else { return false }
    small[place] = bucket
    return true
  }

  /// The buckets that stand in the cell itself.
  func forEachSmall(_ body: (Int16) -> Void) {
    for index in 0..<min(count, DistributionCell.smallLimit) { body(small[index]) }
  }

  /// The sum of squared deviations from the mean.
  var squaredDeviations: Double {
    count > 0 ? max(0, shiftedSquares - shiftedSum * (shiftedSum / Double(count))) : 0
  }

  /// Brings the buckets that stand in the cell itself into order. Only for a cell without dense counts.
  @inline(__always)
  mutating func sortSmall() {
    var sorted = 1
    while sorted < count {
      let bucket = small[sorted]
      var place = sorted
      while place > 0, small[place &- 1] > bucket {
        small[place] = small[place &- 1]
        place &-= 1
      }
      small[place] = bucket
      sorted &+= 1
    }
  }

  /// How many different buckets there are; only once they are in order.
  @inline(__always)
  var distinctSmall: Int {
    var distinct = count > 0 ? 1 : 0
    var index = 1
    while index < count {
      if small[index] != small[index &- 1] { distinct &+= 1 }
      index &+= 1
    }
    return distinct
  }

  /// Calls `body` with each bucket and its count; only once they are in order.
  @inline(__always)
  func forEachDistinctSmall(_ body: (_ bucket: Int16, _ count: Int) -> Void) {
    var index = 0
    while index < count {
      let bucket = small[index]
      var end = index &+ 1
      while end < count, small[end] == bucket { end &+= 1 }
      body(bucket, end &- index)
      index = end
    }
  }

  /// Forgets all values.
  mutating func reset() {
    count = 0
    dense = -1
  }
}
