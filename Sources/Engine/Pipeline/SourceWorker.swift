import Decoding
import Detection
import Domain
import Drift
import Expressions
import Measures
import Tailing
import Traces

/// One source at work: lines in, batches out. Belongs to one thread.
///
/// The same worker serves the live collector and the replay; neither clock nor store is known to it.
final class SourceWorker {
  let setup: SourceSetup
  private(set) var counters: SourceCounters
  private(set) var batch = Batch()
  private var meter: RecordMeter
  private var traces: TraceReader?
  private let earlierFieldErrors: Int
  private var pages: PrometheusReader?
  private var points: PointMeter?
  /// Whether any metric or rule reads points as records.
  private let countsPointRecords: Bool
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
    var streams: JSON?
  }

  init(
    setup: SourceSetup, step: Duration, restored: Restored, wallTime: Timestamp, isVirtual: Bool = false
  ) throws {
    self.setup = setup
    self.isVirtual = isVirtual
    counters = restored.counters
    earlierFieldErrors = restored.counters.fieldErrors
    meter = try RecordMeter(
      setup: setup, step: step, horizon: setup.quietHorizon, watermark: restored.watermark,
      evaluatedThrough: restored.evaluatedThrough, wallTime: wallTime)
    if setup.decoder == .otlp { traces = TraceReader() }
    if setup.decoder == .prometheus { pages = PrometheusReader(zone: setup.zone) }
    if setup.decoder == .otlp || setup.decoder == .prometheus {
      var points = PointMeter(source: setup.name, prefix: setup.prefix, taken: Set(setup.metrics.map(\.name)))
      if let streams = restored.streams {
        points.restore(streams)
        pages?.scrapedAt = streams["scraped_at"]?.integer.map(Timestamp.init(nanoseconds:))
      }
      self.points = points
    }
    let metricField = FieldPath("metric")
    countsPointRecords = setup.definitions.contains { definition in
      definition.field == metricField || definition.labels.contains { $0.path == metricField }
        || [definition.predicate, definition.denominator].contains { predicate in
          predicate?.paths.contains { $0 == metricField } ?? false
        }
    }
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

  /// Whether its records are not JSON lines.
  var readsRecords: Bool { meter.readsRecords || pages != nil }
  /// Metrics that its points have brought, beside those of its setup.
  var pointMetrics: [MetricDefinition] { points?.metrics ?? [] }

  /// The state of its cumulative streams as it is to be stored, when it has changed since the last call.
  func takeStreams() -> JSON? {
    guard var state = points?.takeState() else { return nil }
    state["scraped_at"] = JSON(pages?.scrapedAt.map { Int($0.nanoseconds) })
    return .object(state)
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
  var notices: [String] {
    meter.notices + (points?.notices ?? []) + signals.notices + setup.rules.problems.map { "\($0)" }
  }
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

  /// Reads whole lines and gives how many bytes were taken: less than all where the last record may go on.
  func read(_ bytes: borrowing RawSpan, of piece: Piece) -> Int {
    if let now = piece.now { meter.wallTime = now }
    let bytes = bytes.extracting(0..<bytes.byteCount)
    if meter.readsRecords { return readRecords(bytes, of: piece) }
    if pages != nil { return readPages(bytes, of: piece) }
    LineSplitter.forEachRange(of: bytes, fileOffset: piece.offset) { start, length in
      let line = bytes.extracting(start..<(start + length))
      guard !JSONLineScanner.isBlank(line) else { return }
      counters.lines += 1
      if traces != nil {
        readTraces(line, offset: piece.offset + Int64(start), piece)
      } else {
        let outcome = meter.observe(line, now: piece.now) { meter, boundary in evaluate(&meter, boundary) }
        count(outcome, path: piece.path, offset: piece.offset + Int64(start), length: length)
      }
    }
    return bytes.byteCount
  }

  private func readRecords(_ bytes: RawSpan, of piece: Piece) -> Int {
    let wallTime = piece.now ?? meter.wallTime
    meter.begin(
      file: piece.file, offset: piece.offset, reference: piece.modified.map { min($0, wallTime) } ?? wallTime,
      head: piece.head)
    let hasMark =
      piece.offset == 0 && bytes.byteCount >= 3
      && bytes.unsafeLoad(fromByteOffset: 0, as: UInt8.self) == 0xEF
      && bytes.unsafeLoad(fromByteOffset: 1, as: UInt8.self) == 0xBB
      && bytes.unsafeLoad(fromByteOffset: 2, as: UInt8.self) == 0xBF
    var start = hasMark ? 3 : 0
    while let (record, outcome) = meter.observeNext(
      bytes, from: start, isFinal: piece.isFinal, now: piece.now, boundary: { evaluate(&$0, $1) })
    {
      if let outcome {
        counters.lines += 1
        count(outcome, path: piece.path, offset: piece.offset + Int64(start), length: record.end - start)
      }
      start = record.next
    }
    return piece.isFinal ? bytes.byteCount : hasMark && start == 3 ? 0 : start
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
    counters.fieldErrors = earlierFieldErrors + meter.fieldErrors
    let taken = batch
    batch = Batch()
    batch.evaluatedBefore = meter.evaluatedThrough ?? .distantPast
    return taken
  }

  /// Reads the families of a page of metrics; a point without a time was read when the file was written.
  private func readPages(_ bytes: RawSpan, of piece: Piece) -> Int {
    var start = 0
    let written = piece.modified ?? piece.now ?? meter.watermark ?? meter.wallTime
    while let family = pages?.next(bytes, from: start, isFinal: piece.isFinal) {
      counters.lines += family.samples + family.malformed
      if family.malformed > 0 {
        counters.addMalformed(
          path: piece.path, offset: piece.offset + Int64(start), length: family.next - start, count: family.malformed)
      }
      for point in family.points { count(point, otherwise: written, piece) }
      start = family.next
    }
    return piece.isFinal ? bytes.byteCount : start
  }

  /// Counts a point of a metric.
  private func count(_ point: MetricPoint, otherwise: Timestamp, _ piece: Piece) {
    let at = point.at ?? otherwise
    meter.raise(to: at) { meter, boundary in evaluate(&meter, boundary) }
    guard let counted = points?.add(point, at: at), countsPointRecords else { return }
    var record = JSONObject([("ts", .integer(at.nanoseconds)), ("kind", "metric"), ("metric", .string(point.name))])
    switch counted {
    case .value(let value), .added(let value): record["value"] = .number(value)
    case .distribution(let count, let sum):
      record["count"] = JSON(count)
      record["sum"] = JSON(sum)
      record["value"] = JSON(sum.map { $0 / Double(max(1, count)) })
    }
    record["labels"] = JSON(point.labels)
    var line: [UInt8] = []
    JSON.object(record).write(into: &line)
    _ = meter.observe(line.span.bytes, now: piece.now) { meter, boundary in evaluate(&meter, boundary) }
  }

  private func readTraces(_ line: borrowing RawSpan, offset: Int64, _ piece: Piece) {
    guard let outcome = traces?.read(line, load: piece.loadRun) else { return }
    if outcome.isMalformed { counters.addMalformed(path: piece.path, offset: offset, length: line.byteCount) }
    for update in outcome.updates { batch.runs[update.run.id] = update.run }
    LineSplitter.forEachLine(of: outcome.records.span.bytes, fileOffset: 1) { record in
      _ = meter.observe(record, now: piece.now) { meter, boundary in evaluate(&meter, boundary) }
    }
    for point in outcome.points { count(point, otherwise: meter.watermark ?? piece.now ?? meter.wallTime, piece) }
    if let newest = outcome.newest {
      meter.raise(to: newest) { meter, boundary in evaluate(&meter, boundary) }
    }
  }

  private func count(_ outcome: RecordMeter.Outcome, path: String, offset: Int64, length: Int) {
    switch outcome {
    case .counted: break
    case .timeless: counters.timeless += 1
    case .skewed: counters.skewed += 1
    case .malformed: counters.addMalformed(path: path, offset: offset, length: length)
    }
  }

  private func collect(_ meter: inout RecordMeter) {
    let deltas = meter.drain() + (points?.drain() ?? [])
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
