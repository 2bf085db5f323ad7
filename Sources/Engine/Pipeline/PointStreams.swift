import Decoding
import Domain

/// What was last read of each cumulative stream of points, so that only what was added since is counted.
///
/// Of a stream that is seen for the first time nobody knows what was counted before, unless it says that it began at most
/// ``youth`` before its first point: then all of it counts, else nothing of that point does. A stream that falls, or says
/// that it began later than before, has begun anew: all of its point counts. A point that is not newer than the one
/// before it was read twice and counts as nothing.
struct PointStreams {
  /// The most streams that are kept apart.
  static let limit = 10_000
  /// How old a stream may be at its first point for all of it to count.
  static let youth: Duration = .seconds(300)

  private struct Last {
    var start: Timestamp?
    var at: Timestamp
    var value: MetricPoint.Value
  }

  private var last: [StreamID: Last] = [:]
  /// Whether anything has changed since ``take()``.
  private(set) var isChanged = false
  /// How many streams could not be kept apart, and were left out.
  private(set) var dropped = 0

  /// What a cumulative point adds; nil where nothing can be said of it.
  mutating func added(_ point: MetricPoint, at: Timestamp) -> MetricPoint.Value? {
    guard let known = last[point.stream] else {
      guard last.count < PointStreams.limit else {
        dropped += 1
        return nil
      }
      keep(point, at)
      return point.start.map { at - $0 <= PointStreams.youth && at >= $0 } == true ? point.value : nil
    }
    guard at > known.at else { return nil }
    keep(point, at)
    if let start = point.start, let before = known.start, start > before { return point.value }
    switch (point.value, known.value) {
    case (.sum(let value, let isMonotonic), .sum(let before, _)):
      return .sum(value >= before ? value - before : value, isMonotonic: isMonotonic)
    case (.histogram(let value), .histogram(let before)): return .histogram(value.added(since: before) ?? value)
    default: return point.value
    }
  }

  private mutating func keep(_ point: MetricPoint, _ at: Timestamp) {
    last[point.stream] = Last(start: point.start, at: at, value: point.value)
    isChanged = true
  }

  /// The streams as they are stored.
  mutating func take() -> JSON {
    isChanged = false
    return .array(
      last.sorted { $0.key.text < $1.key.text }.map { stream, last in
        var object = JSONObject([("id", .string(stream.text)), ("at", .integer(last.at.nanoseconds))])
        if let start = last.start { object["start"] = .integer(start.nanoseconds) }
        switch last.value {
        case .sum(let value, _), .gauge(let value): object["sum"] = .number(value)
        case .histogram(let histogram): object["histogram"] = histogram.json
        }
        return .object(object)
      })
  }

  /// Takes up what ``take()`` gave to an earlier process.
  mutating func restore(_ json: JSON) {
    for stream in (json.array ?? []).prefix(PointStreams.limit) {
      guard let id = stream["id"]?.string, let at = stream["at"]?.integer else { continue }
      let value: MetricPoint.Value
      if let sum = stream["sum"]?.double {
        value = .sum(sum, isMonotonic: true)
      } else if let histogram = stream["histogram"].flatMap(Histogram.init(json:)) {
        value = .histogram(histogram)
      } else {
        continue
      }
      last[StreamID(stored: id)] = Last(
        start: stream["start"]?.integer.map(Timestamp.init(nanoseconds:)), at: Timestamp(nanoseconds: at), value: value)
    }
  }
}

extension Histogram {
  /// The histogram as it is stored: what the next reading is compared with.
  fileprivate var json: JSON {
    func pairs(_ counts: [Int: Int]) -> JSON {
      .array(counts.sorted { $0.key < $1.key }.map { .array([JSON($0.key), JSON($0.value)]) })
    }
    var object = JSONObject([("count", JSON(count)), ("sum", JSON(sum)), ("counts", pairs(counts))])
    object["min"] = minimum.map { JSON($0) }
    object["max"] = maximum.map { JSON($0) }
    switch layout {
    case .explicit(let bounds): object["bounds"] = .array(bounds.map { JSON($0) })
    case .exponential(let scale):
      object["scale"] = JSON(scale)
      object["zeros"] = JSON(zeroCount)
      object["negative"] = pairs(negative)
    }
    return .object(object)
  }

  /// Reads what ``json`` wrote.
  fileprivate init?(json: JSON) {
    func pairs(_ name: String) -> [Int: Int] {
      Dictionary(
        (json[name]?.array ?? []).compactMap { pair -> (Int, Int)? in
          guard let parts = pair.array, parts.count == 2, let key = parts[0].integer, let count = parts[1].integer
          else { return nil }
          return (Int(key), Int(count))
        }, uniquingKeysWith: { $1 })
    }
    guard let count = json["count"]?.integer else { return nil }
    let sum = json["sum"]?.double
    let made: Histogram?
    if let bounds = json["bounds"]?.array {
      let ends = bounds.compactMap(\.double)
      let kept = pairs("counts")
      let counts = ends.isEmpty ? [] : (0...ends.count).map { kept[$0] ?? 0 }
      made = Histogram(bounds: ends, counts: counts, count: Int(count), sum: sum)
    } else {
      made = Histogram(
        scale: Int(json["scale"]?.integer ?? 0), zeroCount: Int(json["zeros"]?.integer ?? 0), positive: pairs("counts"),
        negative: pairs("negative"), count: Int(count), sum: sum)
    }
    guard var histogram = made else { return nil }
    histogram.minimum = json["min"]?.double
    histogram.maximum = json["max"]?.double
    self = histogram
  }
}
