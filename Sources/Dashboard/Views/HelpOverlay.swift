import Screen

/// Every key and what it does.
struct HelpOverlay {
  var context: ViewContext

  func draw(on surface: inout Surface, in rect: Rect) {
    let body = context.title("Keys", caption: "any other key closes this", on: &surface, in: rect)
    let columns = body.width >= 110 ? 2 : 1
    let perColumn = (KeyList.all.count + columns - 1) / columns
    let scroll = max(0, min(context.model.helpScroll ?? 0, perColumn - body.height))
    for column in 0..<columns {
      let place = body.columns(from: column * (body.width / columns), count: body.width / columns - 1)
      let entries = KeyList.all.dropFirst(column * perColumn).prefix(perColumn)
      for (line, entry) in entries.dropFirst(scroll).prefix(body.height).enumerated() {
        surface.writeLine(
          [TextRun(" " + entry.keys.padded(toWidth: 15), .key), TextRun(entry.text)], in: place.row(line),
          glyphs: context.glyphs)
      }
    }
    var y = perColumn + 1
    for notice in context.snapshot.notices where y < body.height {
      surface.writeLine([TextRun(" \(context.glyphs.warn) \(notice)", .warn)], in: body.row(y), glyphs: context.glyphs)
      y += 1
    }
  }
}
