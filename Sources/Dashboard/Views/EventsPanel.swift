import Domain
import Screen

/// What happened lately, newest first.
struct EventsPanel {
  var context: ViewContext

  private var glyphs: Glyphs { context.glyphs }

  func draw(on surface: inout Surface, in rect: Rect) {
    let body = context.title("Events", caption: "newest first", of: .events, on: &surface, in: rect)
    let rows = context.model.eventRows
    guard !rows.isEmpty else {
      context.hint(
        context.model.filters[.events] != nil
          ? "no event matches the filter (esc drops it)" : "nothing has happened yet",
        on: &surface, in: body)
      return
    }
    let cursor = context.cursor(.events)
    for (line, index) in context.window(rows.count, height: body.height, cursor: cursor).enumerated() {
      let row = rows[index]
      let place = body.row(line)
      surface.writeLine(
        [
          TextRun(TimeText.seconds(row.at) + " ", .dim),
          TextRun(row.kind.fitted(toWidth: 6, ellipsis: glyphs.ellipsis) + " ", row.kind == "op" ? .focus : .dim),
          TextRun(row.text, EventsPanel.role(row.kind, row.severity)),
        ], in: place, glyphs: glyphs)
      if index == cursor { surface.select(Rect(x: place.x, y: place.y, width: 8, height: 1)) }
    }
  }

  /// The newest event, for a small terminal.
  func drawTiny(on surface: inout Surface, in rect: Rect) {
    for (line, row) in context.model.eventRows.prefix(max(0, rect.height)).enumerated() {
      surface.writeLine(
        [TextRun(TimeText.seconds(row.at) + " ", .dim), TextRun(row.text, EventsPanel.role(row.kind, row.severity))],
        in: rect.row(line), glyphs: glyphs)
    }
  }

  static func role(_ kind: String, _ severity: Severity?) -> Role {
    switch severity {
    case .alarm: .alarm
    case .warn: .warn
    case .notice, nil: kind == "deploy" ? .deploy : kind == "src" ? .stale : .foreground
    }
  }
}
