import Decoding
import Detection
import Domain
import Expressions
import Measures
import Settings
import Tailing

/// Runs a file through the tailer and the pipeline, without a store: what a line costs before it is made durable.
public struct PipelineBenchmark {
  /// What is measured.
  public enum Job: Sendable {
    /// The automatic metrics and rules, as without a configuration.
    case automatic
    /// A fixed small job that other tools can be given too: by model, the number of requests, the share of them that
    /// failed, a sketch of their latency, and what tokens and cost add up to. Twelve fields are read.
    case peers
  }

  private let paths: [String]
  private let job: Job

  /// The twelve fields of ``Job/peers``.
  public static let peersFields = [
    "ts", "tenant", "model", "model_version", "tokens_in", "tokens_out", "latency_ms", "cost_usd", "http_status",
    "finish_reason", "guardrail.status", "resolved",
  ]

  /// Creates a benchmark over files, each of them a source of its own; of several, a second thread reads its part.
  public init(paths: [String], job: Job = .automatic) {
    self.paths = paths
    self.job = job
  }

  /// Reads the files once and gives the number of lines.
  public func run() throws -> Int {
    let options = CollectorOptions(paths: paths)
    let now = SystemWallClock().now()
    let tailer = Tailer(sources: zip(options.sources, paths).map { TailSource(name: $0.name, patterns: [$1]) })
    _ = tailer.reconcile(now: now, finishing: true)
    _ = tailer.takeCheckpoints()
    let pair = paths.count > 1 ? PairedReader() : nil
    let batchBytes = options.commitBytes * (pair == nil ? 1 : PairedReader.threads)
    var workers: [SourceWorker?] = Array(repeating: nil, count: paths.count)
    var failure: (any Error)?
    var sinceBatch = 0
    var isCaughtUp = false
    func share() {
      let lag = Dictionary(grouping: tailer.statuses, by: \.source).mapValues { $0.reduce(0) { $0 + $1.lagBytes } }
      pair?.share(
        Dictionary(uniqueKeysWithValues: options.sources.indices.map { ($0, lag[options.sources[$0].name] ?? 0) }))
    }
    share()
    while !isCaughtUp, failure == nil {
      let known = Dictionary(
        uniqueKeysWithValues: workers.indices.compactMap { index in
          workers[index].flatMap { $0.readsPlainLines ? (index, $0) : nil }
        })
      let read = pair?.read(from: tailer, workers: known, atMost: batchBytes - sinceBatch, now: now)
      sinceBatch += read?.byteCounts.values.reduce(0, +) ?? 0
      let outcome = tailer.readNext(of: { known.isEmpty || pair?.reads($0) != true || known[$0] == nil }) {
        chunk, bytes in
        let source = options.sources[chunk.source]
        if workers[chunk.source] == nil {
          let length = min(bytes.byteCount, SourceSetupPlan.headLength)
          let head = bytes.extracting(0..<length).withUnsafeBytes { Array($0) }
          do {
            workers[chunk.source] = try makeWorker(source, path: paths[chunk.source], head: head, options, now: now)
          } catch { failure = error }
        }
        sinceBatch += bytes.byteCount
        let piece = Piece(
          path: paths[chunk.source], file: chunk.fileID, offset: chunk.startOffset, isFinal: chunk.isFinal, now: now)
        return workers[chunk.source]?.read(bytes, of: piece) ?? bytes.byteCount
      }
      isCaughtUp = outcome == .caughtUp && read?.byteCounts.isEmpty ?? true
      if sinceBatch >= batchBytes {
        for worker in workers {
          if let batch = worker?.takeBatch() { worker?.recycle(batch.sealed) }
        }
        sinceBatch = 0
        share()
      }
    }
    if let failure { throw failure }
    for worker in workers {
      worker?.finish()
      _ = worker?.takeBatch()
    }
    return workers.reduce(0) { $0 + ($1?.counters.lines ?? 0) }
  }

  private func makeWorker(
    _ source: SourceDefinition, path: String, head: [UInt8], _ options: CollectorOptions, now: Timestamp
  ) throws -> SourceWorker {
    let plan = SourceSetupPlan(source: source, configuration: nil, prefix: "")
    var setup = try plan.setup(plan.recognise(head: head, path: path, reference: now))
    if job == .peers { makePeers(&setup) }
    return try SourceWorker(
      setup: setup, step: options.step, restored: SourceWorker.Restored(), wallTime: SystemWallClock().now())
  }

  private func makePeers(_ setup: inout SourceSetup) {
    guard let model = FieldPath("model"), let status = FieldPath("http_status") else { return }
    let labels = [LabelDefinition(name: "model", path: model)]
    func metric(
      _ name: String, _ kind: MetricKind, field: String? = nil, predicate: Predicate? = nil
    ) -> MetricDefinition {
      MetricDefinition(
        name: name, source: setup.name, kind: kind, field: field.flatMap { FieldPath($0) }, predicate: predicate,
        labels: labels)
    }
    setup.metrics = [
      metric("requests", .counter),
      metric("errors", .ratio, predicate: .compare(status, .greaterOrEqual, .number(500))),
      metric("latency", .distribution, field: "latency_ms"),
      metric("tokens_in", .counter, field: "tokens_in"), metric("tokens_out", .counter, field: "tokens_out"),
      metric("cost", .counter, field: "cost_usd"),
    ]
    let watched = WatchedSource(name: setup.name, labels: labels, staleAfter: WatchedSource.defaultStaleAfter)
    setup.rules = RuleSet([], sources: [watched], metrics: setup.metrics)
    setup.readFields = PipelineBenchmark.peersFields.compactMap { FieldPath($0) }
  }
}
