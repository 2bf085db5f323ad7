import Detection
import Domain
import Drift
import Incidents
import Settings
import Storage
import Tailing
import Traces

// Making durable what was read: one transaction for summaries, decisions, timers and read offsets.
extension Collector {
  /// Makes durable what was gathered. A store that is full or busy keeps it pending, and reading stops until it went
  /// through; any other failure is the caller's.
  func commit() throws {
    gather()
    guard !pending.isEmpty || fold.book.openCount > 0 || !ledger.changes.isEmpty else {
      bytesSinceCommit = 0
      return
    }
    do {
      var next = fold
      try store.write { writer in try write(writer, &next) }
      let opened = fold.book.nextNumber..<max(fold.book.nextNumber, next.book.nextNumber)
      fold = next
      noteOpened(opened)
      if let plan = pending.plan { storedPlan = plan }
      let stored = pending.batches.map { ($0.source, $0.batch.sealed) }
      pending = PendingCommit()
      ledger.settle()
      for (source, sealed) in stored { workers[source]?.recycle(sealed) }
      bytesSinceCommit = 0
      if isStalled { log("the store takes writes again") }
      isStalled = false
    } catch let error as StoreError where error.isTransient {
      if !isStalled { log("reading pauses: \(error)") }
      isStalled = true
    }
  }

  func gather() {
    pending.files += stored(tailer.takeCheckpoints())
    take(tailer.takeEvents())
    for source in options.sources {
      guard let state = states[source.name] else { continue }
      guard let worker = workers[source.name] else {
        if let changed = states[source.name]?.changedJSON(worker: nil) {
          pending.sources.append((source.name, changed))
        }
        _ = state
        continue
      }
      let batch = worker.takeBatch()
      if !batch.isEmpty { pending.batches.append((source.name, batch)) }
      if let changed = states[source.name]?.changedJSON(worker: worker) {
        pending.sources.append((source.name, changed))
      }
      gatherSignals(of: worker)
      if let streams = worker.takeStreams() { pending.documents.append((Collector.streamsName(source.name), streams)) }
      if let detectors = worker.takeDetectors() {
        pending.documents.append((Collector.detectorsName(source.name), detectors))
      }
    }
    let count = workers.values.reduce(0) { $0 + $1.pointMetrics.count }
    if count != plannedPointMetrics, let plan = changedPlan() { pending.plan = plan }
    plannedPointMetrics = count
  }

  /// How often predictions that are too old are looked for.
  private static let forgettingInterval: Duration = .seconds(60)

  private func writePredictions(_ writer: StoreWriter) throws {
    for (join, changes) in ledger.changes {
      try writer.addPredictions(join, changes.added.lazy.map { ($0.key, $0.value) })
      try writer.removePredictions(join, changes.removed)
    }
    let now = monotonicClock.elapsed()
    guard options.sources.contains(where: { $0.join != nil }), now - predictionsForgottenAt >= Self.forgettingInterval
    else { return }
    predictionsForgottenAt = now
    for source in options.sources {
      guard let join = source.join, let mark = workers[join.source]?.watermark else { continue }
      try writer.forgetPredictions(source.name, before: mark - join.horizon, keeping: PredictionLedger.limit)
    }
  }

  func gatherSignals(of worker: SourceWorker) {
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

  func write(_ writer: StoreWriter, _ fold: inout JournalFold) throws {
    let now = wallClock.now()
    try fold.refresh(writer.reader)
    try writer.beginLogIfNew(actor: .leeway, at: now, &fold)
    if let configuration = pending.configuration {
      try ConfigurationRecord.record(configuration, writer, at: now, &fold)
    }
    for step in pending.clockSteps {
      let draft = EntryDraft(
        .clockStep, object: [:],
        data: [
          "expected": JSON(step.expected), "stated": JSON(step.stated),
          "seconds": .integer(Int64((step.stated - step.expected).inSeconds.rounded())),
        ])
      for entry in try writer.append([draft], actor: .leeway, at: now) { fold.apply(entry) }
    }
    for (source, batch) in pending.batches {
      try journal.record(batch, of: source, now: now, fold: &fold) { drafts, at, fold in
        for entry in try writer.append(drafts, actor: .leeway, at: at) { fold.apply(entry) }
      }
      try writer.merge(batch.deltas, amendedBefore: batch.evaluatedBefore)
      try writer.merge(batch.sealed, amendedBefore: batch.evaluatedBefore)
      for reference in batch.references + batch.learning.sorted(by: { $0.key < $1.key }).map(\.value) {
        try writer.setReference(metric: reference.metric, name: reference.name, reference.json)
      }
      for (_, run) in batch.runs.sorted(by: { $0.key < $1.key }) {
        try writer.setRun(id: run.id, source: "", agent: run.agent ?? "unknown", lastEnd: run.end, run.json)
      }
      try writer.setSpans(
        batch.steps.map { StoredRunPart(run: $0.runID, span: $0.spanID, body: $0.json) })
      try writer.addFindings(batch.findings.map { StoredRunPart(run: $0.runID, body: $0.json) })
      if !batch.runs.isEmpty { try writer.keepNewestRuns(10_000) }
    }
    try journal.tick(at: now, fold: &fold) { drafts, at, fold in
      for entry in try writer.append(drafts, actor: .leeway, at: at) { fold.apply(entry) }
    }
    try writer.registerAssessments(options.configuration?.assessments ?? [], at: now, &fold)
    try writer.measureDueChecks(at: now, policy: journal.policy, &fold)
    try writePredictions(writer)
    try writer.setFiles(pending.files)
    try writer.removeFiles(pending.forgotten)
    try writer.addGaps(pending.gaps)
    for (name, state) in pending.sources { try writer.setSource(name, state) }
    try writer.setSignals(pending.signals)
    for (name, state) in pending.documents { try writer.setDocument(name, state) }
    if let plan = pending.plan { try writer.setDocument(WatchPlan.documentName, plan) }
  }
}
