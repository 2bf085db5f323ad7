import Domain

extension Summary {
  /// The stored form: a version byte, a kind byte, then varints and whole or eight-byte numbers. Equal summaries have
  /// equal bytes. A distribution of usual shape takes about 200 bytes.
  public func encode() -> [UInt8] {
    var writer = SummaryWriter()
    SummaryForm.write(self, to: &writer)
    return writer.bytes
  }

  /// Reads what ``encode()`` wrote. Bytes that it cannot have written are refused with what was expected where.
  public init(decoding bytes: [UInt8]) throws(SummaryError) {
    var reader = SummaryReader(bytes)
    let version = try reader.byte()
    guard version == SummaryForm.version else { throw reader.failure("version \(SummaryForm.version)") }
    switch try reader.byte() {
    case 1: self = .counter(CounterSummary(count: try reader.count(), sum: try reader.sum()))
    case 2: self = .gauge(try Summary.gauge(from: &reader))
    case 3: self = .distribution(try Summary.distribution(from: &reader))
    case 4:
      let (numerator, denominator) = (try reader.count(), try reader.count())
      guard numerator <= denominator else { throw reader.failure("a numerator up to the denominator") }
      self = .ratio(RatioSummary(numerator: numerator, denominator: denominator))
    case 5: self = .category(try Summary.category(from: &reader))
    default: throw reader.failure("a kind from 1 to 5")
    }
    guard reader.isAtEnd else { throw reader.failure("the end") }
  }

  private static func gauge(from reader: inout SummaryReader) throws(SummaryError) -> GaugeSummary {
    let count = try reader.count()
    guard count > 0 else { throw reader.failure("at least one reading") }
    return GaugeSummary(
      count: count, sum: try reader.sum(), minimum: try reader.sum(), maximum: try reader.sum(),
      last: try reader.sum(), lastAt: Timestamp(nanoseconds: try reader.signed()))
  }

  private static func distribution(from reader: inout SummaryReader) throws(SummaryError) -> DistributionSummary {
    var summary = DistributionSummary()
    let buckets = try reader.count()
    guard buckets <= 2 * Int(BucketGrid.last) + 1 else { throw reader.failure("a number of buckets") }
    guard buckets > 0 else { return summary }
    summary.sum = try reader.sum()
    summary.squaredDeviations = try reader.double()
    guard summary.squaredDeviations >= 0 else { throw reader.failure("squares of 0 or more") }
    summary.minimum = try reader.double()
    summary.maximum = try reader.double()
    guard summary.minimum <= summary.maximum else { throw reader.failure("a maximum of at least the minimum") }
    let limit = Int64(BucketGrid.last)
    var bucket: Int64 = 0
    for index in 0..<buckets {
      let step = index == 0 ? try reader.signed() : Int64(try reader.count())
      guard index == 0 || step > 0 else { throw reader.failure("an ascending bucket") }
      guard (-2 * limit...2 * limit).contains(step), (-limit...limit).contains(bucket + step) else {
        throw reader.failure("a bucket of the grid")
      }
      bucket += step
      let count = try reader.count()
      guard count > 0 else { throw reader.failure("a count of at least 1") }
      summary.buckets.append(Int16(bucket))
      summary.counts.append(count)
      summary.count = Bounds.sum(summary.count, count)
    }
    return summary
  }

  private static func category(from reader: inout SummaryReader) throws(SummaryError) -> CategorySummary {
    let other = try reader.count()
    let size = try reader.count()
    guard size <= CategorySummary.limit else { throw reader.failure("at most \(CategorySummary.limit) categories") }
    var counts: [String: Int] = [:]
    for _ in 0..<size {
      // Text that was not UTF-8 may grow when it is repaired; it is cut again below.
      let value = try reader.text(limit: CategorySummary.lengthLimit)
      let count = try reader.count()
      guard count > 0 else { throw reader.failure("a count of at least 1") }
      counts[value] = Bounds.sum(counts[value] ?? 0, count)
    }
    return CategorySummary(counts: counts, other: other)
  }
}
