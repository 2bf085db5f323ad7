/// Collects the values of a distribution quickly, in one dense array of counts; sealed into a
/// ``DistributionSummary``, which is sparse.
public struct DistributionAccumulator: Sendable {
  @usableFromInline var dense = DenseCounts()
  @usableFromInline var count = 0
  @usableFromInline var sum = 0.0
  // Deviations from the first value: their squares do not cancel when the values lie far from zero.
  @usableFromInline var shift = 0.0
  @usableFromInline var shiftedSum = 0.0
  @usableFromInline var shiftedSquares = 0.0
  @usableFromInline var minimum = Double.infinity
  @usableFromInline var maximum = -Double.infinity

  /// Creates an empty accumulator.
  @inlinable
  public init() {}

  /// Whether there is no value.
  @inlinable
  public var isEmpty: Bool { count == 0 }

  /// Counts a value; one that is not finite is left out.
  @inlinable
  public mutating func insert(_ value: Double) {
    guard value.isFinite else { return }
    insert(value, bucket: BucketGrid.bucket(of: value))
  }

  /// Counts a finite value whose bucket is known already.
  @inlinable
  mutating func insert(_ value: Double, bucket: Int16) {
    dense.add(1, to: bucket)
    let bounded = value.magnitude <= 1e140 ? value : (value < 0 ? -1e140 : 1e140)
    if count == 0 { shift = bounded }
    count &+= 1
    sum += bounded
    let deviation = bounded - shift
    shiftedSum += deviation
    shiftedSquares += deviation * deviation
    if value < minimum { minimum = value }
    if value > maximum { maximum = value }
  }

  /// What the values add up to.
  public func summary() -> DistributionSummary {
    var summary = DistributionSummary()
    guard count > 0 else { return summary }
    (summary.buckets, summary.counts) = dense.sparse()
    summary.count = count
    summary.sum = sum
    summary.squaredDeviations = max(0, shiftedSquares - shiftedSum * (shiftedSum / Double(count)))
    summary.minimum = minimum
    summary.maximum = maximum
    return summary
  }

  /// Forgets all values but keeps the room for their buckets.
  public mutating func reset() {
    dense.reset()
    (count, sum, shift, shiftedSum, shiftedSquares) = (0, 0, 0, 0, 0)
    (minimum, maximum) = (.infinity, -.infinity)
  }
}
