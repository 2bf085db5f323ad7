import Domain
import Drift
import Measures
import Settings
import Storage
import Tailing

// What happens to the files, and what passes with time.
extension Collector {
  /// Looks at the files; new ones are stored before any of their lines counts.
  func reconcile(finishing: Bool) throws {
    take(tailer.reconcile(now: wallClock.now(), finishing: finishing))
    let checkpoints = tailer.takeCheckpoints()
    guard !checkpoints.isEmpty || !pending.gaps.isEmpty || !pending.forgotten.isEmpty else { return }
    pending.files += stored(checkpoints)
    try commit()
  }

  func take(_ events: [TailEvent]) {
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

  func stored(_ checkpoints: [FileCheckpoint]) -> [StoredFile] {
    guard !checkpoints.isEmpty else { return [] }
    let statuses = Dictionary(
      tailer.statuses.compactMap { status in status.fileID.map { ($0, status) } },
      uniquingKeysWith: { first, _ in first })
    return checkpoints.map { checkpoint in
      StoredFile(
        id: checkpoint.fileID, source: checkpoint.source, path: checkpoint.path.description,
        offset: checkpoint.offset, size: max(checkpoint.size, checkpoint.offset),
        state: statuses[checkpoint.fileID]?.state.rawValue ?? "reading", checkpoint: checkpoint.encoded)
    }
  }

  /// What passes with wall time: silence, quiet sources' boundaries, incidents' timers, roll-ups.
  func everySecond() {
    let now = wallClock.now()
    let elapsed = monotonicClock.elapsed()
    compareClocks(wall: now, elapsed: elapsed)
    SourceWorker.shareFiring(options.sources.compactMap { workers[$0.name] })
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
    do { try captureEvidence() } catch { log("evidence could not be kept: \(error)") }
    do { try adoptReferences() } catch { log("references could not be read: \(error)") }
    do {
      if try rollUp() { _ = try rollUp() }
    } catch {
      log("old slots could not be merged: \(error)")
    }
    do { try sweep() } catch { log("what is too old could not be removed: \(error)") }
  }

  /// Takes up the references that people have captured or promoted since the last look.
  private func adoptReferences() throws {
    var next = fold
    try store.read { try next.refresh($0) }
    if next.sequence != fold.sequence { fold = next }
    guard fold.referenceDecisions != adoptedDecisions else { return }
    adoptedDecisions = fold.referenceDecisions
    let references = try store.read { try $0.references() }.compactMap(Reference.init(json:))
    for worker in workers.values {
      for reference in references { worker.adopt(reference) }
    }
  }

  /// Notes when the wall clock was set: timers go on by the monotonic clock, but what people read has a break.
  private func compareClocks(wall: Timestamp, elapsed: Duration) {
    if let last = comparedClocks {
      let expected = last.wall + (elapsed - last.elapsed)
      if abs((wall - expected).inSeconds) > Collector.tolerableClockStep {
        pending.clockSteps.append((expected, wall))
        log("the clock was set from \(expected.formatted()) to \(wall.formatted())")
      }
    }
    comparedClocks = (wall, elapsed)
  }

  /// Seconds by which the wall clock may move against the monotonic clock within about a second.
  private static let tolerableClockStep = 2.0

  /// Removes what is older than it is to be kept, once a day.
  func sweep() throws {
    let now = wallClock.now()
    if sweptAt == nil { sweptAt = try store.read { try RetentionSweep.lastAt($0) } ?? .distantPast }
    guard let last = sweptAt, now - last >= RetentionSweep.interval || now < last else { return }
    let definition = options.configuration?.retention ?? RetentionDefinition()
    let watermark = workers.values.compactMap(\.watermark).filter { $0 <= now + RecordMeter.tolerableSkew }.max()
    var next = fold
    try store.write { writer in
      try next.refresh(writer.reader)
      try writer.beginLogIfNew(actor: .leeway, at: now, &next)
      let drafts = try RetentionSweep(definition: definition, fold: next).apply(writer, watermark: watermark, now: now)
      for entry in try writer.append(drafts, actor: .leeway, at: now) { next.apply(entry) }
    }
    fold = next
    sweptAt = now
  }

  func rollUp() throws -> Bool {
    let latest = wallClock.now() + RecordMeter.tolerableSkew
    guard let watermark = workers.values.compactMap(\.watermark).filter({ $0 <= latest }).max(),
      watermark - (rolledUpAt["all"] ?? .distantPast) > .seconds(60)
    else { return false }
    // What is dropped for good is dropped by the sweep, which journals it.
    let steps = retention.steps(watermark: watermark).filter { $0.toResolution != nil }
    let hasMore = try store.write { try $0.rollUp(steps, limit: 20) }
    if !hasMore { rolledUpAt["all"] = watermark }
    return hasMore
  }
}
