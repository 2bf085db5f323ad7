import Decoding
import Detection
public import Domain
import Drift
import Incidents
import Measures
import Redaction
import Settings
public import Storage
public import Tailing
import Traces

/// Follows the sources' files and makes durable what they say: summaries, decisions and read offsets together.
///
/// A collector belongs to one thread, the one that calls ``run(until:)`` or ``runOnce()``.
public final class Collector {
  let store: Store
  let options: CollectorOptions
  let wallClock: any WallClock
  let monotonicClock: any MonotonicClock
  let log: (String) -> Void
  let tailer: Tailer
  let journal: BatchJournal
  var workers: [String: SourceWorker] = [:]
  let salt: [UInt8]
  var fold = JournalFold()
  /// The predictions that wait for their labels.
  let ledger: PredictionLedger
  var predictionsForgottenAt = Duration.seconds(-3_600)
  /// How many decisions of people about references have been taken up.
  var adoptedDecisions = 0
  var states: [String: SourceState]
  var storedSignals: [String: JSON] = [:]
  var storedPlan: JSON?
  /// How many metrics of points the plan names.
  var plannedPointMetrics = 0
  var pending = PendingCommit()
  var bytesSinceCommit = 0
  var startedAt: Duration
  /// What both clocks said when they were last compared.
  var comparedClocks: (wall: Timestamp, elapsed: Duration)?
  var isStalled = false
  /// Sources of which several files are behind: their rules wait until all have been read.
  var interleaved: Set<String> = []
  /// Two threads, while several sources have a backlog.
  var pairedReader: PairedReader?
  /// Incidents whose lines are still to be found.
  var evidence = EvidenceQueue()
  let retention = RetentionPolicy.standard
  var rolledUpAt: [String: Timestamp] = [:]
  /// When what was too old was last removed; nil until the store was asked.
  var sweptAt: Timestamp?

  /// Opens the followed files where the store's last commit left them.
  public init(
    store: Store, options: CollectorOptions, wallClock: any WallClock = SystemWallClock(),
    monotonicClock: any MonotonicClock = SystemMonotonicClock(), log: @escaping (String) -> Void
  ) throws {
    self.store = store
    self.options = options
    self.wallClock = wallClock
    self.monotonicClock = monotonicClock
    self.log = log
    journal = BatchJournal(policy: options.configuration?.incidents ?? .standard)
    salt = try options.salt ?? Collector.salt(for: options, store: store)
    var fold = JournalFold()
    let restored = try store.read { reader in
      try fold.refresh(reader)
      return (files: try reader.files(), sources: try reader.sources())
    }
    self.fold = fold
    ledger = PredictionLedger { join, key in try? store.read { try $0.prediction(join, key) } }
    adoptedDecisions = fold.referenceDecisions
    startedAt = monotonicClock.elapsed()
    tailer = Tailer(
      sources: options.sources.map { source in
        TailSource(
          name: source.name, patterns: source.paths.map(\.resolved),
          start: source.start == .end && !restored.sources.contains { $0.name == source.name } ? .end : .beginning)
      }, restored: restored.files.compactMap { FileCheckpoint(encoded: $0.checkpoint) })
    states = Dictionary(
      options.sources.map { source in
        let stored = restored.sources.first { $0.name == source.name }?.state
        return (source.name, SourceState(json: stored ?? [:], quietSince: monotonicClock.elapsed()))
      }, uniquingKeysWith: { first, _ in first })
    for source in options.sources {
      let plan = SourceSetupPlan(
        source: source, configuration: options.configuration, prefix: options.prefix(of: source))
      if let recognition = states[source.name]?.recognition, plan.isCurrent(recognition) {
        try setUp(source, recognition)
      }
    }
    pending.configuration = options.configuration
    try commitPlan()
    // A plan that is stored already is not committed again.
    if pending.configuration != nil { try commit() }
  }

  /// The state directory's salt where any rule hashes.
  private static func salt(for options: CollectorOptions, store: Store) throws -> [UInt8] {
    let policies = options.sources.map(\.redaction) + [options.configuration?.redaction ?? RedactionPolicy()]
    guard policies.contains(where: \.needsSalt) else { return [] }
    let directory = store.path.lastIndex(of: "/").map { String(store.path[..<$0]) } ?? "."
    guard let salt = RedactionSalt.load(directory: directory, creates: true) else {
      throw SetupError(description: "\(directory)/redaction.salt can be neither read nor made: hashes need it")
    }
    return salt
  }

