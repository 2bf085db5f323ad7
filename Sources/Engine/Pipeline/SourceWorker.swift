import Decoding
import Detection
import Domain
import Drift
import Measures
import Tailing
import Traces

/// One source at work: lines in, batches out. Belongs to one thread.
///
/// The same worker serves the live collector and the replay; neither clock nor store is known to it.
final class SourceWorker {
  let setup: SourceSetup
  private var counted: SourceCounters
  /// What the counters of the meter began with.
  private let inherited: SourceCounters
  private(set) var batch = Batch()
  private var meter: RecordMeter
  private var traces: TraceReader?
  private let windows: SourceWindows
  private var signals: SignalEngine
  private var versions: Set<String>
  private var isFirstRead: Bool
  private var firstBoundary: Timestamp?
  /// Whether silence is measured in event time, as in a replay.
  private let isVirtual: Bool

  /// While boundaries that waited are evaluated, the windows hold what lies ahead of them too.
  private var isReleasing = false
  private var expiredAt: Timestamp = .distantPast
  private static let expiryStep: Duration = .seconds(60)
  private static let versionLimit = 200

  /// What a worker goes on from: what an earlier process stored, or nothing.
  struct Restored {
    var counters = SourceCounters()
    var watermark: Timestamp?
    var evaluatedThrough: Timestamp?
    var firstBoundary: Timestamp?
    var signals: [SignalRecord] = []
    var watchedSince: Timestamp?
    var versions: Set<String> = []
    var references: [Reference] = []
    var recent: [SlotDelta] = []
    var labelSets: [String: [Labels]] = [:]
  }

  init(
    setup: SourceSetup, step: Duration, restored: Restored, wallTime: Timestamp, isVirtual: Bool = false
  ) throws {
    self.setup = setup
    self.isVirtual = isVirtual
    counted = restored.counters
    inherited = restored.counters
    meter = try RecordMeter(
      setup: setup, step: step, horizon: setup.quietHorizon, watermark: restored.watermark,
      evaluatedThrough: restored.evaluatedThrough, wallTime: wallTime)
    meter.restore(labelSets: restored.labelSets)
    if setup.decoder == .otlp { traces = TraceReader(redactor: setup.redactor) }
    windows = SourceWindows(
      metrics: Set(setup.rules.derivedMetrics(for: setup.name).map(\.name)), driftSettings: setup.driftSettings,
      horizon: setup.horizon)
    windows.merge(restored.recent)
    signals = SignalEngine(
      rules: setup.rules, restored: restored.signals.filter { $0.source == setup.name },
      watchedSince: restored.watchedSince.map { [setup.name: $0] } ?? [:])
    versions = restored.versions
    isFirstRead = restored.watermark == nil
    firstBoundary = restored.firstBoundary
    for reference in restored.references { adopt(reference) }
    batch.evaluatedBefore = restored.evaluatedThrough ?? .distantPast
  }

  /// What has been counted since the source was first read.
  var counters: SourceCounters {
    var counters = counted
    counters.late = inherited.late + meter.late
    for (path, count) in meter.fieldErrors {
      counters.fieldErrors[path.description] = (inherited.fieldErrors[path.description] ?? 0) + count
    }
    return counters
  }
  /// The newest event time seen.
  var watermark: Timestamp? { meter.watermark }
  /// The last boundary of event time that has been evaluated.
  var evaluatedThrough: Timestamp? { meter.evaluatedThrough }
  /// The records that a restart needs.
  var signalRecords: [SignalRecord] { signals.stored }
  /// From when on all of the source's records were seen.
  var watchedSince: Timestamp? { signals.watchedSince[setup.name] }
  /// What the operator should know.
  var notices: [String] { meter.notices + signals.notices + setup.rules.problems.map { "\($0)" } }
  /// What the trace detectors cannot see.
  var blindSpots: [BlindSpot] { traces?.blindSpots ?? [] }
  /// The first boundary of the source, from which the automatic reference is counted.
  var firstEvaluated: Timestamp? { firstBoundary }

  /// Measures drift against a reference from now on.
  func adopt(_ reference: Reference) {
    guard let settings = setup.driftSettings[reference.metric] else { return }
    let wanted = settings.reference ?? AutomaticReference.name
    let isPromoted = windows.references[reference.metric] == nil || reference.name == wanted
    if isPromoted { windows.references[reference.metric] = reference }
  }

  /// Reads whole lines.
  ///
  /// - Parameters:
  ///   - offset: where the bytes begin in their file.
  ///   - now: wall time, or nil in a replay.
  ///   - loadRun: fetches a stored agent run.
  func read(
    _ bytes: borrowing RawSpan, path: String, offset: Int64, now: Timestamp?, loadRun: (String) -> AgentRun?
  ) {
    if let now { meter.wallTime = now }
    let base = bytes.byteCount
    LineSplitter.forEachRange(of: bytes.extracting(0..<base), fileOffset: offset) { start, length in
      let line = bytes.extracting(start..<(start + length))
      guard !JSONLineScanner.isBlank(line) else { return }
      counted.lines += 1
      if traces != nil {
        readTraces(line, path: path, offset: offset + Int64(start), now: now, loadRun)
      } else {
        let outcome = meter.observe(line, now: now) { meter, boundary in evaluate(&meter, boundary) }
        count(outcome, path: path, offset: offset + Int64(start), length: length)
      }
    }
  }

