import Domain
import Screen

/// Where a column moved: the gauge of every value of a label.
struct SegmentsPanel {
  var context: ViewContext
  var board: DriftBoard

  private var glyphs: Glyphs { context.glyphs }

  func draw(on surface: inout Surface, in rect: Rect) {
    let label = context.model.driftLabel
    let caption = label.map { "s: \($0) \(glyphs.dot) n" } ?? "who moved \(glyphs.dot) n"
    let body = context.title("Per segment", caption: caption, of: .segments, on: &surface, in: rect)
    let rows = board.segments.filter { label == nil || $0.label == label }
    guard !rows.isEmpty else {
      context.hint("the column's metric has no labels to tell segments apart", on: &surface, in: body)
      return
    }
    let shown = rows.count > body.height ? max(0, body.height - 1) : rows.count
    let scroll = max(0, min(context.model.scrolls[.segments] ?? 0, rows.count - shown))
    for (line, segment) in rows.dropFirst(scroll).prefix(shown).enumerated() {
      draw(segment, on: &surface, in: body.row(line))
    }
    let rest = rows.count - scroll - shown
    if rest > 0, body.height > 0 {
      surface.writeLine([TextRun("  +\(rest) more", .dim)], in: body.row(body.height - 1), glyphs: glyphs)
    }
  }

  private func draw(_ segment: DriftSegment, on surface: inout Surface, in rect: Rect) {
    let gauge = segment.gauge
    let panel = DriftPanel(context: context)
    let nameWidth = min(26, max(14, rect.width / 3))
    surface.write([panel.glyph(gauge.verdict)], x: rect.x, y: rect.y)
    surface.write(
      "\(segment.label)=\(segment.value)".truncated(toWidth: nameWidth, ellipsis: glyphs.ellipsis), x: rect.x + 2,
      y: rect.y)
    panel.gauge(gauge).draw(on: &surface, in: rect.inset(left: nameWidth + 3, right: 15), glyphs: glyphs)
    let value =
      switch gauge.verdict {
      case .tooFew, .noReference: TextRun("few", .stale)
      case .ok, .warn, .alarm:
        TextRun(
          DriftText.value(gauge), gauge.verdict == .ok ? .foreground : panel.role(gauge.verdict))
      }
    let count = gauge.count.map(NumberText.count) ?? "0"
    surface.writeLine(
      [],
      right: [
        value, TextRun(segment.hasOwnPast ? " " : "*", .dim), TextRun(count.padded(toWidth: 7, .right), .dim),
      ], in: rect.split(right: 14).right, glyphs: glyphs)
  }
}
