import Domain
import Screen

/// One span in full; its texts wrapped, and safe to draw.
struct SpanDetailPanel {
  var context: ViewContext
  var board: TraceBoard

  func draw(on surface: inout Surface, in rect: Rect) {
    let index = context.model.trace.span
    guard board.spans.indices.contains(index) else {
      let body = context.title("Span", of: .spanDetail, on: &surface, in: rect)
      context.hint("no span is selected", on: &surface, in: body)
      return
    }
    let row = board.spans[index]
    let body = context.title(
      "Span \(index + 1) \(row.name)".truncated(toWidth: max(8, rect.width - 14), ellipsis: context.glyphs.ellipsis),
      caption: "y copy", of: .spanDetail, on: &surface, in: rect)
    let lines = SpanDetailPanel.lines(row, width: body.width)
    let scroll = max(0, min(context.model.scrolls[.spanDetail] ?? 0, lines.count - 1))
    for (line, runs) in lines.dropFirst(scroll).prefix(body.height).enumerated() {
      surface.writeLine(runs, in: body.row(line), glyphs: context.glyphs)
    }
  }

  /// The fields as lines.
  static func lines(_ row: TraceSpanRow, width: Int) -> [[TextRun]] { FieldLines.lines(row.details, width: width) }
}
