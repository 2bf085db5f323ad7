import Domain
import Screen

/// The newest versions side by side: the column's drift and the metrics that have limits.
struct VersionsPanel {
  var context: ViewContext
  var board: DriftBoard

  private var glyphs: Glyphs { context.glyphs }

  func draw(on surface: inout Surface, in rect: Rect) {
    let body = context.title(
      "Versions", caption: board.versions.count > 1 ? "old to new" : "", of: .versions, on: &surface, in: rect)
    guard !board.versions.isEmpty else {
      context.hint("no version is told by the data: name its field in the source's labels", on: &surface, in: body)
      return
    }
    let cell = max(8, min(14, (body.width - 18) / max(1, board.versions.count)))
    let fitting = max(1, min(board.versions.count, (body.width - 16) / cell))
    let first = board.versions.count - fitting
    func place(_ index: Int) -> Int { body.maxX - (fitting - index) * cell }
    for (index, version) in board.versions[first...].enumerated() {
      let isNow = first + index == board.versions.count - 1
      surface.write(
        version.truncated(toWidth: cell - 1, ellipsis: glyphs.ellipsis), endingAt: place(index) + cell, y: body.y,
        style: Style(isNow ? .deploy : .dim), maxWidth: cell - 1, ellipsis: glyphs.ellipsis)
    }
    let scroll = context.model.scrolls[.versions] ?? 0
    for (line, comparison) in board.comparisons.dropFirst(scroll).prefix(max(0, body.height - 1)).enumerated() {
      let y = body.y + line + 1
      surface.write(
        comparison.title.truncated(toWidth: max(4, place(0) - body.x - 1), ellipsis: glyphs.ellipsis), x: body.x, y: y)
      for (index, figure) in comparison.cells.dropFirst(first).prefix(fitting).enumerated() {
        draw(figure, endingAt: place(index) + cell, width: cell - 1, y: y, on: &surface)
      }
    }
  }

  private func draw(
    _ figure: VersionComparison.Cell, endingAt end: Int, width: Int, y: Int, on surface: inout Surface
  ) {
    if let missing = figure.missingRows {
      surface.write(
        "needs \(NumberText.compact(Double(missing)))", endingAt: end, y: y, style: Style(.stale), maxWidth: width,
        ellipsis: glyphs.ellipsis)
      return
    }
    let (mark, role): (String, Role) =
      switch figure.health {
      case .alarm: (" \(glyphs.alarm)", .alarm)
      case .warn: (" \(glyphs.warn)", .warn)
      case .ok, .stale, .tooFew: ("", .foreground)
      }
    surface.write(
      (figure.text ?? glyphs.none) + mark, endingAt: end, y: y, style: Style(role), maxWidth: width,
      ellipsis: glyphs.ellipsis)
  }
}
