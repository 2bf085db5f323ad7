import Domain
import Screen

/// The runs, newest first, a line each.
struct RunListPanel {
  var context: ViewContext

  private var glyphs: Glyphs { context.glyphs }
  /// Nearly every trace lacks something; this many detectors that cannot see are worth a word.
  private static let mostlyBlind = 8

  func draw(on surface: inout Surface, in rect: Rect) {
    let rows = context.model.runRows
    let flagged = rows.count { $0.mark > .open }
    let body = context.title(
      "Runs", caption: "\(rows.count) newest first \(glyphs.dot) \(flagged) with findings", of: .runs, on: &surface,
      in: rect)
    guard !rows.isEmpty else {
      context.hint(
        context.model.filters[.runs] != nil
          ? "no run matches the filter (esc drops it)"
          : "no agent traces yet: name a file of spans as a source (leeway sniff says which formats are read)",
        on: &surface, in: body)
      return
    }
    let cursor = context.cursor(.runs)
    for (line, index) in context.window(rows.count, height: body.height, cursor: cursor).enumerated() {
      let place = body.row(line)
      draw(rows[index], on: &surface, in: place)
      if index == cursor { surface.select(Rect(x: place.x + 1, y: place.y, width: 9, height: 1)) }
    }
  }

  private func draw(_ run: TraceBoard.Run, on surface: inout Surface, in rect: Rect) {
    let isWide = rect.width >= 100
    let mark = TraceText.mark(run.mark, glyphs)
    let agent = (run.agent ?? "unknown").fitted(toWidth: isWide ? 20 : 14, ellipsis: glyphs.ellipsis)
    var left = [mark, TextRun(" "), TextRun(run.isTimeless ? "no times" : TimeText.seconds(run.start), .dim)]
    left.append(TextRun("  \(agent) "))
    if isWide {
      left.append(TextRun((run.version ?? "").fitted(toWidth: 10, ellipsis: glyphs.ellipsis) + " ", .deploy))
    }
    left.append(TextRun(run.id.fitted(toWidth: isWide ? 28 : 17, ellipsis: glyphs.ellipsis), .dim))
    if let finding = run.finding { left.append(TextRun("  " + finding, mark.style)) }
    if run.finding == nil, run.blind.count >= RunListPanel.mostlyBlind {
      left.append(TextRun("  blind: \(run.blind.count) detectors", .stale))
    }
    let duration = run.isTimeless ? "" : run.isEnded ? TraceText.duration(run.duration) : "open"
    var right = [TextRun("\(NumberText.compact(Double(run.steps))) steps".padded(toWidth: 11, .right), .dim)]
    right.append(TextRun(duration.padded(toWidth: 9, .right)))
    if isWide {
      let tokens = run.tokens.map { NumberText.compact(Double($0)) + " tok" } ?? ""
      let cost = run.costUSD.map { "$" + NumberText.plain($0) } ?? ""
      right.append(TextRun(tokens.padded(toWidth: 11, .right) + cost.padded(toWidth: 9, .right), .dim))
    }
    surface.writeLine(left, right: right, in: rect, glyphs: glyphs)
  }
}
