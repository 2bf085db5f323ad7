import Domain
import Screen

/// How the five practices stand, one sentence each.
struct PracticesPanel {
  var context: ViewContext

  func draw(on surface: inout Surface, in rect: Rect) {
    let body = context.title("Practices", caption: "how each of them stands", of: .practices, on: &surface, in: rect)
    drawRows(on: &surface, in: body)
  }

  /// What each practice asks for, below how it stands; for the panel at full size.
  func drawConditions(on surface: inout Surface, in rect: Rect) {
    let header = HeaderView(context: context)
    let glyphs = context.glyphs
    var lines: [[TextRun]] = []
    for row in context.snapshot.practices {
      lines.append([
        header.mark(row.mark), TextRun(" PM-\(row.number) \(row.title)".padded(toWidth: 16) + "  ", .title),
        TextRun(row.sentence),
      ])
      guard let conditions = PracticeConditions.of(row.number) else { continue }
      for (mark, text) in [
        (PracticeRow.Mark.ok, conditions.ok), (.warn, conditions.warn), (.alarm, conditions.alarm),
        (.unknown, conditions.unknown),
      ] {
        let style = Style(mark == row.mark ? .foreground : .dim)
        lines.append([
          TextRun(mark == row.mark ? "  \(glyphs.selected) " : "    ", .focus), header.mark(mark),
          TextRun(" " + text, style),
        ])
      }
      lines.append([])
    }
    for (index, runs) in lines.dropFirst(context.model.scrolls[.practices] ?? 0).prefix(rect.height).enumerated() {
      surface.writeLine(runs, in: rect.row(index), glyphs: glyphs)
    }
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
