import Screen

/// A board: its own screen once its data is there, until then the panel of the overview that it grows out of.
struct BoardScreen {
  var context: ViewContext
  var board: Board
  var size: Size

  func draw(on surface: inout Surface, in rect: Rect) {
    switch context.snapshot.board {
    case .drift(let content)? where board == .drift:
      DriftScreen(context: context, board: content, size: size).draw(on: &surface, in: rect)
    case .traces(let content)? where board == .traces:
      TraceScreen(context: context, board: content, size: size).draw(on: &surface, in: rect)
    case .assess(let content)? where board == .assess:
      AssessScreen(context: context, board: content, size: size).draw(on: &surface, in: rect)
    case .audit(let content)? where board == .audit:
      AuditScreen(context: context, board: content, size: size).draw(on: &surface, in: rect)
    default: ZoomedPanel(context: context).draw(board.mainPanel, on: &surface, in: rect)
    }
  }
}