  /// Ends a wait from another thread.
  public var waker: TailerWaker { tailer.waker }

  /// Collects until `shouldStop` says so, then commits what was read.
  public func run(until shouldStop: () -> Bool) throws {
    var lastReconcile = Duration.seconds(-10)
    var lastCommit = monotonicClock.elapsed()
    while !shouldStop() {
      let now = monotonicClock.elapsed()
      if tailer.needsReconcile || now - lastReconcile >= .seconds(1) {
        try reconcile(finishing: false)
        if lastReconcile < .zero { findInterleaved() }
        lastReconcile = now
        everySecond()
        chooseReaders()
      }
      if isSampleTooSmall {
        _ = tailer.wait(timeout: .milliseconds(100))
        continue
      }
      let hasMore = isStalled ? false : readSome()
      let elapsed = monotonicClock.elapsed()
      if bytesSinceCommit >= batchBytes || elapsed - lastCommit >= options.commitInterval {
        try commit()
        lastCommit = monotonicClock.elapsed()
      }
      if !hasMore {
        // Gather what comes within a commit's interval: many small writes cost as much as one.
        let rest = options.commitInterval - (monotonicClock.elapsed() - lastCommit)
        _ = tailer.wait(timeout: bytesSinceCommit > 0 ? max(.milliseconds(5), rest) : .seconds(1))
      }
    }
    try commit()
  }

  /// Whether to give a new source without configuration a moment to write more, since a line or two do not show what
  /// its fields are.
  var isSampleTooSmall: Bool {
    guard options.configuration == nil, workers.isEmpty, monotonicClock.elapsed() - startedAt < .milliseconds(1_500)
    else { return false }
    return tailer.statuses.reduce(0) { $0 + $1.size } < 16_384
  }

  /// Reads everything to its end, evaluates, commits.
  public func runOnce() throws {
    // Reading may come upon a rotation that only another look at the files sorts out.
    for _ in 0..<8 where tailer.needsReconcile {
      try reconcile(finishing: true)
      findInterleaved()
      chooseReaders()
      while !isStalled, readSome() {
        if bytesSinceCommit >= batchBytes {
          try commit()
          chooseReaders()
        }
      }
    }
    let now = wallClock.now()
    for source in options.sources { workers[source.name]?.finish(now: now) }
    try commit()
    if isStalled { throw StoreError.full(path: store.path) }
    while !evidence.isEmpty { try captureEvidence() }
    while try rollUp() {}
    try sweep()
  }

  /// Why nothing could be read, when that is so of every source; nil when something was.
  public var failure: String? {
    guard !options.sources.isEmpty else { return nil }
    var reasons: [String] = []
    for source in options.sources {
      if let worker = workers[source.name], worker.counters.lines > 0 { return nil }
      if let problem = states[source.name]?.problem { reasons.append(problem) }
    }
    for status in tailer.statuses where status.state == .refused || status.state == .denied {
      reasons.append("\(status.path): \(status.note ?? status.state.rawValue)")
    }
    return reasons.first
  }

  /// Reads some pieces; false when there is nothing left.
  func readSome() -> Bool {
    let now = wallClock.now()
    let wasPaired = readPaired(now: now)
    let waiting = waitingForPredictions()
    let outcome = tailer.readNext(of: { !isPaired($0) && !waiting.contains($0) }) { [self] chunk, bytes in
      let taken = read(bytes, chunk, now: now)
      bytesSinceCommit += taken
      return taken
    }
    guard outcome == .caughtUp, !wasPaired else { return true }
    if pairedReader != nil {
      // What the two threads found nothing in any more is one thread's again.
      pairedReader = nil
      return true
    }
    for name in interleaved.sorted() { workers[name]?.releaseBoundaries() }
    interleaved = []
    return false
  }

  /// The sources, by their indices, whose records are about those of another that has some to read yet.
  private func waitingForPredictions() -> Set<Int> {
    let joining = options.sources.indices.filter { options.sources[$0].join != nil }
    guard !joining.isEmpty else { return [] }
    let behind = Set(tailer.statuses.filter { $0.lagBytes > 0 && $0.state == .reading }.map(\.source))
    return Set(joining.filter { options.sources[$0].join.map { behind.contains($0.source) } ?? false })
  }

