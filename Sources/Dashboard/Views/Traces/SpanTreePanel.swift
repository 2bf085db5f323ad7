import Domain
import Screen

/// A run's spans: the tree at the left, the time they took at the right, on one line each.
struct SpanTreePanel {
  var context: ViewContext
  var board: TraceBoard

  private var model: Model { context.model }
  private var glyphs: Glyphs { context.glyphs }

  func draw(on surface: inout Surface, in rect: Rect) {
    let total = board.run?.duration ?? .zero
    let isTimeless = board.run?.isTimeless ?? false
    let caption =
      (isTimeless ? "no times" : "0 s \(glyphs.ellipsis) \(TraceText.duration(total))") + "   f next finding"
    let body = context.title("Spans", caption: caption, of: .spans, on: &surface, in: rect)
    guard !board.spans.isEmpty else {
      context.hint(
        "the run's spans are no longer kept: the newest 200 000 of all runs are; leeway traces FILE reads them again",
        on: &surface, in: body)
      return
    }
    let lost = (board.run?.spans ?? 0) - board.spans.count
    let (rows, last) = lost > 0 ? body.split(bottom: 1) : (body, body.rows(from: 0, count: 0))
    let path = taintPath
    for (line, index) in model.trace.window(height: rows.height, in: board.spans).enumerated() {
      draw(index, path, total: total, isTimeless: isTimeless, on: &surface, in: rows.row(line))
    }
    if lost > 0 {
      surface.writeLine(
        [TextRun("  not kept of this run: \(NumberText.count(lost)) spans", .stale)], in: last, glyphs: glyphs)
    }
  }

  /// From where to where something tainted went, by the finding that is selected, else by the gravest.
  private var taintPath: (from: Int, to: Int)? {
    let chosen = model.trace.finding.flatMap { board.findings.indices.contains($0) ? board.findings[$0] : nil }
    let finding = chosen?.isPath == true ? chosen : chosen == nil ? board.findings.first { $0.isPath } : nil
    guard let finding, let from = finding.spans.min(), let to = finding.spans.max(), from < to else { return nil }
    return (from, to)
  }

  private func draw(
    _ index: Int, _ path: (from: Int, to: Int)?, total: Duration, isTimeless: Bool, on surface: inout Surface,
    in rect: Rect
  ) {
    let row = board.spans[index]
    let durationWidth = 9
    let totalsWidth = rect.width >= 76 ? 17 : 0
    let nameWidth = max(16, min(56, (rect.width - durationWidth - totalsWidth) * 55 / 100))
    let mark =
      row.mark.map { TraceText.mark($0, glyphs) } ?? (row.isError ? TextRun(glyphs.cross, .error) : TextRun(" "))
    surface.write([mark], x: rect.x, y: rect.y)
    if let path, index >= path.from, index <= path.to {
      let line = index == path.from ? glyphs.pathStart : index == path.to ? glyphs.pathEnd : glyphs.pathLine
      surface.write(line, x: rect.x + 1, y: rect.y, style: Style(.alarm))
    }
    let indent = min(row.depth * 2, nameWidth / 2)
    let name = TextRun(title(row), row.mark != nil || row.isError ? mark.style : Style(.foreground))
    let width = nameWidth - 3 - indent
    surface.write(
      [
        TextRun(handle(row) + " ", .dim),
        TextRun(name.text.truncated(toWidth: width, ellipsis: glyphs.ellipsis), name.style),
      ],
      x: rect.x + 3 + indent, y: rect.y)
    if index == model.trace.span, context.isFocused(.spans) {
      surface.select(Rect(x: rect.x + 3 + indent, y: rect.y, width: max(1, width), height: 1))
    }
    var right = rect
    if !isTimeless {
      let text = row.duration.map(TraceText.duration) ?? "open"
      surface.write(
        text, endingAt: right.maxX - totalsWidth, y: rect.y, style: Style(row.duration == nil ? .stale : .foreground),
        maxWidth: durationWidth, ellipsis: glyphs.ellipsis)
      drawBar(
        row, total: total, on: &surface,
        in: rect.inset(left: nameWidth + 3, right: durationWidth + totalsWidth + 1))
    }
    if totalsWidth > 0 {
      right = rect.split(right: totalsWidth).right
      let tokens = row.tokens.map { NumberText.compact(Double($0)) } ?? ""
      let cost = row.costUSD.map { "$" + NumberText.plain($0) } ?? ""
      surface.writeLine(
        [], right: [TextRun(tokens.padded(toWidth: 8, .right) + cost.padded(toWidth: 9, .right), .dim)], in: right,
        glyphs: glyphs)
    }
  }

  private func handle(_ row: TraceSpanRow) -> String {
    if row.repeats > 1, !model.trace.unfolded.contains(row.id) { return glyphs.selected }
    if row.below == 0 { return glyphs.ok }
    return model.trace.folded.contains(row.id) ? glyphs.selected : glyphs.unfolded
  }

  private func title(_ row: TraceSpanRow) -> String {
    var text = row.kind == .other ? row.name : "\(row.kind.rawValue) \(row.name)"
    if row.repeats > 1, !model.trace.unfolded.contains(row.id) { text += " x\(row.repeats)" }
    if model.trace.folded.contains(row.id) { text += " (+\(row.below))" }
    if let arguments = row.details.first(where: { $0.name == "arguments" })?.text { text += " \(arguments)" }
    return text
  }

  private func drawBar(_ row: TraceSpanRow, total: Duration, on surface: inout Surface, in rect: Rect) {
    guard rect.width > 0, total > .zero else { return }
    let width = Double(rect.width)
    let start = max(0, min(1, row.offset / total))
    let share = max(0, min(1 - start, (row.duration ?? total - row.offset) / total))
    let first = min(rect.width - 1, Int((start * width).rounded(.down)))
    let cells = max(1, min(rect.width - first, Int((share * width).rounded())))
    let role: Role = row.isError ? .error : row.mark.map { $0 >= .warn } == true ? .warn : .sparkTechnical
    let style = Style(row.isCritical || role != .sparkTechnical ? role : .dim)
    let glyph = row.below > 0 ? glyphs.gaugeFull : row.isCritical ? glyphs.barFull : glyphs.barLight
    for cell in 0..<cells { surface.write(glyph, x: rect.x + first + cell, y: rect.y, style: style) }
  }
}
