import Domain

/// The stored form of summaries: a version byte, a kind byte, then varints and whole or eight-byte numbers. Equal
/// summaries have equal bytes, whether they are written from a ``Summary`` or from a slot's accumulators.
enum SummaryForm {
  /// The version of the stored form.
  static let version: UInt8 = 1
  /// The most bytes of what stands before the buckets or categories.
  static let longestHead = 2 + 6 * SummaryBytes.longestNumber
  /// The most bytes of one bucket.
  static let longestBucket = 2 * SummaryBytes.longestNumber

  static func tag(_ kind: MetricKind) -> UInt8 {
    switch kind {
    case .counter: 1
    case .gauge: 2
    case .distribution: 3
    case .ratio: 4
    case .category: 5
    }
  }

  @inline(__always)
  private static func put(_ kind: MetricKind, _ out: inout MutableRawSpan, _ place: inout Int) {
    SummaryBytes.put(byte: version, &out, &place)
    SummaryBytes.put(byte: tag(kind), &out, &place)
  }

  @inline(__always)
  static func putCounter(count: Int, sum: Double, _ out: inout MutableRawSpan, _ place: inout Int) {
    put(.counter, &out, &place)
    SummaryBytes.put(count: count, &out, &place)
    SummaryBytes.put(sum, &out, &place)
  }

  @inline(__always)
  static func putRatio(numerator: Int, denominator: Int, _ out: inout MutableRawSpan, _ place: inout Int) {
    put(.ratio, &out, &place)
    SummaryBytes.put(count: numerator, &out, &place)
    SummaryBytes.put(count: denominator, &out, &place)
  }

  static func put(_ summary: GaugeSummary, _ out: inout MutableRawSpan, _ place: inout Int) {
    put(.gauge, &out, &place)
    SummaryBytes.put(count: summary.count, &out, &place)
    SummaryBytes.put(summary.sum, &out, &place)
    SummaryBytes.put(summary.minimum, &out, &place)
    SummaryBytes.put(summary.maximum, &out, &place)
    SummaryBytes.put(summary.last, &out, &place)
    SummaryBytes.put(signed: summary.lastAt.nanoseconds, &out, &place)
  }

  /// What stands before a distribution's buckets; an empty distribution has only their number, 0.
  @inline(__always)
  static func putDistribution(
    buckets: Int, sum: Double, squaredDeviations: Double, minimum: Double, maximum: Double,
    _ out: inout MutableRawSpan, _ place: inout Int
  ) {
    put(.distribution, &out, &place)
    SummaryBytes.put(count: buckets, &out, &place)
    guard buckets > 0 else { return }
    SummaryBytes.put(sum, &out, &place)
    SummaryBytes.put(squaredDeviations, &out, &place)
    SummaryBytes.put(minimum, &out, &place)
    SummaryBytes.put(maximum, &out, &place)
  }

  /// One bucket; `previous` is the one before, or nil for the first.
  @inline(__always)
  static func putBucket(
    _ bucket: Int, after previous: Int?, count: Int, _ out: inout MutableRawSpan, _ place: inout Int
  ) {
    if let previous {
      SummaryBytes.put(count: bucket &- previous, &out, &place)
    } else {
      SummaryBytes.put(signed: Int64(bucket), &out, &place)
    }
    SummaryBytes.put(count: count, &out, &place)
  }

  /// What stands before the categories, which follow in the order of their texts, each with its count.
  @inline(__always)
  static func putCategory(other: Int, categories: Int, _ out: inout MutableRawSpan, _ place: inout Int) {
    put(.category, &out, &place)
    SummaryBytes.put(count: other, &out, &place)
    SummaryBytes.put(count: categories, &out, &place)
  }

  /// Writes any summary.
  static func write(_ summary: Summary, to writer: inout SummaryWriter) {
    switch summary {
    case .counter(let summary):
      writer.write(atMost: longestHead) { putCounter(count: summary.count, sum: summary.sum, &$0, &$1) }
    case .gauge(let summary): writer.write(atMost: longestHead) { put(summary, &$0, &$1) }
    case .distribution(let summary): write(summary, to: &writer)
    case .ratio(let summary):
      writer.write(atMost: longestHead) {
        putRatio(numerator: summary.numerator, denominator: summary.denominator, &$0, &$1)
      }
    case .category(let summary): write(summary, to: &writer)
    }
  }

  private static func write(_ summary: DistributionSummary, to writer: inout SummaryWriter) {
    let buckets = summary.count > 0 ? summary.buckets.count : 0
    writer.write(atMost: longestHead + buckets * longestBucket) { out, place in
      putDistribution(
        buckets: buckets, sum: summary.sum, squaredDeviations: summary.squaredDeviations, minimum: summary.minimum,
        maximum: summary.maximum, &out, &place)
      var previous: Int?
      for index in 0..<buckets {
        let bucket = Int(summary.buckets[index])
        putBucket(bucket, after: previous, count: summary.counts[index], &out, &place)
        previous = bucket
      }
    }
  }

  private static func write(_ summary: CategorySummary, to writer: inout SummaryWriter) {
    let sorted = summary.counts.sorted { $0.key < $1.key }
    let texts = sorted.reduce(0) { $0 + $1.key.utf8.count + 2 * SummaryBytes.longestNumber }
    writer.write(atMost: longestHead + texts) { out, place in
      putCategory(other: summary.other, categories: sorted.count, &out, &place)
      for (text, count) in sorted {
        SummaryBytes.put(text, &out, &place)
        SummaryBytes.put(count: count, &out, &place)
      }
    }
  }
}
