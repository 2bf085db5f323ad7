import Decoding
import Domain
import Measures
import Redaction

/// Makes series of points that other programs have aggregated: each metric under its own name, its attributes as labels.
///
/// Gauges, and sums that may fall, become gauges; monotonic sums become counters of what was added; histograms become
/// distributions, spread over their ranges (see `DistributionSummary.init(ranges:sum:minimum:maximum:)`).
struct PointMeter {
  /// The most metrics of a source.
  static let metricLimit = 500
  private static let rememberedLabels = 4_096

  private let source: String
  private let prefix: String
  private let taken: Set<String>
  /// The most label sets of a metric; beyond it, new ones are counted under `other`.
  private let labelSetLimit: Int
  private let redactor: Redactor
  private var shown: [Labels: Labels] = [:]
  private(set) var streams = PointStreams()
  /// The metrics that were seen, in the order in which they came.
  private(set) var metrics: [MetricDefinition] = []
  private var places: [String: Int] = [:]
  private var labelSets: [String: Set<Labels>] = [:]
  private var added: [SeriesKey: [Timestamp: Summary]] = [:]
  private var refused: [String: String] = [:]
  private var crowded: [String: Int] = [:]
  private var storedMetrics = 0

  /// Creates a meter.
  ///
  /// - Parameters:
  ///   - taken: names that other metrics of the source have.
  ///   - redactor: takes from labels what must not be kept.
  init(
    source: String, prefix: String, taken: Set<String>, labelSetLimit: Int = MeterBank.usualLabelSetLimit,
    redactor: Redactor = .standard
  ) {
    self.labelSetLimit = labelSetLimit
    self.redactor = redactor
    self.source = source
    self.prefix = prefix
    self.taken = taken
  }

  /// What was counted of a point: the value or what was added to it.
  enum Counted {
    case value(Double)
    case added(Double)
    case distribution(count: Int, sum: Double?)
  }

  /// Counts a point; nil where it adds nothing.
  mutating func add(_ point: MetricPoint, at: Timestamp) -> Counted? {
    let value: MetricPoint.Value
    switch point.value {
    case .gauge, .sum(_, isMonotonic: false): value = point.value
    case .sum, .histogram:
      guard let added = point.isDelta ? point.value : streams.added(point, at: at) else { return nil }
      value = added
    }
    switch value {
    case .gauge(let number):
      merge(.gauge(GaugeSummary(number, at: at)), point, at)
      return .value(number)
    case .sum(let number, isMonotonic: false):
      // What a delta adds to a sum that may fall can only be added up.
      merge(
        point.isDelta ? .counter(CounterSummary(count: 1, sum: number)) : .gauge(GaugeSummary(number, at: at)), point,
        at)
      return point.isDelta ? .added(number) : .value(number)
    case .sum(let number, isMonotonic: true):
      merge(.counter(CounterSummary(count: 1, sum: number)), point, at)
      return .added(number)
    case .histogram(let histogram):
      guard histogram.count > 0 else { return nil }
      let summary = DistributionSummary(
        ranges: histogram.ranges, sum: histogram.sum, minimum: histogram.minimum, maximum: histogram.maximum)
      merge(.distribution(summary), point, at)
      return .distribution(count: histogram.count, sum: histogram.sum)
    }
  }

  private mutating func merge(_ summary: Summary, _ point: MetricPoint, _ at: Timestamp) {
    let name = prefix + point.name
    guard isKnown(name, summary.kind, unit: point.unit) else { return }
    var labels = shown(point.labels)
    if !(labelSets[name]?.contains(labels) ?? false) {
      if (labelSets[name]?.count ?? 0) < labelSetLimit {
        labelSets[name, default: []].insert(labels)
      } else {
        labels = Labels(labels.all.map { Labels.Label(name: $0.name, value: "other") })
        crowded[name, default: 0] += 1
      }
    }
    let key = SeriesKey(metric: name, labels: labels)
    let start = at.floored(to: SlotDelta.baseSlot)
    if added[key]?[start]?.merge(summary) == nil { added[key, default: [:]][start] = summary }
  }

