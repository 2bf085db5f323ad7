import Domain

/// Gathers the samples of one family and makes points of them.
struct FamilyBuilder {
  /// What `# TYPE` says.
  var type = "unknown"
  /// What `# UNIT` says.
  var unit: String?
  private var plain: [(sample: PrometheusSample, at: Timestamp?)] = []
  private var histograms: [String: Parts] = [:]
  private var order: [String] = []
  private var created: [String: Timestamp] = [:]

  /// The parts of one histogram.
  private struct Parts {
    var name: String
    var labels: [Labels.Label]
    var at: Timestamp?
    /// Cumulative counts by upper end.
    var buckets: [(end: Double, count: Double)] = []
    var count: Double?
    var sum: Double?
  }

  /// Adds a sample.
  mutating func add(_ sample: PrometheusSample, at: Timestamp?) {
    if sample.name.hasSuffix("_created"), type != "unknown" {
      // Of a family by itself it only says when another one began, which cumulative text has no use for.
      if type != "gauge", (1e9..<4e9).contains(sample.value) {
        created[FamilyBuilder.key(sample.labels)] = Timestamp(seconds: sample.value)
      }
      return
    }
    guard type == "histogram" || type == "gaugehistogram" else {
      plain.append((sample, at))
      return
    }
    let endings = ["_bucket", "_count", "_sum", "_gcount", "_gsum"]
    guard let ending = endings.first(where: { sample.name.hasSuffix($0) }) else { return }
    let labels = sample.labels.filter { $0.name != "le" }
    let key = FamilyBuilder.key(labels)
    if histograms[key] == nil {
      order.append(key)
      histograms[key] = Parts(name: String(sample.name.dropLast(ending.count)), labels: labels, at: at)
    }
    switch ending {
    case "_bucket":
      guard let text = sample.labels.first(where: { $0.name == "le" })?.value,
        let end = PrometheusSample.number(text[...]), (histograms[key]?.buckets.count ?? 0) < Histogram.bucketLimit
      else { return }
      histograms[key]?.buckets.append((end, sample.value))
    case "_count", "_gcount": histograms[key]?.count = sample.value
    default: histograms[key]?.sum = sample.value
    }
  }

  /// The points of the samples.
  func points(labelLimit: Int) -> [MetricPoint] {
    var points: [MetricPoint] = []
    func append(_ name: String, _ labels: [Labels.Label], _ at: Timestamp?, _ value: MetricPoint.Value) {
      let key = FamilyBuilder.key(labels)
      points.append(
        MetricPoint(
          name: name, unit: unit, labels: Labels(labels.prefix(labelLimit).map(FamilyBuilder.cut)),
          stream: StreamID(of: name + "\u{0}" + key), start: created[key], at: at, isDelta: false, value: value))
    }
    for (sample, at) in plain where sample.value.isFinite {
      let isCount = type == "summary" && (sample.name.hasSuffix("_count") || sample.name.hasSuffix("_sum"))
      let isCounter = type == "counter" || isCount || type == "unknown" && sample.name.hasSuffix("_total")
      append(
        sample.name, sample.labels, at,
        isCounter ? .sum(sample.value, isMonotonic: true) : .gauge(sample.value))
    }
    for key in order {
      guard let parts = histograms[key], let histogram = FamilyBuilder.histogram(parts) else { continue }
      append(parts.name, parts.labels, parts.at, .histogram(histogram))
    }
    return points
  }

  private static func histogram(_ parts: Parts) -> Histogram? {
    let buckets = parts.buckets.filter { !$0.end.isNaN && $0.count.isFinite }.sorted { $0.end < $1.end }
    func whole(_ value: Double) -> Int { Int(max(0, min(9e15, value.rounded()))) }
    var counts: [Int] = []
    var below = 0
    for bucket in buckets {
      counts.append(max(0, whole(bucket.count) - below))
      below = max(below, whole(bucket.count))
    }
    let bounds = buckets.map(\.end).filter(\.isFinite)
    let total = parts.count.flatMap { $0.isFinite ? whole($0) : nil } ?? below
    if buckets.last?.end != .infinity { counts.append(max(0, total - below)) }
    return Histogram(
      bounds: bounds, counts: counts, count: max(total, below), sum: parts.sum.flatMap { $0.isFinite ? $0 : nil })
  }

  private static func key(_ labels: [Labels.Label]) -> String {
    labels.filter { $0.name != "le" }.map { $0.name + "=" + $0.value }.sorted().joined(separator: "\u{1}")
  }

  private static func cut(_ label: Labels.Label) -> Labels.Label {
    label.value.utf8.count <= 128
      ? label : Labels.Label(name: label.name, value: String(decoding: label.value.utf8.prefix(128), as: UTF8.self))
  }
}
