/// The past of a stream as count vectors that double in length as they get older: at most two of each length, so that
/// a history of T ticks takes log T vectors.
struct SuffixHistory: Hashable, Sendable {
  struct Bucket: Hashable, Sendable {
    var counts: [Double]
    var ticks: Int
  }

  /// The buckets, the oldest first.
  private(set) var buckets: [Bucket] = []

  /// Adds a tick's counts.
  mutating func add(_ counts: [Double]) {
    buckets.append(Bucket(counts: counts, ticks: 1))
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
