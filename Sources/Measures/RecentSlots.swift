public import Domain

/// The recent past of all series in memory, for the windows of rules and for sparklines.
///
/// Slots are 10 s long. A grouping that is asked for (`by:`) becomes a series of its own that is kept up to date with
/// every delta, so that repeated windows over it cost no more than over one series.
public struct RecentSlots: Sendable {
  private struct Grouping: Sendable {
    /// The labels kept; nil for the series as they are.
    var names: [String]?
    var histories: [Labels: SeriesHistory] = [:]
    /// The keys of `histories` in order; nil when it has to be sorted again.
    var sorted: [Labels]?
  }

  /// How far from the watermark slots are kept.
  public let horizon: Duration
  private let width: Int64
  private var metrics: [String: [Grouping]] = [:]
  private var kept: Range<Int64> = Int64.min..<Int64.max

  /// Creates an empty past. `horizon` should cover the longest window of any rule.
  public init(horizon: Duration = .seconds(3_600)) {
    self.horizon = horizon
    width = SlotDelta.baseSlot.nanoseconds
  }

  /// Adds a delta. One that lies outside what the last ``expire(watermark:)`` kept is ignored.
  public mutating func merge(_ delta: SlotDelta) {
    let slot = number(delta.start)
    guard kept.contains(slot) else { return }
    RecentSlots.merge(delta, slot: slot, into: &metrics[delta.series.metric, default: [Grouping(names: nil)]])
  }

  private static func merge(_ delta: SlotDelta, slot: Int64, into groupings: inout [Grouping]) {
    for index in groupings.indices {
      let key = groupings[index].names.map { delta.series.labels.keeping($0) } ?? delta.series.labels
      if groupings[index].histories[key]?.merge(delta.summary, slot: slot) == nil {
        var history = SeriesHistory()
        history.merge(delta.summary, slot: slot)
        groupings[index].histories[key] = history
        groupings[index].sorted = nil
      }
    }
  }

  /// The sum of the slots of a metric that start in `from..<to`, or nil when there are none. With `by`, `labels` is a
  /// set of these labels only and all series that agree with it are merged; without, it names one series.
  public mutating func summary(
    of metric: String, labels: Labels, by names: [String]? = nil, from: Timestamp, to: Timestamp
  ) -> Summary? {
    guard from < to, let index = grouping(names, of: metric) else { return nil }
    let range = ceilingNumber(from)..<max(ceilingNumber(from), ceilingNumber(to))
    var fold = SummaryFold()
    metrics[metric]?[index].histories[labels]?.forEach(in: range) { fold.add($0) }
    return fold.summary
  }

  /// The slots of a metric that start in `from..<to`, one by one in order of time, for sparklines; see
  /// ``summary(of:labels:by:from:to:)`` for the labels.
  public mutating func slots(
    of metric: String, labels: Labels, by names: [String]? = nil, from: Timestamp, to: Timestamp
  ) -> [(start: Timestamp, summary: Summary)] {
    guard from < to, let index = grouping(names, of: metric) else { return [] }
    let range = ceilingNumber(from)..<max(ceilingNumber(from), ceilingNumber(to))
    guard let history = metrics[metric]?[index].histories[labels] else { return [] }
    return history.slots(in: range).map { (Timestamp(nanoseconds: $0.number * width), $0.summary) }
  }

  /// The label sets of a metric in order; with `by`, cut to these labels, each once.
  public mutating func labelSets(of metric: String, by names: [String]? = nil) -> [Labels] {
    guard let index = grouping(names, of: metric) else { return [] }
    if let sorted = metrics[metric]?[index].sorted { return sorted }
    let sorted = metrics[metric]?[index].histories.keys.map { (text: $0.description, labels: $0) }
      .sorted { ($0.text, $0.labels.encoded) < ($1.text, $1.labels.encoded) }.map(\.labels)
    metrics[metric]?[index].sorted = sorted
    return sorted ?? []
  }

  /// The names of the metrics that have any series, in order.
  public var metricNames: [String] { metrics.keys.sorted() }

  /// Forgets what lies further from the watermark than the horizon, before or after it (a clock that is wrong by years
  /// must not push out everything else), and series that have nothing left. Once a slot is enough.
  public mutating func expire(watermark: Timestamp) {
    let slots = max(1, min(horizon.nanoseconds / width, 1 << 32))
    kept = number(watermark) - slots + 1..<number(watermark) + slots
    for metric in metricNames {
      guard var groupings = metrics.removeValue(forKey: metric) else { continue }
      for index in groupings.indices {
        for key in Array(groupings[index].histories.keys) {
          groupings[index].histories[key]?.keep(kept)
          guard groupings[index].histories[key]?.isEmpty == true else { continue }
          groupings[index].histories[key] = nil
          groupings[index].sorted = nil
        }
      }
      if !groupings[0].histories.isEmpty { metrics[metric] = groupings }
    }
  }

  private func number(_ instant: Timestamp) -> Int64 { instant.floored(toNanoseconds: width).nanoseconds / width }

  private func ceilingNumber(_ instant: Timestamp) -> Int64 {
    let floor = number(instant)
    return floor * width == instant.nanoseconds ? floor : floor + 1
  }

  /// The index of a grouping of a metric; a new one is made from the series as they are.
  private mutating func grouping(_ names: [String]?, of metric: String) -> Int? {
    guard let groupings = metrics[metric] else { return nil }
    let names = names.map { Set($0).sorted() }
    if let index = groupings.firstIndex(where: { $0.names == names }) { return index }
    guard let names else { return nil }
    var grouping = Grouping(names: names)
    // In order, so that sums of doubles come out the same every time.
    for (labels, history) in groupings[0].histories.sorted(by: { $0.key < $1.key }) {
      let key = labels.keeping(names)
      for (number, summary) in history.slots(in: .min..<Int64.max) {
        grouping.histories[key, default: SeriesHistory()].merge(summary, slot: number)
      }
    }
    metrics[metric]?.append(grouping)
    return groupings.count
  }
}
