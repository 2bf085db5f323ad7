/// The shape of a field's values: exact counts, sums and ends, and quantiles within 1 %.
///
/// Values are counted in the buckets of ``BucketGrid``. Beside them stand the sum and the sum of squared deviations
/// from the mean, which merge by Chan, Golub and LeVeque (1983) without cancellation.
public struct DistributionSummary: Hashable, Sendable {
  /// The numbers of the buckets that hold any value, ascending.
  public internal(set) var buckets: [Int16] = []
  /// How many values each of ``buckets`` holds; at least 1.
  public internal(set) var counts: [Int] = []
  /// The number of values.
  public internal(set) var count = 0
  /// The sum of the values; magnitudes beyond 1e140 count as 1e140.
  public internal(set) var sum = 0.0
  /// The sum of squared deviations from the mean.
  public internal(set) var squaredDeviations = 0.0
  /// The smallest value; infinity when there is none.
  public internal(set) var minimum = Double.infinity
  /// The largest value; minus infinity when there is none.
  public internal(set) var maximum = -Double.infinity

  /// Creates an empty summary.
  public init() {}

  /// Creates a summary of values; those that are not finite are left out.
  public init(_ values: some Sequence<Double>) {
    var accumulator = DistributionAccumulator()
    for value in values { accumulator.insert(value) }
    self = accumulator.summary()
  }

  /// Adds another summary's values.
  public mutating func merge(_ other: DistributionSummary) {
    guard other.count > 0 else { return }
    guard count > 0 else {
      self = other
      return
    }
    mergeMoments(other)
    mergeBuckets(other)
  }

  mutating func mergeMoments(_ other: DistributionSummary) {
    guard count > 0 else {
      (sum, squaredDeviations) = (other.sum, other.squaredDeviations)
      (minimum, maximum, count) = (other.minimum, other.maximum, other.count)
      return
    }
    let (left, right) = (Double(count), Double(other.count))
    let distance = other.sum / right - sum / left
    squaredDeviations += other.squaredDeviations + distance * distance * (left / (left + right)) * right
    sum += other.sum
    minimum = min(minimum, other.minimum)
    maximum = max(maximum, other.maximum)
    count = Bounds.sum(count, other.count)
  }

  private mutating func mergeBuckets(_ other: DistributionSummary) {
    var mergedBuckets: [Int16] = []
    var mergedCounts: [Int] = []
    mergedBuckets.reserveCapacity(max(buckets.count, other.buckets.count) + 8)
    mergedCounts.reserveCapacity(max(buckets.count, other.buckets.count) + 8)
    var (left, right) = (0, 0)
    while left < buckets.count, right < other.buckets.count {
      let (mine, theirs) = (buckets[left], other.buckets[right])
      mergedBuckets.append(min(mine, theirs))
      if mine < theirs {
        mergedCounts.append(counts[left])
        left += 1
      } else if theirs < mine {
        mergedCounts.append(other.counts[right])
        right += 1
      } else {
        mergedCounts.append(Bounds.sum(counts[left], other.counts[right]))
        left += 1
        right += 1
      }
    }
    mergedBuckets.append(contentsOf: buckets[left...])
    mergedCounts.append(contentsOf: counts[left...])
    mergedBuckets.append(contentsOf: other.buckets[right...])
    mergedCounts.append(contentsOf: other.counts[right...])
    buckets = mergedBuckets
    counts = mergedCounts
  }

  /// The mean, or nil when there is no value.
  public var mean: Double? {
    guard count > 0 else { return nil }
    return Swift.max(minimum, Swift.min(maximum, sum / Double(count)))
  }

  /// The variance with n - 1 in the denominator, or nil below two values.
  public var variance: Double? {
    guard count > 1 else { return nil }
    let variance = squaredDeviations / Double(count - 1)
    return variance.isFinite ? Swift.max(0, variance) : nil
  }

  /// The value of lower rank `share * (count - 1)`, within 1 %, or nil when there is no value. The share is limited to
  /// 0...1; the ends are exact.
  public func quantile(_ share: Double) -> Double? {
    guard count > 0, !share.isNaN else { return nil }
    if share <= 0 { return minimum }
    if share >= 1 { return maximum }
    let rank = share * Double(count - 1)
    var below = 0.0
    for (index, bucket) in buckets.enumerated() {
      below += Double(counts[index])
      // Ranks are whole: the first bucket whose cumulative count exceeds the lower rank holds it.
      if below > rank.rounded(.down) {
        return Swift.max(minimum, Swift.min(maximum, BucketGrid.representative(bucket)))
      }
    }
    return maximum
  }
}
