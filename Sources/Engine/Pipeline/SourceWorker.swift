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
  private var counted: SourceCounters
  /// What the counters of the meter began with.
  private let inherited: SourceCounters
  var batch = Batch()
  // Every line would pay for a check that nothing reads the meter while it observes a line: the closures that it calls
  // are given the meter, and use that one alone.
  @exclusivity(unchecked) private var meter: RecordMeter
  private var traces: TraceReader?
  private var pages: PrometheusReader?
  private var points: PointMeter?
  private var join: LabelJoin?
  private let ledger: PredictionLedger?
  /// Whether any metric or rule reads points as records.
  private let countsPointRecords: Bool
  let windows: SourceWindows
  private var signals: SignalEngine
  private var versions: Set<String>
  /// The metrics whose drift is measured against a reference that is captured by itself, in order.
  let automaticallyReferenced: [String]
  /// The first references of metrics with few rows, while they grow.
  var growing: [String: GrowingReference] = [:]
  /// Whether any drift is compared with the same hours or weekdays.
  let hasStrata: Bool
  private var isFirstRead: Bool
  private(set) var firstBoundary: Timestamp?
  /// Whether silence is measured in event time, as in a replay.
  private let isVirtual: Bool

  /// The last change of the lines' form.
  private var formatNotice: String?

  /// While boundaries that waited are evaluated, the windows hold what lies ahead of them too.
  private var isReleasing = false
  private var expiredAt: Timestamp = .distantPast
  private static let expiryStep: Duration = .seconds(60)
  private static let versionLimit = 200
  /// How many bytes beyond a line may be looked at along with it.
  private static let lookahead = 16

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
    var growing: [String: GrowingReference] = [:]
    var recent: [SlotDelta] = []
    var streams: JSON?
    var detectors: JSON?
    var labelSets: [String: [Labels]] = [:]
  }

  init(
    setup: SourceSetup, step: Duration, restored: Restored, wallTime: Timestamp, isVirtual: Bool = false,
    ledger: PredictionLedger? = nil
  ) throws {
    self.setup = setup
    self.isVirtual = isVirtual
    counted = restored.counters
    inherited = restored.counters
    meter = try RecordMeter(
      setup: setup, step: step, horizon: setup.quietHorizon, watermark: restored.watermark,
      evaluatedThrough: restored.evaluatedThrough, wallTime: wallTime)
    meter.restore(labelSets: restored.labelSets)
    if setup.decoder == .otlp {
      traces = TraceReader(
        policies: setup.policies, redactor: setup.redactor, canaryPrefix: setup.canaryPrefix)
    }
    if setup.decoder == .prometheus { pages = PrometheusReader(zone: setup.zone) }
    if setup.decoder == .otlp || setup.decoder == .prometheus {
      var points = PointMeter(
        source: setup.name, prefix: setup.prefix, taken: Set(setup.metrics.map(\.name)),
        labelSetLimit: setup.labelLimit, redactor: setup.redactor)
      if let streams = restored.streams {
        points.restore(streams)
        pages?.scrapedAt = streams["scraped_at"]?.integer.map(Timestamp.init(nanoseconds:))
      }
      self.points = points
    }
    let metricField = FieldPath("metric")
    if let definition = setup.join, let ledger {
      join = LabelJoin(
        name: setup.name, definition: definition, time: setup.time, redactor: setup.redactor, ledger: ledger)
    }
    self.ledger = ledger
    readsPlainLines = !meter.readsRecords && pages == nil && traces == nil && join == nil && !meter.captures
    countsPointRecords = setup.definitions.contains { definition in
      definition.field == metricField || definition.labels.contains { $0.path == metricField }
        || [definition.predicate, definition.denominator].contains { predicate in
          predicate?.paths.contains { $0 == metricField } ?? false
        }
    }
    windows = SourceWindows(
      metrics: Set(setup.rules.derivedMetrics(for: setup.name).map(\.name)), reaches: setup.reaches,
      driftSettings: setup.driftSettings, recordCounters: setup.rules.recordCounters(for: setup.name),
      riskWatches: setup.rules.riskWatches(for: setup.name),
      budget: setup.driftBudget, horizon: setup.horizon)
    windows.merge(restored.recent)
    signals = SignalEngine(
      rules: setup.rules, restored: restored.signals.filter { $0.source == setup.name },
      watchedSince: restored.watchedSince.map { [setup.name: $0] } ?? [:])
    versions = restored.versions
    automaticallyReferenced = setup.driftSettings.filter { AutomaticReference.applies(to: $0.value) }.map(\.key)
      .sorted()
    hasStrata = setup.driftSettings.values.contains { $0.stratify != nil }
    isFirstRead = restored.watermark == nil
    firstBoundary = restored.firstBoundary
    growing = restored.growing
    for reference in restored.references { adopt(reference) }
    if let detectors = restored.detectors { windows.restoreDetectors(detectors) }
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
  /// Whether its records are not JSON lines.
  var readsRecords: Bool { meter.readsRecords || pages != nil }
  /// Whether every record is a line, and reading one needs nothing but the line: what ``PairedReader`` can do.
  let readsPlainLines: Bool
  /// Metrics that its points have brought, beside those of its setup.
  var pointMetrics: [MetricDefinition] { points?.metrics ?? [] }

  /// The state of its cumulative streams as it is to be stored, when it has changed since the last call.
  func takeStreams() -> JSON? {
    guard var state = points?.takeState() else { return nil }
    state["scraped_at"] = JSON(pages?.scrapedAt.map { Int($0.nanoseconds) })
    return .object(state)
  }

  /// What its detectors of change have counted as it is to be stored, when it has changed since the last call.
  func takeDetectors() -> JSON? { windows.takeDetectors() }

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
      + (formatNotice.map { [$0] } ?? [])
  }
  /// What the trace detectors cannot see.
  var blindSpots: [BlindSpot] { traces?.blindSpots ?? [] }
  /// The first boundary of the source, from which the automatic reference is counted.
  var firstEvaluated: Timestamp? { firstBoundary }

  /// The signals that fire, for the inhibitions of other sources.
  var firing: [SignalKey] { signals.firing }

  /// Takes note of what fires in other sources.
  func note(firingElsewhere keys: [SignalKey]) { signals.outside = keys }

  /// Measures drift against a reference from now on.
  func adopt(_ reference: Reference) {
    guard let settings = setup.driftSettings[reference.metric] else { return }
    let wanted = settings.reference ?? AutomaticReference.name
    let isPromoted = windows.references[reference.metric] == nil || reference.name == wanted
    if isPromoted { windows.references[reference.metric] = reference }
  }

  /// Learns from ended runs of earlier times, oldest first, what is usual for their agents.
  func learn(from runs: [AgentRun]) { traces?.learn(from: runs) }

  /// Reads whole lines and gives how many bytes were taken: less than all where the last record may go on.
  func read(_ bytes: borrowing RawSpan, of piece: Piece) -> Int {
    if let now = piece.now { meter.wallTime = now }
    let bytes = bytes.extracting(0..<bytes.byteCount)
    if meter.readsRecords { return readRecords(bytes, of: piece) }
    if pages != nil { return readPages(bytes, of: piece) }
    let isTraces = traces != nil
    let joins = join != nil
    let keeps = meter.captures
    var lines = 0
    LineSplitter.forEachRange(of: bytes, fileOffset: piece.offset) { start, length in
      let line = bytes.extracting(start..<(start + length))
      // Most lines begin with a brace, and are not blank.
      if length == 0 || bytes.unsafeLoad(fromByteOffset: start, as: UInt8.self) <= 0x20, JSONLineScanner.isBlank(line) {
        return
      }
      lines &+= 1
      let at = piece.offset + Int64(start)
      if isTraces {
        readTraces(line, offset: at, piece)
      } else if joins, readJoined(line, piece) {
        return
      } else {
        let wide = bytes.extracting(start..<min(bytes.byteCount, start + length + Self.lookahead))
        let outcome = meter.observe(line, within: wide, path: piece.path, offset: at, now: piece.now) {
          evaluate(&$0, $1)
        }
        guard outcome != .counted else {
          if keeps { meter.keepCounted(line) }
          return
        }
        count(outcome, path: piece.path, offset: at, length: length)
      }
    }
    counted.lines += lines
    for captured in meter.takeCaptured() { ledger?.note(captured.join, captured.key, captured.prediction) }
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
        counted.lines += 1
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
    batch.sealed.append(meter.takeSealed())
    batch.formatChanges = meter.takeFormatChanges()
    if let change = batch.formatChanges.last { formatNotice = change.text }
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
      counted.lines += family.samples + family.malformed
      if family.malformed > 0 {
        counted.addMalformed(
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
    guard let added = points?.add(point, at: at), countsPointRecords else { return }
    var record = JSONObject([("ts", .integer(at.nanoseconds)), ("kind", "metric"), ("metric", .string(point.name))])
    switch added {
    case .value(let value), .added(let value): record["value"] = .number(value)
    case .distribution(let count, let sum):
      record["count"] = JSON(count)
      record["sum"] = JSON(sum)
      record["value"] = JSON(sum.map { $0 / Double(max(1, count)) })
    }
    record["labels"] = JSON(point.labels)
    var line: [UInt8] = []
    JSON.object(record).write(into: &line)
    _ = meter.observe(own: line.span.bytes, now: piece.now) { evaluate(&$0, $1) }
  }

  private func readTraces(_ line: borrowing RawSpan, offset: Int64, _ piece: Piece) {
    guard let outcome = traces?.read(line, path: piece.path, load: piece.loadRun) else { return }
    if outcome.isMalformed { counted.addMalformed(path: piece.path, offset: offset, length: line.byteCount) }
    for update in outcome.updates { batch.runs[update.run.id] = update.run }
    batch.steps += outcome.steps
    batch.findings += outcome.findings
    LineSplitter.forEachLine(of: outcome.records.span.bytes, fileOffset: 1) { record in
      _ = meter.observe(own: record, now: piece.now) { evaluate(&$0, $1) }
    }
    for point in outcome.points { count(point, otherwise: meter.watermark ?? piece.now ?? meter.wallTime, piece) }
    if let newest = outcome.newest {
      meter.raise(to: newest) { meter, boundary in evaluate(&meter, boundary) }
    }
  }

  /// Counts a record together with what was predicted for it; false where that is not known.
  @inline(never)
  private func readJoined(_ line: borrowing RawSpan, _ piece: Piece) -> Bool {
    guard let joined = join?.joined(line) else { return false }
    _ = meter.observe(own: joined.span.bytes, now: piece.now) { evaluate(&$0, $1) }
    return true
  }

  private func count(_ outcome: RecordMeter.Outcome, path: String, offset: Int64, length: Int) {
    switch outcome {
    case .counted: break
    case .timeless: counted.timeless += 1
    case .skewed: counted.skewed += 1
    case .malformed: counted.addMalformed(path: path, offset: offset, length: length)
    }
  }

  /// Takes what rules read, and the shadows where drift is about to be read. What is only stored waits for the batch,
  /// unless it tells of a label set for the first time.
  private func collect(_ meter: inout RecordMeter, shadows: Bool = false) {
    let isFull = meter.isFull
    let before = batch.deltas.count
    meter.drain(.watched) { delta, series in
      windows.merge(delta, series: series)
      batch.deltas.append(delta)
    }
    let deltas = batch.deltas.count
    if shadows || isFull { meter.drain(.shadow) { windows.merge($0, series: $1) } }
    batch.deltas += points?.drain() ?? []
    guard isFull || meter.hasNewLabelSets else { return }
    let sealed = meter.takeSealed()
    noteVersions(in: batch.deltas[before..<deltas] + ((try? sealed.deltas()) ?? []))
    batch.sealed.append(sealed)
  }

  /// Gives back slots that are stored.
  func recycle(_ used: consuming SealedSlots) { meter.recycle(used) }

  // Kept out of the loop over lines, which seldom comes here.
  @inline(never)
  private func evaluate(_ meter: inout RecordMeter, _ boundary: Timestamp) {
    if firstBoundary == nil { firstBoundary = boundary }
    let wantsShadows = windows.wantsShadows(at: boundary)
    let takesShadows = wantsShadows || isCapturing(at: boundary) || !learners(at: boundary).isEmpty
    collect(&meter, shadows: takesShadows)
    if takesShadows { windows.noteShadows(through: boundary) }
    if wantsShadows { windows.tick(at: boundary) }
    if boundary - expiredAt >= Self.expiryStep, !isReleasing {
      windows.expire(watermark: boundary)
      expiredAt = boundary
    }
    batch.transitions += signals.evaluate(source: setup.name, at: boundary, windows: windows)
    captureReferences(at: boundary)
    learnStrata(at: boundary)
    isFirstRead = false
    if isVirtual, let last = meter.watermark {
      batch.transitions += signals.checkSilence([setup.name: max(.zero, boundary - last)], at: boundary)
    }
  }

  private func noteVersions(in deltas: some Sequence<SlotDelta>) {
    let unknown = deltas.compactMap { delta -> (version: String, since: Timestamp, order: String)? in
      guard let version = delta.series.labels["version"], !versions.contains(version) else { return nil }
      return (version, delta.start, delta.series.description)
    }
    for (version, since, _) in unknown.sorted(by: { ($0.since, $0.order) < ($1.since, $1.order) }) {
      guard !versions.contains(version), versions.count < Self.versionLimit else { continue }
      versions.insert(version)
      batch.versions.append(
        JournalFold.SeenVersion(
          source: setup.name, version: version, since: since, isInitial: isFirstRead || versions.count == 1))
    }
  }
}

extension SourceWorker {
  /// Tells every worker what fires in the others, for inhibitions across sources.
  static func shareFiring(_ workers: [SourceWorker]) {
    guard workers.count > 1, workers.contains(where: { !$0.setup.rules.inhibitions.isEmpty }) else { return }
    let firing = workers.map(\.firing)
    for (index, worker) in workers.enumerated() {
      var others: [SignalKey] = []
      for (other, keys) in firing.enumerated() where other != index { others += keys }
      worker.note(firingElsewhere: others)
    }
  }
}
