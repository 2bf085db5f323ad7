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
  /// Values that have been computed and change no more.
  private struct Course {
    var statistic: Statistic
    var window: Int
    var values: [Timestamp: Double?] = [:]
  }

  private var courses: [String: Course] = [:]
  private var watermarks: [String: Timestamp] = [:]
  private var readThrough: Timestamp = .distantPast
  private var fullyReadAt: Timestamp = .distantPast

  /// Reads what has changed; `end` is the newest instant that is shown of sources whose
  /// clock is right, `through` of any, `watermarks` how far each source has been read:
  /// one that leapt on has filled more than the newest slots.
  mutating func refresh(
    _ metrics: [String], end: Timestamp, through: Timestamp? = nil, watermarks: [String: Timestamp] = [:],
    now: Timestamp, _ reader: StoreReader
  ) throws {
    let hasLeapt = watermarks.contains { source, mark in mark - (self.watermarks[source] ?? .distantPast) > Self.tail }
    self.watermarks = watermarks
    let start = end.floored(to: Self.bucket) + Self.bucket - Self.span
    let isFull =
      hasLeapt || now - fullyReadAt > Self.fullEvery || readThrough < start || end + Self.span < readThrough
    let from = isFull ? start : max(start, readThrough - Self.tail)
    if isFull { (fullyReadAt, courses) = (now, [:]) }
    for metric in metrics {
      var kept = isFull ? [:] : (slots[metric] ?? [:])
      for stamp in kept.keys where stamp < start || stamp >= from { kept[stamp] = nil }
      try reader.slots(of: metric, from: from, to: max(end, through ?? end) + .seconds(600)) { slot in
        if let labels, !labels.all.allSatisfy({ slot.labels[$0.name] == $0.value }) { return }
        if kept[slot.start]?.merge(slot.summary) == nil { kept[slot.start] = slot.summary }
      }
      slots[metric] = kept
    }
    readThrough = end
  }

  /// One value for every slot of the stretch that ends at `end`, oldest first, each over the `window` slots up to it;
  /// nil where there were no rows.
  mutating func samples(of metric: String, _ statistic: Statistic, end: Timestamp, window: Int = 1) -> [Double?] {
    let last = end.floored(to: Self.bucket)
    let count = Int(Self.span.nanoseconds / Self.bucket.nanoseconds)
    let own = slots[metric] ?? [:]
    var course = courses[metric] ?? Course(statistic: statistic, window: window)
    if course.statistic != statistic || course.window != window {
      course = Course(statistic: statistic, window: window)
    }
    let settled = readThrough - Self.tail
    let samples = (0..<count).map { index -> Double? in
      let start = last - .nanoseconds(Self.bucket.nanoseconds * Int64(count - 1 - index))
      if let known = course.values[start] { return known }
      let value = Self.merged(own, upTo: start, window).flatMap { summary in
        summary.value(of: statistic, over: .nanoseconds(Self.bucket.nanoseconds * Int64(window)))
      }
      if start < settled { course.values[start] = .some(value) }
      return value
    }
    courses[metric] = course
    return samples
  }

  private static func merged(_ slots: [Timestamp: Summary], upTo last: Timestamp, _ window: Int) -> Summary? {
    guard window > 1 else { return slots[last] }
    var merged: Summary?
    for back in (0..<window).reversed() {
      guard let summary = slots[last - .nanoseconds(bucket.nanoseconds * Int64(back))] else { continue }
      if merged?.merge(summary) == nil { merged = summary }
    }
    return merged
  }

  /// Over how many slots a value rests on enough rows as a rule: 3, 6 or 12, and 1 where any number of rows will do.
  func window(of metric: String, minimumCount: Int) -> Int {
    guard minimumCount > 1, let own = slots[metric], !own.isEmpty else { return 1 }
    let mean = Double(own.values.reduce(0) { $0 + $1.count }) / Double(own.count)
    return [3, 6].first { mean * Double($0) >= Double(minimumCount) } ?? 12
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
