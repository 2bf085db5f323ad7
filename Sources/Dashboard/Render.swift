public import Domain
public import Screen

/// Draws the model at a size; the same model, size and time give the same surface. Any size from nothing upwards is
/// drawn, small ones with less on them.
public func render(_ model: Model, size: Size, now: Timestamp, glyphs: Glyphs = .unicode) -> Surface {
  var surface = Surface(size)
  let context = ViewContext(model: model, now: now, glyphs: glyphs)
  let whole = Rect(size)
  guard !whole.isEmpty else { return surface }
  if OverviewLayout.kind(size) == .oneLine {
    OneLineView(context: context).draw(on: &surface, in: whole)
  } else {
    let frame = ScreenFrame(model, size: size)
    HeaderView(context: context).draw(on: &surface, in: frame.header)
    if model.helpScroll != nil {
      HelpOverlay(context: context).draw(on: &surface, in: frame.body)
    } else {
      switch model.place {
      case .overview: OverviewScreen(context: context, size: size).draw(on: &surface, in: frame.body)
      case .incident(let number):
        IncidentScreen(context: context, number: number, size: size).draw(on: &surface, in: frame.body)
      case .board(let board): BoardScreen(context: context, board: board, size: size).draw(on: &surface, in: frame.body)
      }
    }
    if let notice = ScreenFrame.notice(model) {
      surface.writeLine(
        [TextRun(" \(glyphs.warn) \(notice)", model.snapshot.notices.isEmpty ? .focus : .warn)], in: frame.notice,
        glyphs: glyphs)
    }
    Footer(context: context).draw(on: &surface, in: frame.footer)
  }
  return glyphs.set == .ascii ? surface.inASCII() : surface
}
