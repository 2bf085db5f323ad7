import Dashboard
import Domain
import Engine
import Storage

/// Makes the rows of the sources, and remembers enough to say how fast they are read.
struct SourceProjection {
  private var rates = SourceRates()
  private static let shownGaps = 50
  /// Records this far ahead of the host's clock are no matter of rounding.
  private static let tolerableSkew: Duration = .seconds(5)

  mutating func rows(
    plan: WatchPlan, sources: [StoredSource], files: [StoredFile], gaps: [StoredGap], isCollected: Bool,
    now: Timestamp
  ) -> [SourceRow] {
    plan.sources.map { source in
      let own = files.filter { $0.source == source.name }
      let stored = sources.first { $0.name == source.name }
      let ownGaps = gaps.filter { $0.source == source.name }
      return row(source, own, stored, ownGaps, isCollected: isCollected, now: now)
    }
  }

  private mutating func row(
    _ source: WatchPlan.Source, _ files: [StoredFile], _ stored: StoredSource?, _ gaps: [StoredGap], isCollected: Bool,
    now: Timestamp
  ) -> SourceRow {
    let current = files.last { $0.state != "finished" } ?? files.last
    let path = source.isPipe ? "-" : current?.path ?? source.patterns.first ?? source.name
    var row = SourceRow(name: source.name, file: path, state: .waiting)
    row.age = stored?.lastLineAt.map { max(.zero, now - $0) }
    let open = files.filter { $0.state != "finished" }
    let lag = open.reduce(0) { $0 + $1.lagBytes }
    row.lagBytes = files.isEmpty ? nil : Int(lag)
    row.lag = SourceProjection.lag(stored, bytes: Int(lag), now: now)
    row.malformed = stored?.malformed ?? 0
    row.gaps = gaps.count
    let pace = rates.rates(
      of: source.name, lines: stored?.lines ?? 0, bytes: Int(files.reduce(0) { $0 + $1.offset }), now: now)
    row.linesPerSecond = pace?.lines
    describe(&row, stored, files, gaps)
    let total = open.reduce(0) { $0 + $1.size }
    let isBehind = stored?.watermark.map { now - $0 > .seconds(60) } ?? true
    if files.isEmpty {
      row.state = source.isPipe && row.age != nil ? .ended : .waiting
    } else if files.allSatisfy({ $0.state == "denied" || $0.state == "refused" }) {
      row.state = .denied
    } else if total > 0, isCollected, lag > 1 << 20 || lag > 1 << 16 && isBehind {
      row.state = .catchingUp
      row.progress = min(1, Double(total - lag) / Double(total))
      if let pace, pace.bytes >= 1 { row.timeLeft = .seconds(min(1e9, Double(lag) / pace.bytes)) }
    } else if let age = row.age, age > source.staleAfter {
      row.state = .stale
    } else {
      row.state = row.age == nil ? .waiting : .ok
    }
    if let watermark = stored?.watermark, let heard = stored?.lastLineAt, watermark - heard > Self.tolerableSkew {
      row.skew = watermark - heard
    }
    return row
  }

  /// How old the newest record that was read is, while there is more to read.
  static func lag(_ stored: StoredSource?, bytes: Int, now: Timestamp) -> Duration? {
    guard let seen = stored?.watermark ?? stored?.lastLineAt else { return nil }
    return bytes > 0 ? max(.zero, now - seen) : .zero
  }

  private func describe(
    _ row: inout SourceRow, _ stored: StoredSource?, _ files: [StoredFile], _ gaps: [StoredGap]
  ) {
    row.files = files.map {
      SourceRow.File(path: $0.path, state: $0.state, offset: Int($0.offset), size: Int($0.size))
    }
    row.latestGaps = gaps.suffix(Self.shownGaps).reversed().map {
      SourceRow.Gap(path: $0.path, from: Int($0.from), to: Int($0.to), reason: $0.reason, at: $0.at)
    }
    guard let stored else { return }
    row.watermark = stored.watermark
    row.format = stored.recognition
    row.notices = stored.state["notices"]?.array?.compactMap(\.string) ?? []
    func count(_ name: String) -> Int { Int(stored.state[name]?.integer ?? 0) }
    row.tally.lines = stored.lines
    row.tally.timeless = count("timeless")
    row.tally.skewed = count("skewed")
    row.tally.late = count("late")
    for (field, number) in stored.state["field_errors"]?.object?.members ?? [] {
      row.tally.fieldErrors[field] = Int(number.integer ?? 0)
    }
    row.tally.malformedPlaces = (stored.state["malformed_samples"]?.array ?? []).compactMap { sample in
      guard let path = sample["path"]?.string, let offset = sample["offset"]?.integer else { return nil }
      return "\(path) at byte \(offset), \(sample["length"]?.integer ?? 0) bytes"
    }
  }
}

/// Up to when each source's metrics are shown: to the clock's time when it lives, else to its own newest record.
struct SourceEnds {
  /// The end for sources whose clock is right.
  let common: Timestamp
  /// The latest end of all.
  let last: Timestamp
  private let own: [String: Timestamp]

  init(_ sources: [StoredSource], now: Timestamp) {
    let marks = sources.compactMap { source in source.watermark.map { (source.name, $0) } }
    // A source whose clock is ahead must not push the others' newest rows out of the picture.
    let ahead = marks.filter { $0.1 > now + .seconds(5) }
    let rest = marks.map(\.1).filter { $0 <= now + .seconds(5) }.max()
    common = rest.map { now - $0 > .seconds(900) || $0 > now ? $0 : now } ?? ahead.map(\.1).max() ?? now
    own = Dictionary(ahead, uniquingKeysWith: { max($0, $1) })
    last = max(common, ahead.map(\.1).max() ?? common)
  }

  func end(of source: String) -> Timestamp { own[source] ?? common }
}

/// How fast each source was read over the last 20 seconds of wall time.
struct SourceRates {
  private var history: [String: [(at: Timestamp, lines: Int, bytes: Int)]] = [:]

  /// Lines and bytes a second; nil before two looks two seconds apart.
  mutating func rates(of source: String, lines: Int, bytes: Int, now: Timestamp) -> (lines: Double, bytes: Double)? {
    var own = history[source] ?? []
    own.append((now, lines, bytes))
    own.removeAll { now - $0.at > .seconds(20) }
    history[source] = own
    guard let first = own.first, now - first.at >= .seconds(2) else { return nil }
    let seconds = (now - first.at).inSeconds
    return (Double(lines - first.lines) / seconds, max(0, Double(bytes - first.bytes) / seconds))
  }
}
