import Domain
import Engine
import Measures
import Storage

/// The last half hour of every metric, its label sets merged, kept up to date from the store at little cost.
///
/// Only the newest slots are read again at every refresh; everything is read again now and then, so that late records
/// show up too.
struct MetricWindows {
  /// The stretch of event time that is shown.
  static let span: Duration = .seconds(1_800)
  private static let bucket = SlotDelta.baseSlot
  private static let tail: Duration = .seconds(60)
  private static let fullEvery: Duration = .seconds(30)

  /// What the label sets must hold; nil for all of them.
  var labels: Labels?

  private var slots: [String: [Timestamp: Summary]] = [:]
  private var readThrough: Timestamp = .distantPast
  private var fullyReadAt: Timestamp = .distantPast

  /// Reads what has changed; `end` is the newest instant that is shown.
  mutating func refresh(_ metrics: [String], end: Timestamp, now: Timestamp, _ reader: StoreReader) throws {
    let start = end.floored(to: Self.bucket) + Self.bucket - Self.span
    let isFull = now - fullyReadAt > Self.fullEvery || readThrough < start || end + Self.span < readThrough
    let from = isFull ? start : max(start, readThrough - Self.tail)
    if isFull { fullyReadAt = now }
    for metric in metrics {
      var kept = isFull ? [:] : (slots[metric] ?? [:])
      for stamp in kept.keys where stamp < start || stamp >= from { kept[stamp] = nil }
      try reader.slots(of: metric, from: from, to: end + .seconds(600)) { slot in
        if let labels, !labels.all.allSatisfy({ slot.labels[$0.name] == $0.value }) { return }
        if kept[slot.start]?.merge(slot.summary) == nil { kept[slot.start] = slot.summary }
      }
      slots[metric] = kept
    }
    readThrough = end
  }

  /// One value for every bucket of the window that ends at `end`, oldest first; nil where there were no rows. Buckets
  /// are so many slots long and aligned to the clock.
  func samples(of metric: String, _ statistic: Statistic, end: Timestamp, slotsPerBucket: Int = 1) -> [Double?] {
    let size = max(1, slotsPerBucket)
    let length = Duration.nanoseconds(Self.bucket.nanoseconds * Int64(size))
    let last = end.floored(to: length)
    let count = Int(Self.span.nanoseconds / length.nanoseconds)
    let own = slots[metric] ?? [:]
    return (0..<count).map { index in
      let start = last - .nanoseconds(length.nanoseconds * Int64(count - 1 - index))
      guard size > 1 else { return own[start]?.value(of: statistic, over: length) }
      var merged: Summary?
      for slot in 0..<size {
        guard let summary = own[start + .nanoseconds(Self.bucket.nanoseconds * Int64(slot))] else { continue }
        if merged?.merge(summary) == nil { merged = summary }
      }
      return merged?.value(of: statistic, over: length)
    }
  }

  /// How many slots a bucket must hold so that it rests on enough rows as a rule: 1, 3, 6 or 12.
  func slotsPerBucket(of metric: String, minimumCount: Int, end: Timestamp) -> Int {
    guard minimumCount > 1, let own = slots[metric], !own.isEmpty else { return 1 }
    let mean = Double(own.values.reduce(0) { $0 + $1.count }) / Double(own.count)
    return [1, 3, 6].first { mean * Double($0) >= Double(minimumCount) } ?? 12
  }

  /// Everything of a metric in the last `length` of event time before `end`; nil when there were no rows.
  func merged(_ metric: String, last length: Duration, end: Timestamp) -> Summary? {
    let from = end - length
    var result: Summary?
    for (start, summary) in (slots[metric] ?? [:]).sorted(by: { $0.key < $1.key }) where start >= from && start <= end {
      if result?.merge(summary) == nil { result = summary }
    }
    return result
  }

  /// The start of a metric's newest slot in the window.
  func newest(_ metric: String) -> Timestamp? { slots[metric]?.keys.max() }
}
