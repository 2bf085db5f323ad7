import Domain

/// Makes points of OTLP's metrics.
enum OTLPMetricDecoder {
  /// The most labels of a point; those that come later in its attributes tell streams apart but are not shown.
  private static let labelLimit = 16
  private static let labelLength = 128

  /// The points of one element of `resourceMetrics`.
  static func points(of resource: JSON) -> [MetricPoint] {
    let origin = OTLPMetricDecoder.origin(resource["resource"])
    var points: [MetricPoint] = []
    for scope in OTLPValue.list(resource, "scopeMetrics", "scope_metrics") ?? [] {
      let scopeName = scope["scope"]?["name"]?.string ?? ""
      for metric in OTLPValue.list(scope, "metrics", "metrics") ?? [] {
        read(metric, Context(origin: origin.identity + "\u{0}" + scopeName, service: origin.service), into: &points)
      }
    }
    return points
  }

  private struct Context {
    var origin: String
    var service: String?
  }

  /// All that tells a writer apart, and the name of its service.
  private static func origin(_ resource: JSON?) -> (identity: String, service: String?) {
    var pairs: [String] = []
    var service: String?
    for attribute in resource?["attributes"]?.array ?? [] {
      guard let key = attribute["key"]?.string else { continue }
      let value = OTLPValue.plain(attribute["value"])
      if key == "service.name" { service = value.string }
      pairs.append(key + "=" + value.text)
    }
    return (pairs.sorted().joined(separator: "\u{1}"), service)
  }

  private static func read(_ metric: JSON, _ context: Context, into points: inout [MetricPoint]) {
    guard let name = metric["name"]?.string, !name.isEmpty, name.utf8.count <= 256 else { return }
    let unit = metric["unit"]?.string.flatMap { $0.isEmpty || $0.utf8.count > 32 ? nil : $0 }
    let kinds = [
      ("gauge", "gauge"), ("sum", "sum"), ("histogram", "histogram"),
      ("exponentialHistogram", "exponential_histogram"), ("summary", "summary"),
    ]
    for (kind, snake) in kinds {
      guard let data = OTLPValue.member(metric, kind, snake) else { continue }
      let temporality = OTLPValue.member(data, "aggregationTemporality", "aggregation_temporality")
      let isDelta = temporality?.integer == 1 || temporality?.string == "AGGREGATION_TEMPORALITY_DELTA"
      for point in OTLPValue.list(data, "dataPoints", "data_points") ?? [] {
        // Bit 0 of the flags says that there was nothing to record.
        if let flags = OTLPValue.integer(point["flags"]), flags & 1 == 1 { continue }
        var made = base(point, name: name, unit: unit, isDelta: isDelta, context)
        switch kind {
        case "gauge":
          guard let value = number(point) else { continue }
          made.value = .gauge(value)
        case "sum":
          guard let value = number(point) else { continue }
          let isMonotonic = OTLPValue.member(data, "isMonotonic", "is_monotonic")?.bool ?? false
          made.value = .sum(value, isMonotonic: isMonotonic)
        case "histogram":
          guard let histogram = explicit(point) else { continue }
          made.value = .histogram(histogram)
        case "exponentialHistogram":
          guard let histogram = exponential(point) else { continue }
          made.value = .histogram(histogram)
        default:
          summary(point, made, context, into: &points)
          continue
        }
        points.append(made)
      }
    }
  }

  private static func base(
    _ point: JSON, name: String, unit: String?, isDelta: Bool, _ context: Context
  ) -> MetricPoint {
    var labels: [Labels.Label] = context.service.map { [Labels.Label(name: "service.name", value: cut($0))] } ?? []
    var identity: [String] = []
    for attribute in (point["attributes"]?.array ?? []).prefix(128) {
      guard let key = attribute["key"]?.string, !key.isEmpty, key.utf8.count <= 256 else { continue }
      let value = OTLPValue.plain(attribute["value"])
      let text = value.string ?? value.text
      identity.append(key + "=" + text)
      if labels.count < labelLimit, !value.isNull { labels.append(Labels.Label(name: key, value: cut(text))) }
    }
    let stream = ([context.origin, name] + identity.sorted()).joined(separator: "\u{1}")
    return MetricPoint(
      name: name, unit: unit, labels: Labels(labels), stream: StreamID(of: stream),
      start: OTLPValue.time(OTLPValue.member(point, "startTimeUnixNano", "start_time_unix_nano")),
      at: OTLPValue.time(OTLPValue.member(point, "timeUnixNano", "time_unix_nano")), isDelta: isDelta,
      value: .gauge(0))
  }