  /// So many bytes are read between two commits: each thread's share is the same, since the threads wait for each other
  /// at every commit.
  private var batchBytes: Int { options.commitBytes * (pairedReader == nil ? 1 : PairedReader.threads) }

  /// Whether two threads read a source, given by its index.
  private func isPaired(_ source: Int) -> Bool {
    guard let pairedReader, pairedReader.reads(source) else { return false }
    return workers[options.sources[source].name]?.readsPlainLines ?? false
  }

  /// Reads with two threads, where there are two; whether anything was read.
  private func readPaired(now: Timestamp) -> Bool {
    guard let pairedReader else { return false }
    let paired = options.sources.indices.filter(isPaired).compactMap { index in
      workers[options.sources[index].name].map { (index, $0) }
    }
    let result = pairedReader.read(
      from: tailer, workers: Dictionary(uniqueKeysWithValues: paired),
      atMost: max(1, batchBytes - bytesSinceCommit), now: now)
    for (source, count) in result.byteCounts {
      states[options.sources[source].name]?.heard(at: now, elapsed: monotonicClock.elapsed())
      bytesSinceCommit += count
    }
    for chunk in result.unterminated { logUnterminated(chunk) }
    return !result.byteCounts.isEmpty
  }

  /// Finds the sources of which several files have something to read.
  func findInterleaved() {
    let behind = tailer.statuses.filter { $0.lagBytes > 0 && $0.state != .refused && $0.state != .denied }
    for (source, files) in Dictionary(grouping: behind, by: \.source) where files.count > 1 {
      interleaved.insert(source)
      workers[source]?.deferBoundaries()
    }
  }

  /// Takes a second thread when several sources of plain lines have much to read, and gives it up when they have not.
  func chooseReaders() {
    guard let worthwhile = options.secondThreadBacklog else { return }
    var lag: [String: Int64] = [:]
    for status in tailer.statuses where status.lagBytes > 0 { lag[status.source, default: 0] += status.lagBytes }
    let behind = lag.filter { $0.value >= worthwhile && workers[$0.key]?.readsPlainLines ?? true }
    guard behind.count > 1 else { return pairedReader = nil }
    let reader = pairedReader ?? PairedReader()
    reader.share(
      Dictionary(
        uniqueKeysWithValues: options.sources.indices.compactMap { index in
          behind[options.sources[index].name].map { (index, $0) }
        }))
    pairedReader = reader
  }

  /// Reads a stretch of lines and gives how many of its bytes were taken.
  func read(_ bytes: borrowing RawSpan, _ chunk: ChunkInfo, now: Timestamp) -> Int {
    let source = options.sources[chunk.source]
    states[source.name]?.heard(at: now, elapsed: monotonicClock.elapsed())
    if workers[source.name] == nil { recognise(source, bytes, chunk) }
    guard let worker = workers[source.name] else {
      LineSplitter.forEachRange(of: bytes.extracting(0..<bytes.byteCount), fileOffset: chunk.startOffset) {
        start, length in
        guard !JSONLineScanner.isBlank(bytes.extracting(start..<(start + length))) else { return }
        states[source.name]?.counters.lines += 1
        states[source.name]?.counters.addMalformed(
          path: chunk.path.description, offset: chunk.startOffset + Int64(start), length: length)
      }
      return bytes.byteCount
    }
    let store = store
    let tailer = tailer
    var piece = Piece(
      path: chunk.path.description, file: chunk.fileID, offset: chunk.startOffset, isFinal: chunk.isFinal, now: now)
    piece.head = { tailer.head(of: chunk.fileID, limit: CSVScanner.recordLimit) }
    if worker.readsRecords { piece.modified = tailer.modified(chunk.fileID) }
    piece.loadRun = { id in
      guard let stored = try? store.read({ try $0.run(id: id) }) else { return nil }
      return AgentRun(json: stored)
    }
    let taken = worker.read(bytes, of: piece)
    if chunk.isUnterminated { logUnterminated(chunk) }
    return taken
  }

  private func logUnterminated(_ chunk: ChunkInfo) {
    log("\(chunk.path): the last line had no line feed when the file was rotated away; it was counted")
  }
}
