import Decoding
import Detection
import Domain
import Drift
import Expressions
import Measures
import Redaction
import Settings

/// How a source is read and what is made of it: from the configuration where there is one, else from what its first
/// lines look like.
struct SourceSetup {
  /// The source's name.
  var name: String
  /// What its lines are: `jsonl` for records, `otlp` for traces.
  var decoder: LogFormat
  /// What was recognised, for people.
  var recognition: Recognition
  /// Where a record's time stands; nil when records have none.
  var time: FieldPath?
  /// What the operator sees.
  var metrics: [MetricDefinition]
  /// The rules of the source, made ready.
  var rules: RuleSet
  /// What is taken out of texts before they are kept.
  var redactor = Redactor.standard
  /// How many label sets of a metric are told apart where it does not say.
  var labelLimit = MeterBank.usualLabelSetLimit

  /// Everything that is metered: the operator's metrics, those that rules are made of, and the shadows.
  var definitions: [MetricDefinition] { metrics + rules.derivedMetrics(for: name) + shadows }

  /// Drift metrics once more, without labels: drift is measured over all label sets, and one more number a record costs
  /// less than merging every label set's slots again. Shadows are not stored; a restart makes them from what is.
  var shadows: [MetricDefinition] {
    metrics.filter { $0.drift != nil }.map { metric in
      var shadow = metric
      shadow.name = SourceSetup.shadowPrefix + metric.name
      shadow.labels = []
      shadow.drift = nil
      return shadow
    }
  }

  /// What the names of shadows begin with.
  static let shadowPrefix = "drift:"

  /// The settings of the metrics that are watched for drift.
  var driftSettings: [String: DriftSettings] {
    Dictionary(metrics.compactMap { metric in metric.drift.map { (metric.name, $0) } }) { first, _ in first }
  }

  /// How far back anything looks in event time.
  var horizon: Duration {
    let drift = driftSettings.values.map(\.window).max() ?? .zero
    return max(rules.horizon(for: name), max(drift, AutomaticReference.span)) + .seconds(60)
  }

  /// After as long without records no condition and no timer can change any more.
  var quietHorizon: Duration {
    rules.definitions.reduce(horizon) { max($0, horizon + $1.for + $1.keepFiringFor) }
  }
}

/// Why a source cannot be set up; the text says what to do.
struct SetupError: Error, CustomStringConvertible {
  var description: String
}

/// Makes a ``SourceSetup`` once a source has something to look at.
struct SourceSetupPlan {
  /// The source.
  var source: SourceDefinition
  /// The configuration, where there is one.
  var configuration: Configuration?
  /// What the names of automatic metrics begin with, so that sources do not collide.
  var prefix: String
  /// What hashes are salted with.
  var salt: [UInt8] = []

  /// How many lines are looked at.
  private static let sampleLines = 500

  /// Looks at the first bytes of the source's first file.
  func recognise(head: [UInt8], path: String) -> Recognition {
    let format = FormatRecogniser().recognise(head: head, path: path)
    return Recognition(format: format, fields: format.format.decoder == .otlp ? DiscoveredFields() : discover(in: head))
  }

  /// Sets the source up by what was recognised.
  func setup(_ recognition: Recognition) throws -> SourceSetup {
    let recognised = recognition.format
    let configured = LogFormat(rawValue: source.format) ?? .auto
    var format = configured == .auto ? recognised.format : configured
    // Where some lines are objects, the others are malformed lines rather than another format.
    let hasRecords = recognition.fields.records > 0
    if configured == .auto, hasRecords, format.decoder == nil || recognised.isDocument { format = .jsonl }
    guard let decoder = format.decoder, configured != .auto || hasRecords || !recognised.isDocument else {
      throw SetupError(
        description: recognised.isDocument && format.isReadable
          ? "one document over many lines cannot be followed (\(recognised.reason)): write one object a line"
          : "\(format.rawValue) is not read yet (\(recognised.reason)): name JSON lines or OTLP/JSON traces")
    }
    let fields = recognition.fields
    let own = configuration?.metrics.filter { $0.source == source.name } ?? []
    let isAutomatic = own.isEmpty && (configuration?.metrics.isEmpty ?? true)
    let metrics: [MetricDefinition]
    let labels: [LabelDefinition]
    switch decoder {
    case .otlp:
      metrics = isAutomatic ? AutomaticMetrics.traces(source: source.name, prefix: prefix) : own
      labels = AutomaticMetrics.traceLabels
    default:
      labels = source.labels.isEmpty ? AutomaticMetrics.labels(from: fields) : source.labels
      metrics =
        isAutomatic
        ? AutomaticMetrics.records(source: source.name, prefix: prefix, fields: fields, labels: labels) : own
    }
    let time = decoder == .otlp ? FieldPath("ts") : source.time ?? fields.time
    var setup = SourceSetup(
      name: source.name, decoder: decoder, recognition: recognition, time: time, metrics: metrics,
      rules: rules(metrics: metrics, labels: labels, fields: fields, decoder: decoder))
    setup.redactor = try Redactor(
      source.redaction.within(configuration?.redaction ?? RedactionPolicy()), salt: salt)
    setup.labelLimit = source.labelLimit ?? MeterBank.usualLabelSetLimit
    return setup
  }

  private func rules(
    metrics: [MetricDefinition], labels: [LabelDefinition], fields: DiscoveredFields, decoder: LogFormat
  ) -> RuleSet {
    let configured = configuration?.watchedSources.first { $0.name == source.name }?.staleAfter
    let watched = WatchedSource(
      name: source.name, labels: labels,
      staleAfter: configured ?? source.staleAfter ?? WatchedSource.defaultStaleAfter)
    let drift = metrics.flatMap { metric in
      metric.drift.map { ShippedRules.drift(metric: metric.name, source: source.name, alarm: $0.alarm) } ?? []
    }
    guard let configuration else {
      let shipped =
        decoder == .otlp
        ? ShippedRules.traces(source: source.name) : ShippedRules.records(source: source.name, fields: fields)
      return RuleSet(shipped + drift, sources: [watched], metrics: metrics)
    }
    let named = Set(configuration.rules.map(\.name))
    let others = configuration.watchedSources.map { $0.name == source.name ? watched : $0 }
    return RuleSet(
      configuration.rules + drift.filter { !named.contains($0.name) }, sources: others,
      metrics: configuration.metrics, heartbeats: configuration.heartbeats.filter { $0.source == source.name })
  }

  private func discover(in head: [UInt8]) -> DiscoveredFields {
    var discovery = FieldDiscovery()
    // The last line of the sample may be cut off; it is passed over, since it is no whole object.
    for line in head.split(separator: 0x0A, maxSplits: Self.sampleLines).prefix(Self.sampleLines) {
      let bytes = Array(line)
      discovery.add(bytes.span.bytes)
    }
    return discovery.result()
  }
}
