/// Adds many summaries up; distributions go into one dense array instead of merging lists again and again.
struct SummaryFold {
  private var plain: Summary?
  private var dense = DenseCounts()
  private var moments = DistributionSummary()

  mutating func add(_ summary: Summary) {
    if case .distribution(let distribution) = summary {
      if let kind = plain?.kind, kind != .distribution { (dense, moments) = (DenseCounts(), DistributionSummary()) }
      plain = .distribution(DistributionSummary())
      dense.add(distribution)
      if distribution.count > 0 { moments.mergeMoments(distribution) }
    } else if plain == nil {
      plain = summary
    } else {
      plain?.merge(summary)
    }
  }

  /// The sum, or nil when nothing was added.
  var summary: Summary? {
    guard case .distribution? = plain else { return plain }
    var distribution = moments
    (distribution.buckets, distribution.counts) = dense.sparse()
    return .distribution(distribution)
  }
}
