import Domain
import Engine
import Measures
import Storage

/// The last half hour of every metric, all label sets merged, kept up to date from the store at little cost.
///
/// Only the newest slots are read again at every refresh; everything is read again now and then, so that late records
/// show up too.
struct MetricWindows {
  /// The stretch of event time that is shown.
  static let span: Duration = .seconds(1_800)
  private static let bucket = SlotDelta.baseSlot
  private static let tail: Duration = .seconds(60)
  private static let fullEvery: Duration = .seconds(30)

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
        if kept[slot.start]?.merge(slot.summary) == nil { kept[slot.start] = slot.summary }
      }
      slots[metric] = kept
    }
    readThrough = end
  }

  /// One value for every bucket of the window that ends at `end`, oldest first; nil where there were no rows.
  func samples(of metric: String, _ statistic: Statistic, end: Timestamp) -> [Double?] {
    let last = end.floored(to: Self.bucket)
    let count = Int(Self.span.nanoseconds / Self.bucket.nanoseconds)
    let own = slots[metric] ?? [:]
    return (0..<count).map { index in
      let start = last - .nanoseconds(Self.bucket.nanoseconds * Int64(count - 1 - index))
      return own[start]?.value(of: statistic, over: Self.bucket)
    }
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
