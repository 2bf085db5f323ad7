extension DistributionSummary {
  /// How many places within a range its values are spread over.
  private static let placesPerRange = 32

  /// Creates a summary of values of which only counts by range are known.
  ///
  /// The values of a range are spread evenly over it, at up to 32 places, as Prometheus's `histogram_quantile` assumes.
  /// A quantile is therefore in the right range, at most the range's width away from the true one (plus the grid's 1 %);
  /// counts are exact, and so are the sum, the mean and the ends where they are given.
  ///
  /// - Parameters:
  ///   - ranges: ends and counts; a range may be a single value.
  ///   - sum: the sum of the values; nil takes that of the places.
  ///   - minimum: the smallest value, where it is known.
  ///   - maximum: the largest value, where it is known.
  public init(
    ranges: some Sequence<(lower: Double, upper: Double, count: Int)>, sum: Double?, minimum: Double?,
    maximum: Double?
  ) {
    var merged: [Int16: Int] = [:]
    var summary = DistributionSummary()
    for range in ranges where range.count > 0 && range.lower.isFinite && range.upper.isFinite {
      let places = range.lower == range.upper ? 1 : Swift.min(range.count, DistributionSummary.placesPerRange)
      for place in 0..<places {
        // The counts of the places differ by at most one and add up.
        let count = range.count / places + (place < range.count % places ? 1 : 0)
        let share = (Double(place) + 0.5) / Double(places)
        let inside = range.lower + (range.upper - range.lower) * share
        let value = Bounds.value(Swift.max(minimum ?? inside, Swift.min(maximum ?? inside, inside)))
        let bucket = BucketGrid.bucket(of: value)
        merged[bucket] = Bounds.sum(merged[bucket] ?? 0, count)
        var part = DistributionSummary()
        part.count = count
        part.sum = value * Double(count)
        part.minimum = value
        part.maximum = value
        summary.mergeMoments(part)
      }
    }
    for (bucket, count) in merged.sorted(by: { $0.key < $1.key }) {
      summary.buckets.append(bucket)
      summary.counts.append(count)
    }
    if summary.count > 0 {
      if let minimum, minimum.isFinite { summary.minimum = Swift.min(summary.minimum, Bounds.value(minimum)) }
      if let maximum, maximum.isFinite { summary.maximum = Swift.max(summary.maximum, Bounds.value(maximum)) }
      if let sum, sum.isFinite { summary.sum = Bounds.value(sum) }
    }
    self = summary
  }
}
