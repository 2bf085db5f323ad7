import Domain

/// A metric's samples put together so that they fit a width.
///
/// Groups are aligned to the clock, so that a picture moves only when a group closes and otherwise changes in its
/// newest cell alone. A group shows its worst sample, so that no breach is averaged away.
struct SampleGroups {
  /// One value a group, oldest first; nil where a group has no sample.
  private(set) var values: [Double?] = []
  /// The groups that hold a sample beyond a bound.
  private(set) var breaches: Set<Int> = []

  init(_ metric: MetricRow, width: Int) {
    let samples = metric.samples
    guard width > 0, !samples.isEmpty else { return }
    let size = max(1, (samples.count + width - 1) / width)
    // The number of buckets, modulo the size, that the newest group already holds.
    let bucketNanoseconds = Int64(clamping: max(1, metric.bucketSeconds)) &* 1_000_000_000
    let buckets = metric.end.map { $0.floored(toNanoseconds: bucketNanoseconds).nanoseconds / bucketNanoseconds } ?? 0
    let phase = Int(((buckets % Int64(size)) + Int64(size)) % Int64(size))
    var end = samples.count
    var length = phase == 0 ? size : phase
    var groups: [(Double?, Bool)] = []
    while end > 0, groups.count < width {
      let start = max(0, end - length)
      groups.append(SampleGroups.worst(samples[start..<end], metric.limit))
      end = start
      length = size
    }
    for (index, group) in groups.reversed().enumerated() {
      values.append(group.0)
      if group.1 { breaches.insert(index) }
    }
  }

  private static func worst(_ samples: ArraySlice<Double?>, _ limit: MetricLimit?) -> (Double?, Bool) {
    let known = samples.compactMap { $0 }.filter { !$0.isNaN }
    guard let limit else { return (known.isEmpty ? nil : known.reduce(0, +) / Double(known.count), false) }
    let worst = limit.direction == .above ? known.max() : known.min()
    return (worst, worst.map { limit.health(of: $0) != .ok } ?? false)
  }

  /// What the lowest and highest level mean: from 0 to the limit, so that the height says how near it is; a limit far
  /// away would flatten everything and counts three times the largest sample at most.
  static func range(of metric: MetricRow) -> ClosedRange<Double>? {
    let known = metric.samples.compactMap { $0 }.filter(\.isFinite)
    guard let largest = known.max(), let smallest = known.min() else { return nil }
    var upper = largest
    if let limit = metric.limit, limit.direction == .above, let bound = limit.warn ?? limit.alarm, bound.isFinite {
      upper = max(upper, min(bound, max(largest, 0) * 3))
    }
    let lower = min(0, smallest)
    return lower < upper ? lower...upper : nil
  }
}
