import Domain

/// What a metric's records of some stretch of time add up to: small, and mergeable in any order.
public enum Summary: Equatable, Sendable {
  /// Of a counter.
  case counter(CounterSummary)
  /// Of a gauge.
  case gauge(GaugeSummary)
  /// Of a distribution.
  case distribution(DistributionSummary)
  /// Of a ratio.
  case ratio(RatioSummary)
  /// Of a category.
  case category(CategorySummary)

  /// The kind of metric that it summarises.
  public var kind: MetricKind {
    switch self {
    case .counter: .counter
    case .gauge: .gauge
    case .distribution: .distribution
    case .ratio: .ratio
    case .category: .category
    }
  }

  /// How many records it rests on; a ratio's denominator.
  public var count: Int {
    switch self {
    case .counter(let summary): summary.count
    case .gauge(let summary): summary.count
    case .distribution(let summary): summary.count
    case .ratio(let summary): summary.denominator
    case .category(let summary): summary.count
    }
  }

  /// Adds another summary's records. Within one kind the order of merging does not matter; when a metric's kind was
  /// changed, the other summary takes this one's place.
  public mutating func merge(_ other: Summary) {
    // The payload is moved out while it grows, so that its storage is not copied.
    switch (self, other) {
    case (.counter(var summary), .counter(let other)):
      summary.merge(other)
      self = .counter(summary)
    case (.gauge(var summary), .gauge(let other)):
      summary.merge(other)
      self = .gauge(summary)
    case (.distribution(var summary), .distribution(let other)):
      self = .ratio(RatioSummary())
      summary.merge(other)
      self = .distribution(summary)
    case (.ratio(var summary), .ratio(let other)):
      summary.merge(other)
      self = .ratio(summary)
    case (.category(var summary), .category(let other)):
      self = .ratio(RatioSummary())
      summary.merge(other)
      self = .category(summary)
    default: self = other
    }
  }

  /// One number of the summary, or nil when it is unknown: nothing was counted, or this kind has no such number.
  /// `duration` is the stretch of time that the summary covers, for rates. Never NaN, never infinite.
  public func value(of statistic: Statistic, over duration: Duration) -> Double? {
    let value =
      switch statistic {
      case .count: Double(count) as Double?
      case .rate: rate(over: duration)
      default: plainValue(of: statistic)
      }
    guard let value, value.isFinite else { return nil }
    return value
  }

  private func rate(over duration: Duration) -> Double? {
    let seconds = duration.inSeconds
    guard seconds > 0 else { return nil }
    return switch self {
    case .counter(let summary): summary.sum / seconds
    case .ratio(let summary): Double(summary.numerator) / seconds
    default: Double(count) / seconds
    }
  }

  private func plainValue(of statistic: Statistic) -> Double? {
    switch (self, statistic) {
    case (.counter(let summary), .sum): summary.sum
    case (.counter(let summary), .mean): summary.count > 0 ? summary.sum / Double(summary.count) : nil
    case (.gauge(let summary), .sum): summary.sum
    case (.gauge(let summary), .mean): summary.count > 0 ? summary.sum / Double(summary.count) : nil
    case (.gauge(let summary), .minimum): summary.minimum
    case (.gauge(let summary), .maximum): summary.maximum
    case (.gauge(let summary), .last): summary.last
    case (.distribution(let summary), .sum): summary.sum
    case (.distribution(let summary), .mean): summary.mean
    case (.distribution(let summary), .minimum): summary.minimum
    case (.distribution(let summary), .maximum): summary.maximum
    case (.distribution(let summary), .quantile(let share)): summary.quantile(share)
    case (.ratio(let summary), .sum): Double(summary.numerator)
    case (.ratio(let summary), .ratio), (.ratio(let summary), .mean): summary.ratio
    case (.category(let summary), .distinct): Double(summary.counts.count + (summary.other > 0 ? 1 : 0))
    case (.category(let summary), .top): Double(summary.counts.values.max() ?? 0)
    case (.category(let summary), .share(let category)):
      summary.count > 0 ? Double(summary.counts[category] ?? 0) / Double(summary.count) : nil
    default: nil
    }
  }
}