  /// Evaluates the boundaries that are due once event time has reached `instant` although nothing was read: a quiet
  /// live source.
  func advance(to instant: Timestamp) {
    guard meter.watermark != nil else { return }
    meter.advance(to: instant) { meter, boundary in evaluate(&meter, boundary) }
  }

  /// Lets boundaries wait while the records of several files are read one file after the other.
  func deferBoundaries() { meter.deferBoundaries() }

  /// Evaluates the boundaries that have waited, over the records of all files.
  func releaseBoundaries() {
    guard meter.isDeferred else { return }
    isReleasing = true
    meter.releaseBoundaries { meter, boundary in evaluate(&meter, boundary) }
    isReleasing = false
  }

  /// Evaluates the boundary that closes the newest slot, unless that slot goes on by the wall clock.
  func finish(now: Timestamp? = nil) {
    releaseBoundaries()
    if let now, let watermark = meter.watermark, watermark <= now,
      watermark > now - SlotDelta.baseSlot - RecordMeter.lateness
    {
      return
    }
    meter.finish { meter, boundary in evaluate(&meter, boundary) }
  }

  /// Compares how long the source has said nothing with its limits.
  func checkSilence(_ quiet: Duration, at instant: Timestamp) {
    batch.transitions += signals.checkSilence([setup.name: quiet], at: instant)
  }

  /// Takes what has been added since the last call.
  func takeBatch() -> Batch {
    collect(&meter)
    let taken = batch
    batch = Batch()
    batch.evaluatedBefore = meter.evaluatedThrough ?? .distantPast
    return taken
  }

  private func readTraces(
    _ line: borrowing RawSpan, path: String, offset: Int64, now: Timestamp?, _ loadRun: (String) -> AgentRun?
  ) {
    guard let outcome = traces?.read(line, load: loadRun) else { return }
    if outcome.isMalformed { counted.addMalformed(path: path, offset: offset, length: line.byteCount) }
    for update in outcome.updates { batch.runs[update.run.id] = update.run }
    LineSplitter.forEachLine(of: outcome.records.span.bytes, fileOffset: 1) { record in
      _ = meter.observe(record, now: now) { meter, boundary in evaluate(&meter, boundary) }
    }
    if let newest = outcome.newest {
      meter.raise(to: newest) { meter, boundary in evaluate(&meter, boundary) }
    }
  }

  private func count(_ outcome: RecordMeter.Outcome, path: String, offset: Int64, length: Int) {
    switch outcome {
    case .counted: break
    case .timeless: counted.timeless += 1
    case .skewed: counted.skewed += 1
    case .malformed: counted.addMalformed(path: path, offset: offset, length: length)
    }
  }

  private func collect(_ meter: inout RecordMeter) {
    let deltas = meter.drain()
    guard !deltas.isEmpty else { return }
    windows.merge(deltas)
    batch.deltas += deltas.filter { !$0.series.metric.hasPrefix(SourceSetup.shadowPrefix) }
    noteVersions(in: deltas)
  }

  private func evaluate(_ meter: inout RecordMeter, _ boundary: Timestamp) {
    collect(&meter)
    if firstBoundary == nil { firstBoundary = boundary }
    if boundary - expiredAt >= Self.expiryStep, !isReleasing {
      windows.expire(watermark: boundary)
      expiredAt = boundary
    }
    batch.transitions += signals.evaluate(source: setup.name, at: boundary, windows: windows)
    captureReferences(at: boundary)
    isFirstRead = false
    if isVirtual, let last = meter.watermark {
      batch.transitions += signals.checkSilence([setup.name: max(.zero, boundary - last)], at: boundary)
    }
  }

  private func noteVersions(in deltas: [SlotDelta]) {
    for delta in deltas {
      guard let version = delta.series.labels["version"], !versions.contains(version),
        versions.count < Self.versionLimit
      else { continue }
      versions.insert(version)
      batch.versions.append(
        JournalFold.SeenVersion(
          source: setup.name, version: version, since: delta.start, isInitial: isFirstRead || versions.count == 1))
    }
  }

  private func captureReferences(at boundary: Timestamp) {
    guard let firstBoundary, boundary - firstBoundary >= AutomaticReference.span else { return }
    for (metric, settings) in setup.driftSettings.sorted(by: { $0.key < $1.key })
    where windows.references[metric] == nil && AutomaticReference.applies(to: settings) {
      let from = boundary - AutomaticReference.span
      guard let summary = windows.merged(metric: metric, from: from, to: boundary),
        summary.count >= AutomaticReference.minimumRows,
        let reference = try? Reference.capture(
          from: summary, name: AutomaticReference.name, series: SeriesKey(metric: metric), capturedFrom: from,
          capturedTo: boundary, capturedAt: boundary, source: "the first half hour of \(setup.name)")
      else { continue }
      windows.references[metric] = reference
      batch.references.append(reference)
    }
  }
}
