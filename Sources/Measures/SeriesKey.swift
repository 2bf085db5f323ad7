public import Domain

/// The identity of a series: a metric and one of its label sets.
public struct SeriesKey: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The metric's name.
  public var metric: String
  /// The label set.
  public var labels: Labels

  /// Creates a key.
  public init(metric: String, labels: Labels = .none) {
    self.metric = metric
    self.labels = labels
  }

  /// `latency{model=chat}`, or the metric's name alone where there are no labels.
  public var description: String { labels.isEmpty ? metric : "\(metric){\(labels)}" }

  /// Orders keys by metric, then labels.
  public static func < (left: SeriesKey, right: SeriesKey) -> Bool {
    left.metric == right.metric ? left.labels < right.labels : left.metric < right.metric
  }
}

/// What some records add to one slot of one series.
public struct SlotDelta: Equatable, Sendable {
  /// The length of the slots that records are counted into: 10 s.
  public static let baseSlot: Duration = .seconds(10)

  /// The series.
  public var series: SeriesKey
  /// The slot's start in event time, aligned to its length.
  public var start: Timestamp
  /// What the records add up to.
  public var summary: Summary

  /// Creates a delta.
  public init(series: SeriesKey, start: Timestamp, summary: Summary) {
    self.series = series
    self.start = start
    self.summary = summary
  }
}
