import Decoding
import Detection
import Domain
import Drift
import Expressions
import Measures
import Redaction
import Settings
import Tailing
import Traces

/// How a source is read and what is made of it: from the configuration where there is one, else from what its first
/// lines look like.
struct SourceSetup {
  /// The source's name.
  var name: String
  /// What the names of its automatic metrics begin with.
  var prefix = ""
  /// What its records are read with; see ``LogFormat/decoder``.
  var decoder: LogFormat
  /// What the configuration says about its records.
  var records = RecordOptions()
  /// By which clocks times without a zone are read.
  var zone = ZoneRules.utc
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
  /// How many false pages drift may cause.
  var driftBudget = DriftBudget()
  /// Which of its runs are there to show that detectors work.
  var canary: CanaryDefinition?
  /// What the ids of those runs begin with.
  var canaryPrefix: String? { canary?.prefix }
  /// Which earlier records its records are about.
  var join: JoinDefinition?
  /// What is kept of its records for those of other sources, by the other source's name.
  var captures: [String: JoinDefinition] = [:]
  /// Where a record's version stands; nil where it has none.
  var version: FieldPath?
  /// Fields that are read beside those that metrics, labels and rules name.
  var readFields: [FieldPath] = []

  /// What agents may do, where the source holds their traces.
  var policies = PolicySet.undeclared
  /// The shipped rules that the source lacks fields for.
  var blind: [ShippedRules.Blind] = []

  /// Everything that is metered: the operator's metrics, those that rules are made of, the shadows, and how late labels
  /// are.
  var definitions: [MetricDefinition] { metrics + rules.derivedMetrics(for: name) + shadows + delays }

  /// What the metrics are for that are not only stored.
  var uses: [String: MeterUse] {
    var uses: [String: MeterUse] = [:]
    for metric in rules.derivedMetrics(for: name) { uses[metric.name] = .watched }
    for metric in shadows { uses[metric.name] = .shadow }
    return uses
  }

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

  /// How long labels take, where the source's records are labels: quality by labels of a stretch of time leaves out those
  /// that came within it but are about what was predicted before.
  private var delays: [MetricDefinition] {
    guard join != nil else { return [] }
    let field = FieldPath(components: [LabelJoin.member, LabelJoin.delay])
    return [
      MetricDefinition(name: JoinDefinition.delayMetric(of: name), source: name, kind: .distribution, field: field)
    ]
  }

  /// What the names of shadows begin with.
  static let shadowPrefix = "drift:"

  /// The settings of the metrics that are watched for drift.
  var driftSettings: [String: DriftSettings] {
    Dictionary(metrics.compactMap { metric in metric.drift.map { (metric.name, $0) } }) { first, _ in first }
  }

