import Decoding
import Detection
import Domain
import Measures
import Settings
import Storage
import Tailing
import Traces

// Setting sources up once they have something to look at.
extension Collector {
  func recognise(_ source: SourceDefinition, _ bytes: borrowing RawSpan, _ chunk: ChunkInfo) {
    let head = bytes.extracting(0..<min(bytes.byteCount, SourceSetupPlan.headLength)).withUnsafeBytes { Array($0) }
    let plan = SourceSetupPlan(
      source: source, configuration: options.configuration, prefix: options.prefix(of: source),
      salt: salt)
    let recognition = plan.recognise(
      head: head, path: chunk.path.description, reference: tailer.modified(chunk.fileID) ?? wallClock.now())
    do {
      try setUp(source, recognition)
      states[source.name]?.recognition = recognition
      states[source.name]?.problem = nil
      try commitPlan()
    } catch {
      let problem = "\(chunk.path): \(error)"
      if states[source.name]?.problem != problem { log(problem) }
      states[source.name]?.problem = problem
    }
  }

  /// So many stored runs tell a new process what is usual for their agents.
  private static let learnedRuns = 2_000

  func setUp(_ source: SourceDefinition, _ recognition: Recognition) throws {
    let plan = SourceSetupPlan(
      source: source, configuration: options.configuration, prefix: options.prefix(of: source),
      salt: salt)
    var setup = try plan.setup(recognition)
    setup.policies = options.policies
    let restored = try Restoration(store: store).restore(setup, state: states[source.name], fold: fold)
    for record in restored.signals { storedSignals[record.key.description] = record.json }
    let worker = try SourceWorker(
      setup: setup, step: options.step, restored: restored, wallTime: wallClock.now(), ledger: ledger)
    if setup.decoder == .otlp {
      let stored = try store.read { try $0.newestRuns(limit: Self.learnedRuns) }
      worker.learn(from: stored.reversed().compactMap(AgentRun.init(json:)))
    }
    if interleaved.contains(source.name) { worker.deferBoundaries() }
    workers[source.name] = worker
  }

  /// The name under which the cumulative streams of a source are stored.
  static func streamsName(_ source: String) -> String { "streams:" + source }

  /// The document of what a source's detectors of change have counted.
  static func detectorsName(_ source: String) -> String { "detectors:" + source }

  func commitPlan() throws {
    guard let plan = changedPlan() else { return }
    pending.plan = plan
    try commit()
  }

  /// The plan as it is to be stored; nil when it is stored like this already.
  func changedPlan() -> JSON? {
    var plan = WatchPlan(service: options.service)
    plan.sources = options.sources.map { source in
      let heartbeat = options.configuration?.heartbeats.first { $0.source == source.name }
      return WatchPlan.Source(
        name: source.name, patterns: source.paths.map(\.raw),
        staleAfter: source.staleAfter ?? heartbeat?.staleAfter ?? .seconds(180))
    }
    for source in options.sources {
      guard let worker = workers[source.name] else { continue }
      let counters = worker.setup.rules.recordCounters(for: source.name)
      plan.metrics += (worker.setup.metrics + worker.pointMetrics).map { definition in
        var metric = WatchPlan.Metric(definition)
        metric.records = counters[definition.name]
        return metric
      }
      plan.ruleCount += worker.setup.rules.definitions.count
      plan.rules += ruleInputs(of: worker.setup)
      plan.blind += worker.setup.blind.map {
        WatchPlan.Blind(source: source.name, rule: $0.rule, missing: $0.missing)
      }
    }
    if let configuration = options.configuration {
      plan.values = configuration.values.map(WatchPlan.Value.init)
      plan.drillsEvery = configuration.drills?.every
      // The configuration's own order is the operator's.
      let order = Dictionary(
        configuration.metrics.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { first, _ in first }
      )
      plan.metrics.sort { (order[$0.name] ?? .max, $0.name) < (order[$1.name] ?? .max, $1.name) }
    }
    let json = plan.json
    return json == storedPlan ? nil : json
  }

  /// So many records say which fields a source has.
  private static let tellingRecords = 100

  private func ruleInputs(of setup: SourceSetup) -> [WatchPlan.Rule] {
    let fields = setup.recognition.fields
    let present = fields.records >= Self.tellingRecords ? Set(fields.present.map(\.description)) : nil
    return setup.rules.inputs(for: setup.name).map { input in
      var rule = WatchPlan.Rule(name: input.rule, source: setup.name, inputs: input.valueMetrics.sorted())
      if let present, setup.decoder == .jsonl {
        // What a join writes into records does not stand in the file.
        let ownFields = input.fields.filter { setup.join == nil || $0.components.first != LabelJoin.member }
        rule.unseen = ownFields.map(\.description).filter { !present.contains($0) }.sorted()
      }
      return rule
    }
  }
}
