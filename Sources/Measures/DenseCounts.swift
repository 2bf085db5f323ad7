/// Counts over a contiguous range of ``BucketGrid`` buckets: at most 7,003 of them (56 kB), usually some hundred.
@usableFromInline
struct DenseCounts: Sendable {
  @usableFromInline var counts: [Int] = []
  /// The bucket that `counts[0]` stands for.
  @usableFromInline var first = 0

  @inlinable
  init() {}

  /// Adds to a bucket.
  @inlinable
  mutating func add(_ amount: Int, to bucket: Int16) {
    var index = Int(bucket) &- first
    if index < 0 || index >= counts.count {
      makeRoom(for: Int(bucket))
      index = Int(bucket) &- first
    }
    let (sum, overflow) = counts[index].addingReportingOverflow(amount)
    counts[index] = overflow ? .max : sum
  }

  /// Widens the range so that it holds a bucket, with some room beyond it.
  @usableFromInline
  mutating func makeRoom(for bucket: Int) {
    let room = 24
    if counts.isEmpty {
      first = bucket - room
      counts = Array(repeating: 0, count: 2 * room + 1)
    } else if bucket < first {
      let added = first - bucket + room
      counts.insert(contentsOf: repeatElement(0, count: added), at: 0)
      first -= added
    } else {
      counts.append(contentsOf: repeatElement(0, count: bucket - first - counts.count + 1 + room))
    }
  }

  /// The buckets that hold anything, ascending, with their counts.
  func sparse() -> (buckets: [Int16], counts: [Int]) {
    var buckets: [Int16] = []
    var sparse: [Int] = []
    for (index, count) in counts.enumerated() where count > 0 {
      buckets.append(Int16(truncatingIfNeeded: first + index))
      sparse.append(count)
    }
    return (buckets, sparse)
  }

  /// Forgets all counts but keeps the room.
  mutating func reset() {
    for index in counts.indices { counts[index] = 0 }
  }
}
