public import Measures

extension Reference {
  /// How far a row had to move on average to make the current distribution of the reference's: the first Wasserstein
  /// distance between two summaries (spec: drift, formula 4).
  public struct Wasserstein: Hashable, Sendable {
    /// The distance in the metric's unit. Every value stands at its bucket's representative, so it is off by at most
    /// 1 % of the mean magnitude of either side.
    public let distance: Double
    /// The distance in standard deviations of the reference; nil where that is 0.
    public let relative: Double?
  }

  /// The distance of current rows from the reference. Only for a reference that still knows each of its buckets: merged
  /// bins have no place that a row can be moved from. nil for those, for categories and ratios, and for an empty side.
  public func wasserstein(_ current: Summary) -> Wasserstein? {
    guard case .numeric(let cells) = cells, cells.isExact, case .distribution(let distribution) = current else {
      return nil
    }
    let (n, m) = (cells.counts.reduce(0) { $0 + Double($1) }, distribution.counts.reduce(0) { $0 + Double($1) })
    guard n > 0, m > 0 else { return nil }
    var (left, right) = (0, 0)
    var (below, belowNow) = (0.0, 0.0)
    var (sum, last) = (0.0, 0.0)
    while left < cells.uppers.count || right < distribution.buckets.count {
      let bucket = min(
        left < cells.uppers.count ? cells.uppers[left] : .max,
        right < distribution.buckets.count ? distribution.buckets[right] : .max)
      let place = BucketGrid.representative(bucket)
      // Before the first place both shares are 0, so that `last` does not matter there.
      sum += abs(below / n - belowNow / m) * (place - last)
      last = place
      if left < cells.uppers.count, cells.uppers[left] == bucket {
        below += Double(cells.counts[left])
        left += 1
      }
      if right < distribution.buckets.count, distribution.buckets[right] == bucket {
        belowNow += Double(distribution.counts[right])
        right += 1
      }
    }
    guard sum.isFinite else { return nil }
    let deviation = Reference.deviation(cells, count: n)
    return Wasserstein(distance: sum, relative: deviation > 0 && deviation.isFinite ? sum / deviation : nil)
  }

  private static func deviation(_ cells: NumericCells, count: Double) -> Double {
    let places = cells.uppers.map(BucketGrid.representative)
    let mean = zip(places, cells.counts).reduce(0) { $0 + $1.0 * (Double($1.1) / count) }
    let variance = zip(places, cells.counts).reduce(0) { $0 + ($1.0 - mean) * ($1.0 - mean) * (Double($1.1) / count) }
    return variance.squareRoot()
  }
}
