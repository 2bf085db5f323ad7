import Domain
import Drift
import Measures
import Storage

/// How many rows a metric had in the same hours of earlier days, from stored summaries; kept while that changes no more.
struct VolumeHistory {
  /// Slots of a few days ago are this long, so that stretches begin and end at their marks.
  private static let alignment: Duration = .seconds(600)
  private static let days: Int64 = 7

  private var metric: String?
  private var end: Timestamp = .distantPast
  private var kept: VolumeComparison?

  /// The comparison of the whole stretch that ended last before `end`; nil where the metric has no slots.
  mutating func comparison(
    of metric: String, window: Duration, end: Timestamp, _ reader: StoreReader
  ) throws -> VolumeComparison? {
    let aligned = end.floored(to: Self.alignment)
    if metric == self.metric, aligned == self.end { return kept }
    let steps = max(1, (window.nanoseconds + Self.alignment.nanoseconds - 1) / Self.alignment.nanoseconds)
    let length = Duration.nanoseconds(steps * Self.alignment.nanoseconds)
    let first = try reader.firstSlotStart(of: metric)
    func count(daysAgo: Int64) throws -> Int? {
      let to = aligned - .seconds(86_400 * daysAgo)
      guard let first, first <= to - length else { return nil }
      var count = 0
      try reader.slots(of: metric, from: to - length, to: to) { count += $0.summary.count }
      return count
    }
    (self.metric, self.end) = (metric, aligned)
    kept = try count(daysAgo: 0).map { now in
      VolumeComparison(now: now, earlier: try (1...Self.days).compactMap(count), length: length)
    }
    return kept
  }
}
