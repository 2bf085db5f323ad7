import Screen

/// A board: its own screen once its data is there, until then the panel of the overview that it grows out of.
struct BoardScreen {
  var context: ViewContext
  var board: Board
  var size: Size

  func draw(on surface: inout Surface, in rect: Rect) {
    ZoomedPanel(context: context).draw(context.model.focus, on: &surface, in: rect)
  }
}
