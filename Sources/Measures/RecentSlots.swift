public import Domain

/// The recent past of many series in memory, for the windows of rules.
///
/// Slots are 10 s long. Whoever asks for the same series again and again keeps its ``Place``, which saves the look-up by
/// name and labels.
public struct RecentSlots: Sendable {
  /// Where a series is kept; good until ``generation`` changes.
  public struct Place: RawRepresentable, Hashable, Sendable {
    /// The numbers of the metric and of the series in it, in one.
    public var rawValue: Int

    /// A place from its ``rawValue``.
    public init(rawValue: Int) { self.rawValue = rawValue }

    fileprivate init(metric: Int, series: Int) { rawValue = metric << 32 | series }

    fileprivate var metric: Int { rawValue >> 32 }

    fileprivate var series: Int { rawValue & 0xFFFF_FFFF }
  }

  private struct Metric: Sendable {
    var places: [Labels: Int] = [:]
    var histories: [SeriesHistory] = []
    /// The label sets in order; nil when they have to be sorted again.
    var sorted: [Labels]?
  }

  /// How far from the watermark slots are kept.
  public let horizon: Duration
  /// Changes whenever a series comes or goes.
  public private(set) var generation = 0
  private let width: Int64
  private var numbers: [String: Int] = [:]
  private var metrics: [Metric] = []
  private var kept: Range<Int64> = Int64.min..<Int64.max

  /// Creates an empty past. `horizon` should cover the longest window of any rule.
  public init(horizon: Duration = .seconds(3_600)) {
    self.horizon = horizon
    width = SlotDelta.baseSlot.nanoseconds
  }

  /// Adds a delta and gives the place of its series. One that lies outside what the last ``expire(watermark:)`` kept is
  /// ignored; nil then.
  @discardableResult
  public mutating func merge(_ delta: SlotDelta) -> Place? {
    let slot = number(delta.start)
    guard kept.contains(slot) else { return nil }
    if let place = place(of: delta.series.metric, labels: delta.series.labels) {
      metrics[place.metric].histories[place.series].merge(delta.summary, slot: slot)
      return place
    }
    let metric = numbers[delta.series.metric] ?? metrics.count
    if metric == metrics.count {
      numbers[delta.series.metric] = metric
      metrics.append(Metric())
    }
    let series = metrics[metric].histories.count
    metrics[metric].places[delta.series.labels] = series
    metrics[metric].histories.append(SeriesHistory(delta.summary, slot: slot))
    metrics[metric].sorted = nil
    generation += 1
    return Place(metric: metric, series: series)
  }

  /// Adds a delta of a series whose place is known.
  public mutating func merge(_ delta: SlotDelta, at place: Place) {
    let slot = number(delta.start)
    guard kept.contains(slot) else { return }
    metrics[place.metric].histories[place.series].merge(delta.summary, slot: slot)
  }

  /// Where a series is kept; nil where nothing of it is.
  public func place(of metric: String, labels: Labels) -> Place? {
    guard let metric = numbers[metric], let series = metrics[metric].places[labels] else { return nil }
    return Place(metric: metric, series: series)
  }

  /// The sum of a series' slots that start in `from..<to`, or nil when there are none.
  public mutating func summary(at place: Place, from: Timestamp, to: Timestamp) -> Summary? {
    guard from < to else { return nil }
    let first = ceilingNumber(from)
    return metrics[place.metric].histories[place.series].sum(in: first..<max(first, ceilingNumber(to)))
  }

  /// The sum of a series' slots that start in `from..<to`, or nil when there are none.
  public mutating func summary(of metric: String, labels: Labels, from: Timestamp, to: Timestamp) -> Summary? {
    place(of: metric, labels: labels).flatMap { summary(at: $0, from: from, to: to) }
  }

  /// The label sets of a metric in order.
  public mutating func labelSets(of metric: String) -> [Labels] {
    guard let metric = numbers[metric] else { return [] }
    if let sorted = metrics[metric].sorted { return sorted }
    let sorted = metrics[metric].places.keys.map { (text: $0.description, labels: $0) }
      .sorted { ($0.text, $0.labels.encoded) < ($1.text, $1.labels.encoded) }.map(\.labels)
    metrics[metric].sorted = sorted
    return sorted
  }

  /// Forgets what lies further from the watermark than the horizon, before or after it (a clock that is wrong by years
  /// must not push out everything else), and series that have nothing left. Once a slot is enough.
  public mutating func expire(watermark: Timestamp) {
    let slots = max(1, min(horizon.nanoseconds / width, 1 << 32))
    kept = number(watermark) - slots + 1..<number(watermark) + slots
    for metric in metrics.indices {
      var isThinned = false
      for series in metrics[metric].histories.indices {
        metrics[metric].histories[series].keep(kept)
        if metrics[metric].histories[series].isEmpty { isThinned = true }
      }
      if isThinned { removeEmpty(metric) }
    }
  }

  private mutating func removeEmpty(_ metric: Int) {
    let old = metrics[metric]
    var thinned = Metric()
    for (labels, series) in old.places where !old.histories[series].isEmpty {
      thinned.places[labels] = thinned.histories.count
      thinned.histories.append(old.histories[series])
    }
    metrics[metric] = thinned
    generation += 1
  }

  @inline(__always)
  private func number(_ instant: Timestamp) -> Int64 { instant.floored(toNanoseconds: width).nanoseconds / width }

  @inline(__always)
  private func ceilingNumber(_ instant: Timestamp) -> Int64 {
    let floor = number(instant)
    return floor * width == instant.nanoseconds ? floor : floor + 1
  }
}
