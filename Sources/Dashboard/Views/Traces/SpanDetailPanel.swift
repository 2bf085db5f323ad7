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

  private static let nameWidth = 12

  /// The fields as lines: the name once, the text wrapped beside it.
  static func lines(_ row: TraceSpanRow, width: Int) -> [[TextRun]] {
    let room = max(8, width - nameWidth - 1)
    return row.details.flatMap { detail -> [[TextRun]] in
      let isBad = detail.name == "error"
      return wrapped(detail.text, room).enumerated().map { index, text in
        [
          TextRun((index == 0 ? detail.name : "").padded(toWidth: nameWidth) + " ", .dim),
          TextRun(text, isBad ? .error : .foreground),
        ]
      }
    }
  }

  /// Breaks at blanks where there are any, and anywhere in long words: arguments often have none.
  private static func wrapped(_ text: String, _ width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: true) {
      var word = Substring(word)
      if !line.isEmpty, line.count + 1 + word.count <= width {
        line += " " + word
        continue
      }
      if !line.isEmpty { lines.append(line) }
      while word.count > width {
        lines.append(String(word.prefix(width)))
        word = word.dropFirst(width)
      }
      line = String(word)
    }
    if !line.isEmpty { lines.append(line) }
    return lines.isEmpty ? [""] : lines
  }
}
