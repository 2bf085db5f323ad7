import Domain
import Screen

/// Drift gauges: how far each column is on its way to its limits.
struct DriftPanel {
  var context: ViewContext

  private var glyphs: Glyphs { context.glyphs }

  func draw(on surface: inout Surface, in rect: Rect) {
    let body = context.title(title, caption: caption(rect.width), of: .drift, on: &surface, in: rect)
    let rows = context.model.driftRows
    guard !rows.isEmpty else {
      context.hint(emptyText, on: &surface, in: body)
      return
    }
    let cursor = context.cursor(.drift)
    for (line, index) in context.window(rows.count, height: body.height, cursor: cursor).enumerated() {
      let place = body.row(line)
      draw(rows[index], on: &surface, in: place)
      if index == cursor { surface.select(Rect(x: place.x + 1, y: place.y, width: 15, height: 1)) }
    }
  }

  private var emptyText: String {
    context.model.filters[.drift] != nil
      ? "no column matches the filter (esc drops it)"
      : "no drift watched: give a metric drift: { reference: NAME }, after leeway baseline capture"
  }

  var title: String {
    guard let version = context.snapshot.version else { return "2 Drift vs reference" }
    return "2 Drift \(version.name.truncated(toWidth: 12, ellipsis: glyphs.ellipsis)) vs ref"
  }

  private func caption(_ width: Int) -> String {
    width >= 50 ? "\(glyphs.limitWarn) warn \(glyphs.limitAlarm) alarm" : ""
  }

  private func draw(_ row: DriftRow, on surface: inout Surface, in rect: Rect) {
    surface.write([glyph(row.verdict)], x: rect.x, y: rect.y)
    surface.write(
      row.title.truncated(toWidth: min(13, max(0, rect.width - 2)), ellipsis: glyphs.ellipsis), x: rect.x + 2, y: rect.y
    )
    gauge(row).draw(on: &surface, in: rect.inset(left: 16, right: 16), glyphs: glyphs)
    surface.writeLine([], right: reading(row), in: rect.split(right: 15).right, glyphs: glyphs)
  }

  /// Statistic, value and word, or why there are none; 15 columns.
  func reading(_ row: DriftRow) -> [TextRun] {
    switch row.verdict {
    case .noReference: return [TextRun("no reference", .stale)]
    case .tooFew:
      let counts = (row.count.map(NumberText.count) ?? "0") + (row.needed.map { "/\(NumberText.count($0))" } ?? "")
      return [TextRun("few n=\(counts)".truncated(toWidth: 15, ellipsis: glyphs.ellipsis), .stale)]
    case .ok, .warn, .alarm:
      let style = Style(row.verdict == .ok ? .foreground : role(row.verdict))
      let statistic = row.statistic.fitted(toWidth: 5, .right, ellipsis: glyphs.ellipsis)
      return [
        TextRun(statistic + " ", .dim), TextRun(DriftText.value(row).padded(toWidth: 4, .right), style),
        TextRun(" " + DriftText.word(row.verdict).padded(toWidth: 4), row.verdict == .ok ? Style(.dim) : style),
      ]
    }
  }

  func gauge(_ row: DriftRow, withBand: Bool = false) -> Gauge {
    let known = row.verdict != .tooFew && row.verdict != .noReference
    let alarm = row.alarm.isFinite && row.alarm > 0 ? row.alarm : 0.25
    return Gauge(
      value: known ? row.value : nil, low: known && withBand ? row.low : nil, high: known && withBand ? row.high : nil,
      warn: row.warn, alarm: row.alarm, maximum: max(alarm * 1.65, known ? min(row.value ?? 0, alarm * 4) : 0),
      style: Style(row.verdict == .ok ? .sparkTechnical : role(row.verdict)))
  }

  func glyph(_ verdict: DriftRow.Verdict) -> TextRun {
    switch verdict {
    case .ok: TextRun(glyphs.ok, .dim)
    case .warn: TextRun(glyphs.warn, .warn)
    case .alarm: TextRun(glyphs.alarm, .alarm)
    case .tooFew, .noReference: TextRun(glyphs.stale, .stale)
    }
  }

  func role(_ verdict: DriftRow.Verdict) -> Role {
    switch verdict {
    case .ok: .dim
    case .warn: .warn
    case .alarm: .alarm
    case .tooFew, .noReference: .stale
    }
  }
}
