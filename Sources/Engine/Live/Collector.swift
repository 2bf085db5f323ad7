import Decoding
import Detection
public import Domain
import Drift
import Incidents
import Measures
import Settings
public import Storage
public import Tailing
import Traces

/// Follows the sources' files and makes durable what they say: summaries, decisions and read offsets together.
///
/// A collector belongs to one thread, the one that calls ``run(until:)`` or ``runOnce()``.
public final class Collector {
  private let store: Store
  private let options: CollectorOptions
  private let wallClock: any WallClock
  private let monotonicClock: any MonotonicClock
  private let log: (String) -> Void
  private let tailer: Tailer
  private let journal: BatchJournal
  private var workers: [String: SourceWorker] = [:]
  private var fold = JournalFold()
  private var states: [String: SourceState]
  private var storedSignals: [String: JSON] = [:]
  private var storedPlan: JSON?
  private var pending = PendingCommit()
  private var bytesSinceCommit = 0
  private var startedAt: Duration
  private var isStalled = false
  /// Sources of which several files are behind: their rules wait until all have been read.
  private var interleaved: Set<String> = []
  private let retention = RetentionPolicy.standard
  private var rolledUpAt: [String: Timestamp] = [:]

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
    var fold = JournalFold()
    let restored = try store.read { reader in
      try fold.refresh(reader)
      return (files: try reader.files(), sources: try reader.sources())
    }
    self.fold = fold
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
      if let recognition = states[source.name]?.recognition { try setUp(source, recognition) }
    }
    try commitPlan()
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
      }
      if isSampleTooSmall {
        _ = tailer.wait(timeout: .milliseconds(100))
        continue
      }
      let hasMore = isStalled ? false : readSome()
      let elapsed = monotonicClock.elapsed()
      if bytesSinceCommit >= options.commitBytes || elapsed - lastCommit >= options.commitInterval {
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
  private var isSampleTooSmall: Bool {
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
      while !isStalled, readSome() {
        if bytesSinceCommit >= options.commitBytes { try commit() }
      }
    }
    let now = wallClock.now()
    for source in options.sources { workers[source.name]?.finish(now: now) }
    try commit()
    if isStalled { throw StoreError.full(path: store.path) }
    while try rollUp() {}
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

  /// Reads one piece; false when there is nothing left.
  private func readSome() -> Bool {
    let now = wallClock.now()
    let outcome = tailer.readNext { chunk, bytes in
      bytesSinceCommit += bytes.byteCount
      read(bytes, chunk, now: now)
    }
    if outcome == .caughtUp, !interleaved.isEmpty {
      for name in interleaved.sorted() { workers[name]?.releaseBoundaries() }
      interleaved = []
    }
    return outcome != .caughtUp
  }

  /// Finds the sources of which several files have something to read.
  private func findInterleaved() {
    let behind = tailer.statuses.filter { $0.lagBytes > 0 && $0.state != .refused && $0.state != .denied }
    for (source, files) in Dictionary(grouping: behind, by: \.source) where files.count > 1 {
      interleaved.insert(source)
      workers[source]?.deferBoundaries()
    }
  }

  private func read(_ bytes: borrowing RawSpan, _ chunk: ChunkInfo, now: Timestamp) {
    let source = options.sources[chunk.source]
    states[source.name]?.heard(at: now, elapsed: monotonicClock.elapsed())
    if workers[source.name] == nil { recognise(source, bytes, chunk) }
    guard let worker = workers[source.name] else {
      LineSplitter.forEachRange(of: bytes.extracting(0..<bytes.byteCount), fileOffset: chunk.startOffset) { start, length in
        guard !JSONLineScanner.isBlank(bytes.extracting(start..<(start + length))) else { return }
        states[source.name]?.counters.lines += 1
        states[source.name]?.counters.addMalformed(
          path: chunk.path.description, offset: chunk.startOffset + Int64(start), length: length)
      }
      return
    }
    let store = store
    worker.read(
      bytes, path: chunk.path.description, offset: chunk.startOffset, now: now,
      loadRun: { id in
        guard let stored = try? store.read({ try $0.run(id: id) }) else { return nil }
        return AgentRun(json: stored)
      })
    if chunk.isUnterminated {
      log("\(chunk.path): the last line had no line feed when the file was rotated away; it was counted")
    }
  }

  private func recognise(_ source: SourceDefinition, _ bytes: borrowing RawSpan, _ chunk: ChunkInfo) {
    let head = bytes.extracting(0..<min(bytes.byteCount, 256 << 10)).withUnsafeBytes { Array($0) }
    let plan = SourceSetupPlan(
      source: source, configuration: options.configuration, prefix: options.prefix(of: source))
    let recognition = plan.recognise(head: head, path: chunk.path.description)
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

  private func setUp(_ source: SourceDefinition, _ recognition: Recognition) throws {
    let plan = SourceSetupPlan(
      source: source, configuration: options.configuration, prefix: options.prefix(of: source))
    let setup = try plan.setup(recognition)
    let restored = try Restoration(store: store).restore(setup, state: states[source.name], fold: fold)
    for record in restored.signals { storedSignals[record.key.description] = record.json }
    let worker = try SourceWorker(setup: setup, step: options.step, restored: restored, wallTime: wallClock.now())
    if interleaved.contains(source.name) { worker.deferBoundaries() }
    workers[source.name] = worker
  }

  /// Looks at the files; new ones are stored before any of their lines counts.
  private func reconcile(finishing: Bool) throws {
    take(tailer.reconcile(now: wallClock.now(), finishing: finishing))
    let checkpoints = tailer.takeCheckpoints()
    guard !checkpoints.isEmpty || !pending.gaps.isEmpty || !pending.forgotten.isEmpty else { return }
    pending.files += stored(checkpoints)
    try commit()
  }

  private func take(_ events: [TailEvent]) {
    for event in events {
      switch event {
      case .gap(let gap) where gap.to <= gap.from:
        log("\(gap.path) at byte \(gap.from): \(gap.reason); all that had been seen of it had been read")
      case .gap(let gap):
        pending.gaps.append(
          StoredGap(
            source: gap.source, path: gap.path.description, from: gap.from, to: gap.to, reason: gap.reason, at: gap.at))
        log("\(gap.path): bytes \(gap.from) to \(gap.to) could not be read: \(gap.reason)")
      case .lineTooLong(let line):
        pending.gaps.append(
          StoredGap(
            source: line.source, path: line.path.description, from: line.offset, to: line.offset + line.length,
            reason: "a line longer than 1 MiB was left out", at: wallClock.now()))
      case .denied(_, let path, let reason): log("\(path): \(reason)")
      case .refused(_, let path, let reason): log("\(path): \(reason)")
      case .polling(let directory, let reason): log("\(directory) is looked at once a second: \(reason)")
      case .forgotten(let id): pending.forgotten.append(id)
      case .discovered, .rotated, .truncated, .finished, .waiting: break
      }
    }
  }

  private func stored(_ checkpoints: [FileCheckpoint]) -> [StoredFile] {
    guard !checkpoints.isEmpty else { return [] }
    let statuses = Dictionary(
      tailer.statuses.compactMap { status in status.fileID.map { ($0, status) } }, uniquingKeysWith: { first, _ in first })
    return checkpoints.map { checkpoint in
      StoredFile(
        id: checkpoint.fileID, source: checkpoint.source, path: checkpoint.path.description,
        offset: checkpoint.offset, size: max(checkpoint.size, checkpoint.offset),
        state: statuses[checkpoint.fileID]?.state.rawValue ?? "reading", checkpoint: checkpoint.encoded)
    }
  }

  /// What passes with wall time: silence, quiet sources' boundaries, incidents' timers, roll-ups.
  private func everySecond() {
    let now = wallClock.now()
    let elapsed = monotonicClock.elapsed()
    let lagging = Set(tailer.statuses.filter { $0.lagBytes > 0 && $0.state == .reading }.map(\.source))
    for source in options.sources {
      guard let worker = workers[source.name] else { continue }
      let quiet = elapsed - (states[source.name]?.heardAt ?? startedAt)
      guard !lagging.contains(source.name) else { continue }
      worker.checkSilence(quiet, at: now)
      // A source that lives goes on stepping while it is quiet; an old file does not.
      if let watermark = worker.watermark, now - watermark < .seconds(900), quiet > .seconds(3) {
        worker.advance(to: now - .seconds(5))
      }
    }
    do {
      if try rollUp() { _ = try rollUp() }
    } catch {
      log("old slots could not be merged: \(error)")
    }
  }

  private func rollUp() throws -> Bool {
    guard let watermark = workers.values.compactMap(\.watermark).max(),
      watermark - (rolledUpAt["all"] ?? .distantPast) > .seconds(60)
    else { return false }
    let steps = retention.steps(watermark: watermark)
    let hasMore = try store.write { try $0.rollUp(steps, limit: 20) }
    if !hasMore { rolledUpAt["all"] = watermark }
    return hasMore
  }

  private func commitPlan() throws {
    var plan = WatchPlan(service: options.service)
    plan.sources = options.sources.map { source in
      let heartbeat = options.configuration?.heartbeats.first { $0.source == source.name }
      return WatchPlan.Source(
        name: source.name, patterns: source.paths.map(\.raw),
        staleAfter: source.staleAfter ?? heartbeat?.staleAfter ?? .seconds(180))
    }
    for source in options.sources {
      guard let worker = workers[source.name] else { continue }
      plan.metrics += worker.setup.metrics.map(WatchPlan.Metric.init)
      plan.ruleCount += worker.setup.rules.definitions.count
    }
    if let configuration = options.configuration {
      // The configuration's own order is the operator's.
      let order = Dictionary(
        configuration.metrics.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { first, _ in first })
      plan.metrics.sort { (order[$0.name] ?? .max, $0.name) < (order[$1.name] ?? .max, $1.name) }
    }
    guard plan.json != storedPlan else { return }
    storedPlan = plan.json
    pending.plan = plan.json
    try commit()
  }
}

extension Collector {
  /// Makes durable what was gathered. A store that is full or busy keeps it pending, and reading stops until it went
  /// through; any other failure is the caller's.
  private func commit() throws {
    gather()
    guard !pending.isEmpty || fold.book.openCount > 0 else {
      bytesSinceCommit = 0
      return
    }
    do {
      var next = fold
      try store.write { writer in try write(writer, &next) }
      fold = next
      if let plan = pending.plan { storedPlan = plan }
      pending = PendingCommit()
      bytesSinceCommit = 0
      if isStalled { log("the store takes writes again") }
      isStalled = false
    } catch let error as StoreError where error.isTransient {
      if !isStalled { log("reading pauses: \(error)") }
      isStalled = true
    }
  }

  private func gather() {
    pending.files += stored(tailer.takeCheckpoints())
    take(tailer.takeEvents())
    for source in options.sources {
      guard let state = states[source.name] else { continue }
      guard let worker = workers[source.name] else {
        if let changed = states[source.name]?.changedJSON(worker: nil) { pending.sources.append((source.name, changed)) }
        _ = state
        continue
      }
      let batch = worker.takeBatch()
      if !batch.isEmpty { pending.batches.append((source.name, batch)) }
      if let changed = states[source.name]?.changedJSON(worker: worker) {
        pending.sources.append((source.name, changed))
      }
      gatherSignals(of: worker)
    }
  }

  private func gatherSignals(of worker: SourceWorker) {
    var seen: Set<String> = []
    for record in worker.signalRecords {
      let key = record.key.description
      seen.insert(key)
      let json = record.json
      if storedSignals[key] != json {
        storedSignals[key] = json
        pending.signals.append((key, json))
      }
    }
    for (key, record) in storedSignals.sorted(by: { $0.key < $1.key })
    where !seen.contains(key) && record["source"]?.string == worker.setup.name {
      storedSignals[key] = nil
      pending.signals.append((key, nil))
    }
  }

  private func write(_ writer: StoreWriter, _ fold: inout JournalFold) throws {
    let now = wallClock.now()
    try fold.refresh(writer.reader)
    try writer.beginLogIfNew(actor: .leeway, at: now, &fold)
    for (_, batch) in pending.batches {
      try journal.record(batch, now: now, fold: &fold) { drafts, at, fold in
        for entry in try writer.append(drafts, actor: .leeway, at: at) { fold.apply(entry) }
      }
      try writer.merge(batch.deltas, amendedBefore: batch.evaluatedBefore)
      for reference in batch.references {
        try writer.setReference(metric: reference.metric, name: reference.name, reference.json)
      }
      for (_, run) in batch.runs.sorted(by: { $0.key < $1.key }) {
        try writer.setRun(id: run.id, source: "", agent: run.agent ?? "unknown", lastEnd: run.end, run.json)
      }
      if !batch.runs.isEmpty { try writer.keepNewestRuns(10_000) }
    }
    try journal.tick(at: now, fold: &fold) { drafts, at, fold in
      for entry in try writer.append(drafts, actor: .leeway, at: at) { fold.apply(entry) }
    }
    try writer.setFiles(pending.files)
    try writer.removeFiles(pending.forgotten)
    try writer.addGaps(pending.gaps)
    for (name, state) in pending.sources { try writer.setSource(name, state) }
    try writer.setSignals(pending.signals)
    if let plan = pending.plan { try writer.setDocument(WatchPlan.documentName, plan) }
  }
}
