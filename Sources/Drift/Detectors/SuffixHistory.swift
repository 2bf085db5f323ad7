import Domain

/// The past of a stream as count vectors that double in length as they get older: at most two of each length, so that
/// a history of T ticks takes log T vectors.
struct SuffixHistory: Hashable, Sendable {
  struct Bucket: Hashable, Sendable {
    var counts: [Double]
    var ticks: Int
    /// When its first tick began, in whatever the owner counts.
    var start: Int64 = 0
  }

  /// The buckets, the oldest first.
  private(set) var buckets: [Bucket] = []

  /// No history.
  init() {}

  /// A history that was stored; nil where that cannot have been one of counts of `cells` cells.
  init?(_ buckets: [Bucket], cells: Int) {
    let isDescending = zip(buckets, buckets.dropFirst()).allSatisfy { $0.ticks >= $1.ticks }
    guard buckets.count <= SuffixHistory.limit, isDescending,
      buckets.allSatisfy({ $0.counts.count == cells && $0.ticks > 0 && $0.counts.allSatisfy { $0.isFinite && $0 >= 0 } }
      )
    else { return nil }
    self.buckets = buckets
  }

  /// The history as it is stored.
  var json: JSON {
    .array(
      buckets.map { bucket in
        [
          "ticks": JSON(bucket.ticks), "start_ns": .integer(bucket.start),
          "counts": .array(bucket.counts.map { .number($0) }),
        ]
      })
  }

  /// Reads what ``json`` wrote of counts of `cells` cells; nil for anything that it cannot have written.
  init?(json: JSON?, cells: Int) {
    guard let stored = json?.array else { return nil }
    let buckets = stored.compactMap { bucket -> Bucket? in
      guard let ticks = bucket["ticks"]?.integer, let start = bucket["start_ns"]?.integer,
        let counts = bucket["counts"]?.array?.compactMap(\.double)
      else { return nil }
      return Bucket(counts: counts, ticks: Int(ticks), start: start)
    }
    guard buckets.count == stored.count else { return nil }
    self.init(buckets, cells: cells)
  }

  /// When the last so many ticks began, to a whole bucket; nil without any.
  func start(ofLast ticks: Int) -> Int64? {
    var left = ticks
    var start: Int64?
    for bucket in buckets.reversed() where left > 0 {
      start = bucket.start
      left -= bucket.ticks
    }
    return start
  }

  /// What the last so many ticks counted, rounded up to whole buckets.
  func counts(last ticks: Int, cells: Int) -> [Double] {
    var sum = [Double](repeating: 0, count: cells)
    var left = ticks
    for bucket in buckets.reversed() where left > 0 {
      for index in sum.indices { sum[index] += bucket.counts[index] }
      left -= bucket.ticks
    }
    return sum
  }

  /// Two of each length up to 2^63 ticks.
  private static let limit = 126

  /// Adds a tick's counts.
  mutating func add(_ counts: [Double], start: Int64) {
    buckets.append(Bucket(counts: counts, ticks: 1, start: start))
    var length = 1
    while let first = buckets.firstIndex(where: { $0.ticks == length }),
      buckets[first...].prefix(while: { $0.ticks == length }).count > 2
    {
      for index in buckets[first].counts.indices { buckets[first].counts[index] += buckets[first + 1].counts[index] }
      buckets[first].ticks *= 2
      buckets.remove(at: first + 1)
      length *= 2
    }
  }

  /// Forgets everything.
  mutating func removeAll() { buckets.removeAll() }
}
