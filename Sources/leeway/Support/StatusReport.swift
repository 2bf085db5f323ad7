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
    let (rows, states, seriesCount, signals) = try store.read { reader -> ([JSON], [StoredSource], Int, [JSON]) in
      try fold.refresh(reader)
      blind = try WatchPlan.stored(reader)?.blind ?? []
      let states = try reader.sources().map { StoredSource(name: $0.name, state: $0.state) }
      return (
        try StatusReport.sources(reader, states, now: now), states, try reader.seriesCount(),
        try reader.signals().map(\.record)
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
      "schema": 1, "service": .string(snapshot.service), "collecting": .bool(snapshot.isCollected),
      "data_age": JSON(snapshot.dataAge?.inSeconds), "sources": .array(rows),
      "by_source": .array(snapshot.sources.map { StatusReport.total($0, stored: states) }),
      "blind": .array(
        blind.map { ["source": .string($0.source), "rule": .string($0.rule), "missing": .string($0.missing)] }),
      "series": JSON(seriesCount), "signals": counts(signalCounts), "incidents": counts(incidentCounts),
      "practices": .array(
        snapshot.practices.map {
          [
            "id": .string("PM-\($0.number)"), "title": .string($0.title), "mark": .string($0.mark.rawValue),
            "sentence": .string($0.sentence),
          ]
        }),
      "notices": .array(snapshot.notices.map(JSON.string)),
    ]
    let age = snapshot.dataAge.map { ", the newest row is \($0.short) old" } ?? ", no data yet"
    var lines = ["\(snapshot.service): \(snapshot.isCollected ? "collecting" : "NOT COLLECTING")\(age)"]
    for source in snapshot.sources { lines += StatusText(source).lines }
    func list(_ counts: [String: Int]) -> String {
      counts.isEmpty
        ? "none" : counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    }
    lines += [
      "\(seriesCount) series", "signals: \(list(signalCounts))", "incidents: \(list(incidentCounts))",
    ]
    for (source, rules) in Dictionary(grouping: blind, by: \.source).sorted(by: { $0.key < $1.key }) {
      lines.append("blind in \(source): \(rules.map(\.rule).joined(separator: ", "))")
    }
    lines += snapshot.practices.map { "PM-\($0.number) \($0.title) \($0.mark.rawValue): \($0.sentence)" }
    self.lines = lines
  }

  /// The report as the contract has it.
  var json: JSON { document }

  /// A source as a whole.
  private static func total(_ row: SourceRow, stored: [StoredSource]) -> JSON {
    let recognition = stored.first { $0.name == row.name }?.state["recognition"]
    return [
      "name": .string(row.name), "state": .string(row.state.rawValue), "files": JSON(row.files.count),
      "format": JSON(recognition?["format"]?.string), "dialect": JSON(recognition?["dialect"]?.string),
      "confidence": JSON(recognition?["confidence"]?.double), "reason": JSON(recognition?["reason"]?.string),
      "lag_bytes": JSON(row.lagBytes), "lag_seconds": JSON(row.lag?.inSeconds), "progress": JSON(row.progress),
      "lines": JSON(row.tally.lines), "malformed": JSON(row.malformed), "timeless": JSON(row.tally.timeless),
      "skewed": JSON(row.tally.skewed), "skew_seconds": row.watermark == nil ? .null : JSON(row.skew?.inSeconds ?? 0),
      "late": JSON(row.tally.late),
      "field_errors": .object(
        JSONObject(row.tally.fieldErrors.sorted { $0.key < $1.key }.map { ($0.key, JSON($0.value)) })),
      "watermark": JSON(row.watermark), "gaps": JSON(row.gaps), "notices": .array(row.notices.map(JSON.string)),
    ]
  }

  private static func sources(_ reader: StoreReader, _ states: [StoredSource], now: Timestamp) throws -> [JSON] {
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
        let isNewest = file.id == own.last?.id
        // A gap of a file that is gone, or has another name by now, is told with the newest file.
        let fileGaps = ownGaps.filter { gap in
          let isKnown = own.contains { $0.path == gap.path }
          return isKnown ? gap.path == file.path : isNewest
        }
        rows.append(
          row(source: source, file: file, state: state, gaps: fileGaps, isNewest: isNewest, now: now))
      }
    }
    return rows
  }

  /// Lines are counted by source; of several files of a source the newest row carries them.
  private static func row(
    source: WatchPlan.Source, file: StoredFile?, state: StoredSource?, gaps: [StoredGap], isNewest: Bool, now: Timestamp
  ) -> JSON {
    let recognition = state?.state["recognition"]
    let lag = SourceProjection.lag(state, bytes: Int(file?.lagBytes ?? 0), now: now)
    let path = source.isPipe ? "-" : file?.path ?? source.patterns.first ?? source.name
    let waiting = source.isPipe && state?.lines ?? 0 > 0 ? "ended" : "waiting"
    return [
      "name": .string(source.name), "path": .string(path),
      "format": JSON(recognition?["format"]?.string), "dialect": JSON(recognition?["dialect"]?.string),
      "state": .string(file?.state ?? waiting), "offset": file.map { .integer($0.offset) } ?? .null,
      "size": file.map { .integer($0.size) } ?? .null, "lag_bytes": file.map { .integer($0.lagBytes) } ?? .null,
      "lag_seconds": JSON(lag?.inSeconds), "lines": isNewest ? JSON(state?.lines ?? 0) : .null,
      "malformed": isNewest ? JSON(state?.malformed ?? 0) : .null,
      "timeless": isNewest ? state?.state["timeless"] ?? 0 : .null,
      "skewed": isNewest ? state?.state["skewed"] ?? 0 : .null,
      "late": isNewest ? state?.state["late"] ?? 0 : .null,
      "field_errors": isNewest ? state?.state["field_errors"] ?? [:] : .null,
      "notices": isNewest ? state?.state["notices"] ?? [] : [], "last_line_at": JSON(state?.lastLineAt),
      "watermark": JSON(state?.watermark), "problem": JSON(state?.state["problem"]?.string),
      "malformed_samples": isNewest ? state?.state["malformed_samples"] ?? [] : [],
      "gaps": .array(
        gaps.map {
          [
            "file": .string($0.path), "path": .string($0.path), "from": .integer($0.from), "to": .integer($0.to),
            "reason": .string($0.reason),
            "at": JSON($0.at),
          ]
        }),
    ]
  }
}
