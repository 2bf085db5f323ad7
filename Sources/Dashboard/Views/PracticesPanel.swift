import Domain
import Screen

/// How the five practices stand, one sentence each.
struct PracticesPanel {
  var context: ViewContext

  func draw(on surface: inout Surface, in rect: Rect) {
    let body = context.title("Practices", caption: "how each of them stands", of: .practices, on: &surface, in: rect)
    drawRows(on: &surface, in: body)
  }

  /// The rows without a title.
  func drawRows(on surface: inout Surface, in rect: Rect) {
    let header = HeaderView(context: context)
    if context.snapshot.practices.isEmpty {
      context.hint("nothing is known about the practices yet", on: &surface, in: rect)
    }
    for (line, row) in context.snapshot.practices.prefix(max(0, rect.height)).enumerated() {
      let isQuiet = row.mark == .ok
      surface.writeLine(
        [
          header.mark(row.mark), TextRun(" PM-\(row.number) \(row.title)".padded(toWidth: 16) + "  ", .dim),
          TextRun(row.sentence, isQuiet ? .dim : .foreground),
        ], in: rect.row(line), glyphs: context.glyphs)
    }
  }
}
