import Domain
import Screen

/// The two top rows, the same on every screen: is it on fire, can I trust what I see, what changed.
struct HeaderView {
  var context: ViewContext

  private var snapshot: Snapshot { context.snapshot }
  private var glyphs: Glyphs { context.glyphs }

  func draw(on surface: inout Surface, in rect: Rect) {
    guard !rect.isEmpty else { return }
    rect.width >= 72 ? drawStatus(on: &surface, in: rect.row(0)) : drawShortStatus(on: &surface, in: rect.row(0))
    if rect.height > 1 { drawTabs(on: &surface, in: rect.row(1)) }
  }

  /// `LIVE`, or a shout that it is not.
  private func clock(width: Int) -> [TextRun] {
    if let frozenAt = context.model.frozenAt {
      let time = width >= 100 ? TimeText.seconds(frozenAt) : TimeText.minutes(frozenAt)
      return [TextRun(" \(glyphs.warn) FROZEN \(time)Z ", .badgeWarn, .reverse), TextRun(" ")]
    }
    let time = width >= 100 ? TimeText.seconds(context.now) : TimeText.minutes(context.now)
    let word = snapshot.collecting == .readOnly ? "LIVE r/o" : "LIVE"
    guard let warning = staleness(width: width) else { return [TextRun("\(time)Z \(word) ", .title)] }
    return [TextRun("\(time)Z ", .title), TextRun(" \(glyphs.warn) \(warning) ", .badgeWarn, .reverse), TextRun(" ")]
  }

  /// Why what is shown is not live: nobody collects, or no source has said anything for long; nil when it is.
  private func staleness(width: Int) -> String? {
    let old = snapshot.dataAge.map { "OLD \($0.short)" }
    guard snapshot.isCollected else { return width >= 100 ? "NOT COLLECTING" : old ?? "NOT COLLECTING" }
    let isAlive = snapshot.sources.contains { $0.state == .ok || $0.state == .catchingUp }
    guard let age = snapshot.dataAge, age >= .seconds(180), !isAlive else { return nil }
    return old
  }

  /// The severities, worst first, each with glyph, word and colour.
  var counts: [TextRun] {
    let counts = snapshot.counts
    var runs: [TextRun] = []
    if counts.alarm > 0 {
      runs += [TextRun("\(glyphs.alarm) ALARM \(counts.alarm)", .badgeAlarm), TextRun(" ")]
    }
    if counts.warn > 0 { runs += [TextRun("\(glyphs.warn) WARN \(counts.warn)", .warn), TextRun(" ")] }
    if counts.notice > 0 { runs += [TextRun("\(glyphs.dot) NOTE \(counts.notice)", .focus), TextRun(" ")] }
    runs += [TextRun("\(glyphs.ok) ok \(counts.ok)", .dim)]
    if counts.stale > 0 { runs += [TextRun(" "), TextRun("\(glyphs.stale) stale \(counts.stale)", .stale)] }
    return runs
  }

  private func drawStatus(on surface: inout Surface, in rect: Rect) {
    let right = clock(width: rect.width)
    let rightWidth = right.reduce(0) { $0 + DisplayWidth.of($1.text) }
    let room = rect.width - rightWidth
    let countsWidth = counts.reduce(0) { $0 + DisplayWidth.of($1.text) }
    let name = snapshot.service.truncated(toWidth: max(6, min(40, room - countsWidth - 12)), ellipsis: glyphs.ellipsis)
    var left = [
      TextRun(" leeway ", .header, .reverse), TextRun(" ", .foreground), TextRun(name, .title), TextRun("  "),
    ]
    left += counts
    var width = left.reduce(0) { $0 + DisplayWidth.of($1.text) }
    for (index, group) in [freshness, version].enumerated() where !group.isEmpty {
      let separator = index == 0 ? "  \(glyphs.bar) " : " \(glyphs.bar) "
      let needed = DisplayWidth.of(separator) + group.reduce(0) { $0 + DisplayWidth.of($1.text) }
      if width + needed < room {
        left += [TextRun(separator, .dim)] + group
        width += needed
      }
    }
    surface.writeLine(left, right: right, in: rect, glyphs: glyphs)
  }

