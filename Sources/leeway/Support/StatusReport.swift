import Dashboard
import Domain
import Engine
import Incidents
import Storage

/// What `leeway status` says: sources, series, signals, incidents, practices.
struct StatusReport {
  private let document: JSON
  /// The report in lines for people.
  let lines: [String]

  /// Reads a store.
  init(store: Store) throws {
    let now = SystemWallClock().now()
    var projector = Projector(store: store, actor: nil, collecting: .readOnly)
    let snapshot = try projector.snapshot(now: now)
    var fold = JournalFold()
    var blind: [WatchPlan.Blind] = []
    let (rows, seriesCount, signals) = try store.read { reader -> ([JSON], Int, [JSON]) in
      try fold.refresh(reader)
      blind = try WatchPlan.stored(reader)?.blind ?? []
      return (
        try StatusReport.sources(reader, now: now), try reader.seriesCount(), try reader.signals().map(\.record)
      )
    }
    var signalCounts: [String: Int] = [:]
    for signal in signals { signalCounts[signal["state"]?.string ?? "unknown", default: 0] += 1 }
    var incidentCounts: [String: Int] = [:]
    for (state, count) in fold.book.counts { incidentCounts[state.rawValue] = count }
    func counts(_ counts: [String: Int]) -> JSON {
      .object(JSONObject(counts.sorted { $0.key < $1.key }.map { ($0.key, JSON($0.value)) }))
    }
    document = [
      "schema": 1, "service": .string(snapshot.service), "sources": .array(rows), "series": JSON(seriesCount),
      "blind": .array(
        blind.map { ["source": .string($0.source), "rule": .string($0.rule), "missing": .string($0.missing)] }),
      "signals": counts(signalCounts), "incidents": counts(incidentCounts),
      "practices": .array(
        snapshot.practices.map {
          [
            "id": .string("PM-\($0.number)"), "title": .string($0.title), "mark": .string($0.mark.rawValue),
            "sentence": .string($0.sentence),
          ]
        }),
      "notices": .array(snapshot.notices.map(JSON.string)),
    ]
    var lines = [snapshot.service]
    for row in rows {
      let gaps = row["gaps"]?.array?.count ?? 0
      lines.append(
        "source \(row["name"]?.string ?? "") \(row["path"]?.string ?? "") \(row["format"]?.string ?? "unknown") "
          + "\(row["state"]?.string ?? "") lag \(row["lag_bytes"]?.integer ?? 0) B, \(row["lines"]?.integer ?? 0) lines, "
          + "\(row["malformed"]?.integer ?? 0) malformed, \(gaps) gaps")
    }
    lines.append("\(seriesCount) series")
    lines += signalCounts.sorted { $0.key < $1.key }.map { "signals \($0.key): \($0.value)" }
    lines += incidentCounts.sorted { $0.key < $1.key }.map { "incidents \($0.key): \($0.value)" }
    for (source, rules) in Dictionary(grouping: blind, by: \.source).sorted(by: { $0.key < $1.key }) {
      lines.append("blind in \(source): \(rules.map(\.rule).joined(separator: ", "))")
    }
    lines += snapshot.practices.map { "PM-\($0.number) \($0.title) \($0.mark.rawValue): \($0.sentence)" }
    lines += snapshot.notices.map { "notice: \($0)" }
    self.lines = lines
  }

  /// The report as the contract has it.
  var json: JSON { document }

  private static func sources(_ reader: StoreReader, now: Timestamp) throws -> [JSON] {
    let states = try reader.sources().map { StoredSource(name: $0.name, state: $0.state) }
    let files = try reader.files()
    let gaps = try reader.gaps()
    let plan = try WatchPlan.stored(reader)
    var rows: [JSON] = []
    for source in plan?.sources ?? [] {
      let state = states.first { $0.name == source.name }
      let own = files.filter { $0.source == source.name }
      let ownGaps = gaps.filter { $0.source == source.name }
      if own.isEmpty {
        rows.append(row(source: source, file: nil, state: state, gaps: ownGaps, isNewest: true, now: now))
      }
      for file in own {
        let fileGaps = own.count == 1 ? ownGaps : ownGaps.filter { $0.path == file.path }
        rows.append(
          row(
            source: source, file: file, state: state, gaps: fileGaps, isNewest: file.id == own.last?.id, now: now))
      }
    }
    return rows
  }

  /// Lines are counted by source; of several files of a source the newest row carries them.
  private static func row(
    source: WatchPlan.Source, file: StoredFile?, state: StoredSource?, gaps: [StoredGap], isNewest: Bool, now: Timestamp
  ) -> JSON {
    let recognition = state?.state["recognition"]
    let lagSeconds = state?.lastLineAt.map { (file?.lagBytes ?? 0) > 0 ? max(0, (now - $0).inSeconds) : 0 }
    return [
      "name": .string(source.name), "path": .string(file?.path ?? source.patterns.first ?? source.name),
      "format": JSON(recognition?["format"]?.string), "dialect": JSON(recognition?["dialect"]?.string),
      "state": .string(file?.state ?? "waiting"), "offset": file.map { .integer($0.offset) } ?? .null,
      "size": file.map { .integer($0.size) } ?? .null, "lag_bytes": file.map { .integer($0.lagBytes) } ?? .null,
      "lag_seconds": JSON(lagSeconds), "lines": isNewest ? JSON(state?.lines ?? 0) : .null,
      "malformed": isNewest ? JSON(state?.malformed ?? 0) : .null,
      "timeless": isNewest ? state?.state["timeless"] ?? 0 : .null,
      "skewed": isNewest ? state?.state["skewed"] ?? 0 : .null, "last_line_at": JSON(state?.lastLineAt),
      "watermark": JSON(state?.watermark), "problem": JSON(state?.state["problem"]?.string),
      "malformed_samples": isNewest ? state?.state["malformed_samples"] ?? [] : [],
      "gaps": .array(
        gaps.map {
          [
            "path": .string($0.path), "from": .integer($0.from), "to": .integer($0.to), "reason": .string($0.reason),
            "at": JSON($0.at),
          ]
        }),
    ]
  }
}