  private static func cut(_ text: String) -> String {
    text.utf8.count <= labelLength ? text : String(decoding: text.utf8.prefix(labelLength), as: UTF8.self)
  }

  /// The number of a point, written as text or as a number.
  private static func number(_ point: JSON) -> Double? {
    if let integer = OTLPValue.member(point, "asInt", "as_int") { return OTLPValue.integer(integer).map(Double.init) }
    return real(OTLPValue.member(point, "asDouble", "as_double"))
  }

  /// A number, also as text; nil for what is not finite.
  private static func real(_ json: JSON?) -> Double? {
    let value = json?.string.flatMap { Double($0) } ?? json?.double
    return value.flatMap { $0.isFinite ? $0 : nil }
  }

  private static func counts(_ json: JSON?) -> [Int]? {
    guard let list = json?.array else { return json == nil ? [] : nil }
    let counts = list.prefix(Histogram.bucketLimit + 1).compactMap { OTLPValue.integer($0).map { Int($0) } }
    return counts.count == list.count ? counts : nil
  }

  private static func explicit(_ point: JSON) -> Histogram? {
    guard let count = OTLPValue.integer(point["count"]),
      let counts = counts(OTLPValue.member(point, "bucketCounts", "bucket_counts"))
    else { return nil }
    let bounds = OTLPValue.list(point, "explicitBounds", "explicit_bounds") ?? []
    let numbers = bounds.compactMap { real($0) }
    guard numbers.count == bounds.count,
      var histogram = Histogram(bounds: numbers, counts: counts, count: Int(count), sum: real(point["sum"]))
    else { return nil }
    histogram.minimum = real(point["min"])
    histogram.maximum = real(point["max"])
    return histogram
  }

  private static func exponential(_ point: JSON) -> Histogram? {
    func buckets(_ json: JSON?) -> [Int: Int]? {
      guard let json else { return [:] }
      guard let counts = counts(OTLPValue.member(json, "bucketCounts", "bucket_counts")) else { return nil }
      let offset = Int(OTLPValue.integer(json["offset"]) ?? 0)
      guard offset.magnitude < 1 << 31 else { return nil }
      return Dictionary(counts.enumerated().map { (offset + $0.offset, $0.element) }, uniquingKeysWith: { $1 })
    }
    guard let count = OTLPValue.integer(point["count"]), let positive = buckets(point["positive"]),
      let negative = buckets(point["negative"])
    else { return nil }
    let zeros = OTLPValue.integer(OTLPValue.member(point, "zeroCount", "zero_count")) ?? 0
    let scale = OTLPValue.integer(point["scale"]) ?? 0
    guard
      var histogram = Histogram(
        scale: Int(scale), zeroCount: Int(zeros), positive: positive, negative: negative, count: Int(count),
        sum: real(point["sum"]))
    else { return nil }
    histogram.minimum = real(point["min"])
    histogram.maximum = real(point["max"])
    return histogram
  }

  /// A summary's quantiles become gauges with a label `quantile`; its count and sum grow with the stream.
  private static func summary(_ point: JSON, _ base: MetricPoint, _ context: Context, into points: inout [MetricPoint])
  {
    for (ending, value) in [
      ("_count", OTLPValue.integer(point["count"]).map(Double.init)), ("_sum", real(point["sum"])),
    ] {
      guard let value else { continue }
      var made = base
      made.name += ending
      made.stream = StreamID(of: base.stream.text + ending)
      made.value = .sum(value, isMonotonic: true)
      points.append(made)
    }
    for quantile in (OTLPValue.list(point, "quantileValues", "quantile_values") ?? []).prefix(32) {
      guard let value = real(quantile["value"]) else { continue }
      let share = real(quantile["quantile"]) ?? 0
      var made = base
      made.labels = Labels(base.labels.all + [Labels.Label(name: "quantile", value: "\(share)")])
      made.stream = StreamID(of: base.stream.text + "q\(share)")
      made.value = .gauge(value)
      points.append(made)
    }
  }
}
