import Domain
import Screen

/// What was found in a run, gravest first.
struct FindingsPanel {
  var context: ViewContext
  var board: TraceBoard

  private var glyphs: Glyphs { context.glyphs }

  func draw(on surface: inout Surface, in rect: Rect) {
    let caption = "rule \(glyphs.dot) what \(glyphs.dot) where"
    let body = context.title("Findings in this run", caption: caption, of: .findings, on: &surface, in: rect)
    guard !board.findings.isEmpty else {
      let blind = board.run?.blind ?? []
      context.hint(
        blind.isEmpty
          ? "nothing was found, and every detector could see the whole run"
          : "nothing was found, but these could not see all of it: \(blind.joined(separator: ", "))",
        on: &surface, in: body)
      return
    }
    let selected = context.model.trace.finding ?? 0
    let first = max(0, min(selected - body.height + 1, board.findings.count - body.height))
    for (line, finding) in board.findings.dropFirst(max(first, context.model.scrolls[.findings] ?? 0))
      .prefix(body.height).enumerated()
    {
      draw(
        finding, isSelected: context.model.trace.finding.map { board.findings[$0] == finding } ?? false,
        on: &surface, in: body.row(line))
    }
  }

  private func draw(_ finding: TraceBoard.Finding, isSelected: Bool, on surface: inout Surface, in rect: Rect) {
    let mark = TraceText.mark(finding.mark, glyphs)
    let place =
      switch (finding.spans.first, finding.spans.last) {
      case (let first?, let last?) where first != last:
        finding.isPath
          ? "span \(first + 1) \(glyphs.arrow) \(last + 1)"
          : "spans \(finding.spans.map { $0 + 1 }.min() ?? 0)–\((finding.spans.max() ?? 0) + 1)"
      case (let only?, _): "span \(only + 1)"
      default: ""
      }
    let width = rect.width >= 100 ? 20 : 16
    var left = [
      mark, TextRun(" "),
      TextRun(finding.detector.fitted(toWidth: width, ellipsis: glyphs.ellipsis), mark.style),
      TextRun(" " + finding.detail),
    ]
    if rect.width >= 100, !finding.evidence.isEmpty { left.append(TextRun("  " + finding.evidence, .dim)) }
    surface.writeLine(left, right: [TextRun(place, .dim)], in: rect, glyphs: glyphs)
    if isSelected { surface.select(Rect(x: rect.x + 2, y: rect.y, width: width, height: 1)) }
  }
}
