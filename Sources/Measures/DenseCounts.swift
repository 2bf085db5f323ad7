/// Counts over a contiguous range of ``BucketGrid`` buckets: at most 7,040 of them (56 kB), usually some hundred. One bit
/// a bucket says which hold anything, so that a range of hundreds with a few values in it is read and cleared quickly.
@usableFromInline
struct DenseCounts: Sendable {
  @usableFromInline var counts: [Int] = []
  @usableFromInline var occupied: [UInt64] = []
  /// The bucket that `counts[0]` stands for; a multiple of 64, as is the number of counts.
  @usableFromInline var first = 0

  @inlinable
  init() {}

  /// Adds to a bucket; `amount` is at least 1.
  @inlinable
  mutating func add(_ amount: Int, to bucket: Int16) {
    var index = Int(bucket) &- first
    if index < 0 || index >= counts.count {
      makeRoom(from: Int(bucket), through: Int(bucket))
      index = Int(bucket) &- first
    }
    let old = counts[index]
    let (sum, overflow) = old.addingReportingOverflow(amount)
    counts[index] = overflow ? .max : sum
    if old == 0 { occupied[index &>> 6] |= 1 &<< UInt64(truncatingIfNeeded: index & 63) }
  }

  /// Adds the buckets of a distribution.
  mutating func add(_ summary: DistributionSummary) {
    guard let lowest = summary.buckets.first, let highest = summary.buckets.last else { return }
    if Int(lowest) < first || Int(highest) >= first + counts.count {
      makeRoom(from: Int(lowest), through: Int(highest))
    }
    let buckets = summary.buckets.span
    let added = summary.counts.span
    DenseCounts.add(buckets, added, first, &counts, &occupied)
  }

  @inline(__always)
  private static func add(
    _ buckets: Span<Int16>, _ added: Span<Int>, _ first: Int, _ counts: inout [Int], _ occupied: inout [UInt64]
  ) {
    var counts = counts.mutableSpan
    var occupied = occupied.mutableSpan
    for place in buckets.indices {
      let index = Int(buckets[place]) &- first
      let (sum, overflow) = counts[index].addingReportingOverflow(added[place])
      counts[index] = overflow ? .max : sum
      occupied[index &>> 6] |= 1 &<< UInt64(truncatingIfNeeded: index & 63)
    }
  }

  /// Widens the range so that it holds some buckets, with some room beyond them.
  @usableFromInline
  mutating func makeRoom(from lowest: Int, through highest: Int) {
    let room = 24
    // Arithmetic shifts floor, also below zero.
    let start = ((lowest - room) >> 6) << 6
    let end = (((highest + room) >> 6) << 6) + 64
    if counts.isEmpty {
      first = start
      counts = Array(repeating: 0, count: end - start)
      occupied = Array(repeating: 0, count: (end - start) >> 6)
      return
    }
    if start < first {
      counts.insert(contentsOf: repeatElement(0, count: first - start), at: 0)
      occupied.insert(contentsOf: repeatElement(0, count: (first - start) >> 6), at: 0)
      first = start
    }
    if end > first + counts.count {
      counts.append(contentsOf: repeatElement(0, count: end - first - counts.count))
      occupied.append(contentsOf: repeatElement(0, count: (counts.count >> 6) - occupied.count))
    }
  }

  /// The buckets that hold anything, ascending, with their counts.
  func sparse() -> (buckets: [Int16], counts: [Int]) {
    let held = occupied.reduce(0) { $0 + $1.nonzeroBitCount }
    var buckets: [Int16] = []
    var sparse: [Int] = []
    buckets.reserveCapacity(held)
    sparse.reserveCapacity(held)
    for (word, bits) in occupied.enumerated() where bits != 0 {
      var rest = bits
      while rest != 0 {
        let index = word &<< 6 | rest.trailingZeroBitCount
        buckets.append(Int16(truncatingIfNeeded: first &+ index))
        sparse.append(counts[index])
        rest &= rest &- 1
      }
    }
    return (buckets, sparse)
  }

  /// Forgets all counts but keeps the room.
  mutating func reset() {
    for word in occupied.indices where occupied[word] != 0 {
      var rest = occupied[word]
      while rest != 0 {
        counts[word &<< 6 | rest.trailingZeroBitCount] = 0
        rest &= rest &- 1
      }
      occupied[word] = 0
    }
  }
}
