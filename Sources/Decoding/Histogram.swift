import Glibc

/// Counts of values by ranges, as another program has aggregated them.
public struct Histogram: Hashable, Sendable {
  /// How the ranges are cut.
  public enum Layout: Hashable, Sendable {
    /// Bucket `i` ends at `bounds[i]`, inclusively; one more has no end.
    case explicit(bounds: [Double])
    /// Bucket `i` holds values above `base^i` and up to `base^(i+1)`, where `base` is 2 to the power of `2^-scale`.
    case exponential(scale: Int)
  }

  /// The most buckets that are read.
  public static let bucketLimit = 2_000

  /// How the ranges are cut.
  public var layout: Layout
  /// The counts by bucket: of an exponential layout, those of positive values.
  public var counts: [Int: Int]
  /// The counts of an exponential layout's negative values, by the bucket of their magnitude.
  public var negative: [Int: Int] = [:]
  /// Values that count as zero in an exponential layout.
  public var zeroCount = 0
  /// The number of values.
  public var count: Int
  /// Their sum, where it is known.
  public var sum: Double?
  /// The smallest value, where it is known.
  public var minimum: Double?
  /// The largest value, where it is known.
  public var maximum: Double?

  /// Creates a histogram with explicit bounds, which must ascend, and one count more than bounds; nil where they do not
  /// go together.
  public init?(bounds: [Double], counts: [Int], count: Int, sum: Double?) {
    let isAscending = zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }
    guard counts.isEmpty && bounds.isEmpty || counts.count == bounds.count + 1, counts.allSatisfy({ $0 >= 0 }),
      isAscending, bounds.allSatisfy(\.isFinite), bounds.count < Histogram.bucketLimit, count >= 0
    else { return nil }
    layout = .explicit(bounds: bounds)
    self.counts = Dictionary(
      counts.enumerated().filter { $0.element > 0 }.map { ($0.offset, $0.element) }, uniquingKeysWith: { $1 })
    // Without buckets all that is known is that there were values.
    if counts.isEmpty, count > 0 { self.counts = [0: count] }
    self.count = count
    self.sum = sum
  }

  /// Creates an exponential histogram; nil where the scale is not one of OTLP's, or a count is negative.
  public init?(scale: Int, zeroCount: Int, positive: [Int: Int], negative: [Int: Int], count: Int, sum: Double?) {
    guard (-10...20).contains(scale), zeroCount >= 0, count >= 0,
      positive.count + negative.count <= Histogram.bucketLimit,
      positive.values.allSatisfy({ $0 >= 0 }), negative.values.allSatisfy({ $0 >= 0 }),
      positive.keys.allSatisfy({ $0.magnitude < 1 << 32 }), negative.keys.allSatisfy({ $0.magnitude < 1 << 32 })
    else { return nil }
    layout = .exponential(scale: scale)
    counts = positive.filter { $0.value > 0 }
    self.negative = negative.filter { $0.value > 0 }
    self.zeroCount = zeroCount
    self.count = count
    self.sum = sum
  }

  /// What was added since an earlier reading of the same stream; nil where the stream has begun anew or its buckets were
  /// cut differently. The ends of what was added are not known.
  public func added(since earlier: Histogram) -> Histogram? {
    var earlier = earlier
    var later = self
    if case .exponential(let mine) = layout, case .exponential(let other) = earlier.layout {
      later = later.coarsened(to: min(mine, other))
      earlier = earlier.coarsened(to: min(mine, other))
    }
    guard later.layout == earlier.layout, later.count >= earlier.count, later.zeroCount >= earlier.zeroCount,
      let counts = Histogram.difference(later.counts, earlier.counts),
      let negative = Histogram.difference(later.negative, earlier.negative)
    else { return nil }
    later.counts = counts
    later.negative = negative
    later.zeroCount -= earlier.zeroCount
    later.count -= earlier.count
    later.sum = later.sum.flatMap { sum in earlier.sum.map { sum - $0 } }
    // A new extreme was added; an old one says nothing about what was added.
    if later.maximum == earlier.maximum { later.maximum = nil }
    if later.minimum == earlier.minimum { later.minimum = nil }
    return later
  }

  private static func difference(_ later: [Int: Int], _ earlier: [Int: Int]) -> [Int: Int]? {
    var difference = later
    for (bucket, count) in earlier {
      let left = (later[bucket] ?? 0) - count
      guard left >= 0 else { return nil }
      difference[bucket] = left == 0 ? nil : left
    }
    return difference
  }

  /// The exponential histogram at a lower scale: each step merges buckets by two.
  private func coarsened(to scale: Int) -> Histogram {
    guard case .exponential(let present) = layout, scale < present else { return self }
    var coarse = self
    coarse.layout = .exponential(scale: scale)
    func merged(_ counts: [Int: Int]) -> [Int: Int] {
      Dictionary(
        counts.map { ($0.key >> (present - scale), $0.value) },
        uniquingKeysWith: { $0.addingReportingOverflow($1).overflow ? .max : $0 + $1 })
    }
    coarse.counts = merged(counts)
    coarse.negative = merged(negative)
    return coarse
  }

  /// The buckets that hold anything, ascending, with their ends; the outermost ends of an explicit layout are those of
  /// the values where they are known, else of the nearest bound, and zero below positive bounds.
  public var ranges: [(lower: Double, upper: Double, count: Int)] {
    switch layout {
    case .explicit(let bounds) where bounds.isEmpty:
      guard count > 0 else { return [] }
      let mean = (sum ?? 0) / Double(count)
      return [(minimum ?? mean, maximum ?? mean, count)]
    case .explicit(let bounds):
      return counts.sorted { $0.key < $1.key }.map { bucket, count in
        let first = bounds.first ?? maximum ?? (self.count > 0 ? (sum ?? 0) / Double(self.count) : 0)
        let upper = bucket < bounds.count ? bounds[bucket] : max(bounds.last ?? first, maximum ?? -.infinity)
        let lower =
          bucket > 0 && bucket <= bounds.count ? bounds[bucket - 1] : min(upper, minimum ?? (first > 0 ? 0 : first))
        return (lower, upper, count)
      }
    case .exponential(let scale):
      let width = Double(sign: .plus, exponent: -scale, significand: 1)
      func edge(_ bucket: Int) -> Double { min(1e140, exp2(Double(bucket) * width)) }
      var ranges = negative.sorted { $0.key > $1.key }.map { (-edge($0.key + 1), -edge($0.key), $0.value) }
      if zeroCount > 0 { ranges.append((0, 0, zeroCount)) }
      ranges += counts.sorted { $0.key < $1.key }.map { (edge($0.key), edge($0.key + 1), $0.value) }
      return ranges.map { (lower: $0.0, upper: $0.1, count: $0.2) }
    }
  }
}