  /// How far back rules read each derived metric.
  var reaches: [String: Duration] {
    Dictionary(
      rules.derivedMetrics(for: name).map { ($0.name, rules.reach(of: $0.name, source: name)) },
      uniquingKeysWith: { first, _ in first })
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

  /// How many bytes are looked at.
  static let headLength = 256 << 10

  /// Looks at the first bytes of the source's first file; `reference` is near to the times in it.
  func recognise(head: [UInt8], path: String, reference: Timestamp) -> Recognition {
    let format = FormatRecogniser().recognise(head: head, path: path)
    let decoder = readAs(format)
    // Where a good part of the lines are objects, the others are malformed lines rather than another format.
    let isOpen = source.format == LogFormat.auto.rawValue && source.pattern == nil
    if isOpen, decoder == nil || decoder == .text || format.isDocument {
      let fields = discoverObjects(in: head)
      let lines = head.count { $0 == 0x0A } + 1
      if fields.records * 10 >= lines { return Recognition(format: format, fields: fields, readAs: .jsonl) }
    }
    return Recognition(
      format: format, fields: decoder.map { discover(in: head, of: $0, reference: reference) } ?? DiscoveredFields(),
      readAs: decoder)
  }

  /// What a source is read as: what its configuration says, else what was recognised.
  func readAs(_ recognised: RecognisedFormat) -> LogFormat? {
    let configured = LogFormat(rawValue: source.format) ?? .auto
    if configured != .auto { return configured.decoder }
    return source.pattern == nil ? recognised.format.decoder : .pattern
  }

  /// Whether a recognition still says how the source is read, which its configuration may have changed.
  func isCurrent(_ recognition: Recognition) -> Bool {
    guard let stored = recognition.readAs, let present = readAs(recognition.format) else { return true }
    return stored == present || stored == .jsonl && source.format == LogFormat.auto.rawValue && source.pattern == nil
  }

  private var records: RecordOptions {
    // Both were compiled when the configuration was read.
    RecordOptions(
      pattern: source.pattern.flatMap { try? CapturePattern($0) },
      recordStart: source.recordStart.flatMap { try? TextPattern($0) })
  }

  /// Sets the source up by what was recognised.
  func setup(_ recognition: Recognition) throws -> SourceSetup {
    let recognised = recognition.format
    let hasRecords = recognition.fields.records > 0
    let isConfigured = source.format != LogFormat.auto.rawValue || source.pattern != nil
    guard let decoder = recognition.readAs ?? readAs(recognised),
      isConfigured || hasRecords || !recognised.isDocument
    else {
      throw SetupError(
        description: recognised.isDocument && recognised.format.isReadable
          ? "one document over many lines cannot be followed (\(recognised.reason)): write one object a line"
          : "\(recognised.format.rawValue) cannot be followed (\(recognised.reason)): see the list of formats in the "
            + "documentation, or name one with 'format'")
    }
    let fields = recognition.fields
    let own = configuration?.metrics.filter { $0.source == source.name } ?? []
    let isAutomatic = own.isEmpty && (configuration?.metrics.isEmpty ?? true)
    let metrics: [MetricDefinition]
    let labels: [LabelDefinition]
    switch decoder {
    case .otlp:
      let traces = AutomaticMetrics.traces(source: source.name, prefix: prefix)
      let logs = hasRecords ? AutomaticMetrics.logs(source: source.name, prefix: prefix, fields: fields) : []
      let names = Set(traces.map(\.name))
      metrics = isAutomatic ? traces + logs.filter { !names.contains($0.name) } : own
      labels = AutomaticMetrics.traceLabels
    case .prometheus:
      metrics = own
      labels = source.labels
    default:
      labels = source.labels.isEmpty ? AutomaticMetrics.labels(from: fields) : source.labels
      metrics =
        isAutomatic
        ? AutomaticMetrics.records(source: source.name, prefix: prefix, fields: fields, labels: labels) : own
    }
    let time = decoder == .otlp || decoder == .prometheus ? FieldPath("ts") : source.time ?? fields.time
    var pack = shipped(labels: labels, fields: fields, decoder: decoder)
    if let canary = source.canary { pack.rules += ShippedRules.canaries(canary, source: source.name) }
    var setup = SourceSetup(
      name: source.name, prefix: prefix, decoder: decoder, records: records, zone: source.timeZone ?? .utc,
      recognition: recognition, time: time, metrics: metrics,
      rules: rules(metrics: metrics, labels: labels, pack: pack), blind: pack.blind)
    setup.redactor = try Redactor(
      source.redaction.within(configuration?.redaction ?? RedactionPolicy()), salt: salt)
    if let configuration {
      setup.driftBudget = DriftBudget(
        falsePagesPerWeek: configuration.drift.falsePagesPerWeek,
        watchedSeries: configuration.metrics.count { $0.drift != nil })
    }
    setup.join = source.join
    setup.canary = source.canary
    if source.canary != nil, decoder != .otlp {
      throw SetupError(description: "a canary needs agents' traces, and \(source.name) holds \(decoder.rawValue)")
    }
    setup.version = labels.first { $0.name == "version" }?.path
    for other in configuration?.sources ?? [] {
      if let join = other.join, join.source == source.name { setup.captures[other.name] = join }
    }
    if setup.join != nil || !setup.captures.isEmpty, decoder != .jsonl {
      throw SetupError(description: "a join needs JSON lines, and \(source.name) holds \(decoder.rawValue)")
    }
    setup.labelLimit = source.labelLimit ?? MeterBank.usualLabelSetLimit
    return setup
  }

  /// The shipped rules that the source has the fields for and that no rule of the configuration stands in for.
  private func shipped(
    labels: [LabelDefinition], fields: DiscoveredFields, decoder: LogFormat
  ) -> ShippedRules.Pack {
    guard configuration?.shippedRules ?? true, decoder != .prometheus else { return ShippedRules.Pack() }
    var pack =
      decoder == .otlp
      ? ShippedRules.Pack(
        rules: ShippedRules.traces(source: source.name, besides: configuration?.rules ?? []))
      : ShippedRules.records(
        source: source.name, fields: fields,
        labels: Dictionary(labels.map { ($0.name, $0.path) }, uniquingKeysWith: { first, _ in first }))
    // A rule of the configuration stands in for the shipped one of its name, and for that one's siblings.
    let named = Set((configuration?.rules ?? []).flatMap { [$0.name, $0.name + "-suspected", $0.name + "-tenant"] })
    pack.rules.removeAll { named.contains($0.name) }
    pack.blind.removeAll { named.contains($0.rule) }
    guard decoder != .otlp else { return pack }
    let isOneOfSeveral = (configuration?.sources.count ?? (prefix.isEmpty ? 1 : 2)) > 1
    for index in pack.rules.indices {
      pack.rules[index].namesSource = isOneOfSeveral
      pack.rules[index].sharesMetrics = true
    }
    return pack
  }

  private func rules(metrics: [MetricDefinition], labels: [LabelDefinition], pack: ShippedRules.Pack) -> RuleSet {
    let configured = configuration?.watchedSources.first { $0.name == source.name }?.staleAfter
    let watched = WatchedSource(
      name: source.name, labels: labels,
      staleAfter: configured ?? source.staleAfter ?? WatchedSource.defaultStaleAfter)
    // Drift that the configuration asks for has its rules; that of automatic metrics comes and goes with the pack.
    let hasOwnMetrics = !(configuration?.metrics.isEmpty ?? true)
    let watchedMetrics =
      hasOwnMetrics || configuration?.shippedRules ?? true ? metrics.filter { $0.drift != nil } : []
    let siblings = watchedMetrics.filter(\.countsValues).map(\.name)
    let drift =
      watchedMetrics.flatMap { metric in
        metric.drift.map { ShippedRules.drift(metric: metric.name, source: source.name, alarm: $0.alarm) } ?? []
      }
      + siblings.flatMap { ShippedRules.missing(metric: $0, source: source.name, siblings: siblings) }
    guard let configuration else {
      return RuleSet(pack.rules + drift, sources: [watched], metrics: metrics, inhibitions: pack.inhibitions)
    }
    let own = configuration.rules + configuration.objectives.flatMap(\.rules)
    let named = Set(own.map(\.name))
    let others = configuration.watchedSources.map { $0.name == source.name ? watched : $0 }
    return RuleSet(
      own + (pack.rules + drift).filter { !named.contains($0.name) }, sources: others,
      metrics: configuration.metrics.isEmpty ? metrics : configuration.metrics,
      heartbeats: configuration.heartbeats.filter { $0.source == source.name },
      inhibitions: configuration.inhibitions + pack.inhibitions, objectives: configuration.objectives)
  }

  private func discover(in head: [UInt8], of decoder: LogFormat, reference: Timestamp) -> DiscoveredFields {
    switch decoder {
    case .jsonl: return discoverObjects(in: head)
    case .otlp:
      var discovery = FieldDiscovery()
      let decoder = OTLPExportDecoder()
      for line in head.split(separator: 0x0A, maxSplits: Self.sampleLines).prefix(Self.sampleLines) {
        for log in decoder.decode(Array(line)).logs { discovery.add(record: log) }
      }
      return discovery.result()
    default:
      guard let reader = RecordReader(format: decoder, options: records, plan: FieldPlan()) else {
        return DiscoveredFields()
      }
      var discovery = FieldDiscovery(reference: reference)
      discovery.add(head: head, of: reader, isWhole: head.count < Self.headLength, limit: Self.sampleLines)
      return discovery.result()
    }
  }

  private func discoverObjects(in head: [UInt8]) -> DiscoveredFields {
    var discovery = FieldDiscovery()
    // The last line of the sample may be cut off; it is passed over, since it is no whole object.
    var count = 0
    let bytes = head.span.bytes
    LineSplitter.forEachRange(of: bytes) { start, length in
      guard length > 0, count < Self.sampleLines else { return }
      count += 1
      discovery.add(bytes.extracting(start..<(start + length)))
    }
    return discovery.result()
  }
}
