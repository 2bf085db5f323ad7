public import Domain

/// Reads Prometheus text and OpenMetrics: cuts a page of samples into families of metrics and makes points of each.
///
/// Colons in names become underscores, so that `vllm:x` and what an OpenMetrics writer makes of it are one metric. A
/// sample without a time of its own was read at the time of the last `# scraped_at` line, which belongs to the pages
/// after it.
public struct PrometheusReader: Sendable {
  /// A family is cut after so many bytes.
  public static let familyLimit = 512 << 10
  private static let labelLimit = 16

  /// What one family gave.
  public struct Family: Sendable {
    /// Where its text ends, and the next family begins.
    public var next: Int
    /// The samples' points.
    public var points: [MetricPoint] = []
    /// Samples and comments that could not be read.
    public var malformed = 0
    /// Samples that were read.
    public var samples = 0
  }

  /// The time of the last `# scraped_at` line.
  public var scrapedAt: Timestamp?
  private var times: TimestampReader

  /// Creates a reader.
  public init(zone: ZoneRules = .utc) {
    times = TimestampReader(zone: zone)
  }

  /// Whether a line is a sample or a comment of the format.
  static func isLine(_ line: [UInt8]) -> Bool {
    if line.starts(with: "# HELP ".utf8) || line.starts(with: "# TYPE ".utf8) { return true }
    return PrometheusSample(line.span.bytes, 0, line.count) != nil
  }

  /// Reads the family that begins at `start`; nil while it may go on.
  public mutating func next(_ bytes: RawSpan, from start: Int, isFinal: Bool) -> Family? {
    let count = bytes.byteCount
    guard start < count else { return nil }
    var family = Family(next: start)
    var builder = FamilyBuilder()
    var name: [UInt8]?
    var index = start
    while index < count {
      let feed = ByteSearch.first(0x0A, in: bytes, from: index, to: count)
      guard feed < count || isFinal else { break }
      var end = feed
      while end > index, JSONLexer.byte(bytes, end - 1) <= 0x20 { end -= 1 }
      let next = min(count, feed + 1)
      let line = PrometheusLine(bytes, index, end)
      if let named = line.name {
        if let name, !line.belongs(to: name) { return finish(&family, builder, at: index) }
        if name == nil { name = named }
      }
      switch line.kind {
      case .blank: break
      case .comment(let comment):
        if let scraped = comment.scrapedAt {
          if name != nil || family.samples > 0 { return finish(&family, builder, at: index) }
          scrapedAt = times.read(text: scraped)
          family.next = next
          return family
        }
        if comment.isEnd {
          if name != nil { return finish(&family, builder, at: index) }
          family.next = next
          return family
        }
        if let type = comment.type { builder.type = type }
        if let unit = comment.unit { builder.unit = unit }
      case .sample(let sample):
        family.samples += 1
        builder.add(sample, at: sample.time.flatMap { times.read(text: $0) } ?? scrapedAt)
      case .other: family.malformed += 1
      }
      index = next
      if index - start >= PrometheusReader.familyLimit { return finish(&family, builder, at: index) }
    }
    guard isFinal || index == count && name == nil else { return nil }
    return finish(&family, builder, at: index)
  }

  private func finish(_ family: inout Family, _ builder: FamilyBuilder, at index: Int) -> Family {
    family.next = index
    family.points = builder.points(labelLimit: PrometheusReader.labelLimit)
    return family
  }
}
