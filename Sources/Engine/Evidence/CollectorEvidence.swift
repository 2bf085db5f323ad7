import Detection
import Domain
import Incidents
import Settings
import Storage
import Tailing

// Keeping, for each incident that opens, the lines that its rule counted: where they stand, and what they say.
extension Collector {
  /// So far back from where a file had been read to is searched.
  private static let searchedBytes: Int64 = 8 << 20
  private static let searchedFiles = 4
  private static let headLength: Int64 = 64 << 10
  /// Incidents a second.
  private static let capturesAtOnce = 4

  /// Takes note of incidents that have just been made durable.
  func noteOpened(_ numbers: Range<Int>) {
    guard !numbers.isEmpty else { return }
    evidence.add(numbers, files: tailer.statuses.filter { $0.fileID != nil && $0.offset > 0 })
  }

  /// Finds and keeps the lines of the next few incidents.
  func captureEvidence() throws {
    guard !evidence.isEmpty, !isStalled else { return }
    let drafts = evidence.take(Self.capturesAtOnce).compactMap { wanted in
      fold.book.incident(number: wanted.number).flatMap { draft(of: $0, wanted.files) }
    }
    guard !drafts.isEmpty else { return }
    let now = wallClock.now()
    var next = fold
    try store.write { writer in
      try next.refresh(writer.reader)
      for entry in try writer.append(drafts, actor: .leeway, at: now) { next.apply(entry) }
    }
    noteOpened(fold.book.nextNumber..<max(fold.book.nextNumber, next.book.nextNumber))
    fold = next
  }

  private func draft(of incident: Incident, _ files: [FileStatus]) -> EntryDraft? {
    guard let signal = incident.signals.first, let since = signal.since ?? incident.episode.impactStartedAt else {
      return nil
    }
    for source in options.sources {
      guard signal.key.labels["source"].map({ $0 == source.name }) ?? true, let worker = workers[source.name],
        let records = worker.setup.rules.records(of: signal.key.rule, source: source.name)
      else { continue }
      let query = EvidenceQuery(
        metric: records.metric, isBelow: records.isBelow, labels: signal.key.labels,
        times: (since - records.over)...max(since, signal.firedAt ?? since))
      guard var search = EvidenceSearch(query, setup: worker.setup, reference: since) else { continue }
      let own = files.filter { $0.source == source.name }
        .sorted { ($0.lastRead ?? .distantPast) > ($1.lastRead ?? .distantPast) }
      for file in own.prefix(Self.searchedFiles) { look(through: file, &search) }
      guard !search.lines.isEmpty else { continue }
      return EvidenceLine.draft(search.lines, matched: search.matched, incident: incident.name)
    }
    return nil
  }

  private func look(through file: FileStatus, _ search: inout EvidenceSearch) {
    var start = max(0, file.offset - Self.searchedBytes)
    // A compressed file's offsets are those of its content.
    guard !FilePart.isGzip(file.path), var bytes = FilePart.read(file.path, start..<file.offset) else { return }
    if start > 0 {
      guard let end = bytes.firstIndex(of: 0x0A) else { return }
      bytes.removeFirst(end + 1)
      start += Int64(end) + 1
    }
    search.look(through: bytes, of: FilePart.canonical(file.path).description, from: start) {
      FilePart.read(file.path, 0..<Self.headLength) ?? []
    }
  }
}