  private var freshness: [TextRun] {
    var runs: [TextRun] = []
    if let age = snapshot.dataAge {
      runs = [TextRun("data \(TimeText.spaced(age)) old", age >= .seconds(60) ? .warn : .foreground)]
    } else {
      runs = [TextRun("no data yet", .stale)]
    }
    if !snapshot.sources.isEmpty {
      let good = snapshot.sources.count { $0.state == .ok }
      let all = snapshot.sources.count
      runs += [TextRun(" "), TextRun("\(good)/\(all) sources", good < all ? .warn : .dim)]
    }
    return runs
  }

  private var version: [TextRun] {
    guard let version = snapshot.version else { return [] }
    let name = version.name.truncated(toWidth: 20, ellipsis: glyphs.ellipsis)
    return [TextRun("\(name) \(TimeText.age(of: version.since, at: context.now))", .deploy)]
  }

  private func drawShortStatus(on surface: inout Surface, in rect: Rect) {
    let counts = snapshot.counts
    var left = [TextRun(" leeway ", .header, .reverse), TextRun(" ")]
    if counts.alarm > 0 { left += [TextRun("\(glyphs.alarm) ALARM \(counts.alarm)", .badgeAlarm), TextRun(" ")] }
    if counts.warn > 0 { left += [TextRun("\(glyphs.warn) \(counts.warn)", .warn), TextRun(" ")] }
    if counts.stale > 0 { left += [TextRun("\(glyphs.stale)\(counts.stale)", .stale), TextRun(" ")] }
    if counts.alarm + counts.warn == 0 { left += [TextRun("\(glyphs.ok) ok \(counts.ok)", .dim)] }
    var right = [TextRun(TimeText.minutes(context.now) + "Z", .title)]
    if let warning = staleness(width: rect.width) {
      right = [TextRun("\(glyphs.warn)\(warning)", .badgeWarn, .reverse)]
    }
    if context.model.isFrozen { right = [TextRun("\(glyphs.warn)FROZEN", .badgeWarn, .reverse)] }
    surface.writeLine(left, right: right, in: rect, glyphs: glyphs)
  }

  // MARK: - Tabs and practices

  private func drawTabs(on surface: inout Surface, in rect: Rect) {
    let short = rect.width < 100
    let tabs: [(String, String, Bool)] = [
      ("1", short ? "Over" : "Overview", isOverview), tab(.drift, short),
      ("3", short ? "Incid" : "Incidents", isQueue), tab(.traces, short), tab(.assess, short), tab(.audit, short),
    ]
    var runs: [TextRun] = []
    for (key, name, active) in tabs {
      runs +=
        active
        ? [TextRun(" \(key) \(name) ", .header, .reverse)]
        : [TextRun(" "), TextRun(key, .key), TextRun(" \(name) ", .dim)]
    }
    surface.writeLine(runs, right: practices(width: rect.width), in: rect, glyphs: glyphs)
  }

  private func tab(_ board: Board, _ isShort: Bool) -> (String, String, Bool) {
    (String(board.key), board.title(isShort: isShort), context.model.place == .board(board))
  }

  private var isOverview: Bool { context.model.place == .overview && context.model.overviewZoom != .incidents }

  private var isQueue: Bool {
    if case .incident = context.model.place { return true }
    return context.model.place == .overview && context.model.overviewZoom == .incidents
  }

  private func practices(width: Int) -> [TextRun] {
    var runs: [TextRun] = []
    for practice in snapshot.practices.prefix(5) {
      let mark = mark(practice.mark)
      if width >= 160 {
        runs += [mark, TextRun(" PM-\(practice.number) \(practice.title)  ", .dim)]
      } else {
        runs += [TextRun("P\(practice.number)", .dim), mark, TextRun(" ")]
      }
    }
    return runs
  }

  func mark(_ mark: PracticeRow.Mark) -> TextRun {
    switch mark {
    case .ok: TextRun(glyphs.check, .dim)
    case .warn: TextRun(glyphs.warn, .warn)
    case .alarm: TextRun(glyphs.alarm, .alarm)
    case .unknown: TextRun(glyphs.stale, .stale)
    }
  }
}
