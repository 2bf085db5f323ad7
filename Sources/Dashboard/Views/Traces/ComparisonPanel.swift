import Domain
import Screen

/// The steps of two runs side by side; where they first part is marked.
struct ComparisonPanel {
  var context: ViewContext
  var board: TraceBoard

  private var glyphs: Glyphs { context.glyphs }

  func draw(on surface: inout Surface, in rect: Rect) {
    let first = board.pairs.firstIndex { $0.left != $0.right }
    let caption = first.map { "they part at step \($0 + 1)" } ?? "the same steps"
    let body = context.title("Side by side", caption: caption, of: .comparison, on: &surface, in: rect)
    guard let other = board.other, let run = board.run else {
      context.hint("loading the marked run, or it is no longer kept", on: &surface, in: body)
      return
    }
    let halves = body.split(left: (body.width - 5) / 2, gap: 5)
    name(run, on: &surface, in: halves.left.row(0))
    name(other, on: &surface, in: halves.right.row(0))
    let height = max(0, body.height - 1)
    let resting = max(0, (first ?? 0) - height / 2)
    let scroll = max(0, min(context.model.scrolls[.comparison] ?? resting, board.pairs.count - height))
    for (line, pair) in board.pairs.dropFirst(scroll).prefix(height).enumerated() {
      let y = line + 1
      let isSame = pair.left == pair.right
      let style = Style(isSame ? .dim : .warn)
      write(pair.left, style, on: &surface, in: halves.left.row(y))
      write(pair.right, style, on: &surface, in: halves.right.row(y))
      let sign =
        scroll + line == first
        ? " \(glyphs.warn)\(glyphs.warn) "
        : isSame ? "  = " : pair.left == nil ? "  + " : pair.right == nil ? "  - " : "  ~ "
      surface.write(sign, x: halves.left.maxX, y: body.y + y, style: style)
    }
  }

  private func name(_ run: TraceBoard.Run, on surface: inout Surface, in rect: Rect) {
    surface.writeLine(
      [TextRun(run.id, .title), TextRun("  \(run.agent ?? "") \(run.version ?? "")", .dim)], in: rect, glyphs: glyphs)
  }

  private func write(_ text: String?, _ style: Style, on surface: inout Surface, in rect: Rect) {
    surface.writeLine([TextRun(text ?? "", style)], in: rect, glyphs: glyphs)
  }
}