  /// The labels without what must not be kept.
  private mutating func shown(_ labels: Labels) -> Labels {
    if let known = shown[labels] { return known }
    let kept = Labels(
      labels.all.compactMap { label in
        redactor.text(label.value, of: FieldPath(label.name) ?? FieldPath(components: [label.name]))
          .map { Labels.Label(name: label.name, value: $0) }
      })
    if shown.count >= PointMeter.rememberedLabels { shown.removeAll(keepingCapacity: true) }
    shown[labels] = kept
    return kept
  }

  /// Whether points of the kind are counted under the name; a new name is taken note of.
  private mutating func isKnown(_ name: String, _ kind: MetricKind, unit: String?) -> Bool {
    if let place = places[name] {
      if metrics[place].kind == kind { return true }
      refused[name] =
        "it is a \(metrics[place].kind.rawValue) and a \(kind.rawValue) in turn; only the first is counted"
      return false
    }
    if taken.contains(name) {
      refused[name] = "another metric has its name"
      return false
    }
    guard metrics.count < PointMeter.metricLimit else {
      refused["…"] = "only the first \(PointMeter.metricLimit) metrics of the source are counted"
      return false
    }
    places[name] = metrics.count
    let perSecond = kind == .counter ? unit.map { $0 + "/s" } ?? "/s" : unit
    metrics.append(
      MetricDefinition(
        name: name, source: source, kind: kind, unit: perSecond, aspect: AutomaticMetrics.aspect(ofName: name)))
    return true
  }

  /// Takes what was counted since the last call.
  mutating func drain() -> [SlotDelta] {
    var deltas: [SlotDelta] = []
    for (series, slots) in added {
      for (start, summary) in slots { deltas.append(SlotDelta(series: series, start: start, summary: summary)) }
    }
    added.removeAll(keepingCapacity: true)
    return deltas.sorted { ($0.start, $0.series) < ($1.start, $1.series) }
  }

  /// What the operator should know.
  var notices: [String] {
    var notices = refused.sorted { $0.key < $1.key }.prefix(8).map { "the metric \($0.key) is left out: \($0.value)" }
    notices += crowded.sorted { $0.key < $1.key }.prefix(8).map {
      "\($0.key) has more than \(labelSetLimit) label sets: \($0.value) points were counted under 'other'"
    }
    if streams.dropped > 0 {
      notices.append("more than \(PointStreams.limit) streams of points: \(streams.dropped) points were left out")
    }
    return notices
  }

  /// What a restart needs, when it has changed since the last call.
  mutating func takeState() -> JSONObject? {
    guard streams.isChanged || storedMetrics != metrics.count else { return nil }
    storedMetrics = metrics.count
    return JSONObject([
      ("streams", streams.take()),
      (
        "metrics",
        .array(
          metrics.map { ["name": .string($0.name), "kind": .string($0.kind.rawValue), "unit": JSON($0.unit)] })
      ),
    ])
  }

  /// Takes up what ``takeState()`` gave to an earlier process.
  mutating func restore(_ state: JSON) {
    streams.restore(state["streams"] ?? [])
    for metric in (state["metrics"]?.array ?? []).prefix(PointMeter.metricLimit) {
      guard let name = metric["name"]?.string, let kind = metric["kind"]?.string.flatMap(MetricKind.init(rawValue:)),
        places[name] == nil, !taken.contains(name)
      else { continue }
      places[name] = metrics.count
      metrics.append(
        MetricDefinition(
          name: name, source: source, kind: kind, unit: metric["unit"]?.string,
          aspect: AutomaticMetrics.aspect(ofName: name)))
    }
    storedMetrics = metrics.count
  }
}
