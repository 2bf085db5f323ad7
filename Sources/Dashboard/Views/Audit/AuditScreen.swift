import Domain
import Screen

/// Who did what, and whether the record of it holds.
struct AuditScreen {
  var context: ViewContext
  var board: AuditBoard
  var size: Size

  private var model: Model { context.model }
  private var glyphs: Glyphs { context.glyphs }

  func draw(on surface: inout Surface, in rect: Rect) {
    drawChain(on: &surface, in: rect.row(0))
    let body = rect.split(top: 1).bottom
    if let zoom = model.zoom {
      draw(zoom, on: &surface, in: body)
      return
    }
    let layout = AuditLayout(size: size, body: body, activity: board.activity.count)
    for panel in layout.order {
      if let frame = layout.frames[panel] { draw(panel, on: &surface, in: frame) }
    }
  }

  private func draw(_ panel: Panel, on surface: inout Surface, in rect: Rect) {
    switch panel {
    case .journal: drawJournal(on: &surface, in: rect)
    case .entry: drawEntry(on: &surface, in: rect)
    case .activity: drawActivity(on: &surface, in: rect)
    case .practices: PracticesPanel(context: context).draw(on: &surface, in: rect)
    default: ZoomedPanel(context: context).draw(panel, on: &surface, in: rect)
    }
  }

  /// Whether the chain holds, how far it was checked, and the words that commit to all of it.
  private func drawChain(on surface: inout Surface, in rect: Rect) {
    let chain = board.chain
    let entries = NumberText.count(chain.entries)
    var left: [TextRun]
    if let problem = chain.problem {
      left = [TextRun(" \(glyphs.alarm) chain BROKEN ", .badgeAlarm), TextRun(" \(problem)", .alarm)]
    } else if chain.checked < chain.entries {
      left = [
        TextRun(" \(glyphs.stale) ", .stale),
        TextRun("checked \(NumberText.count(chain.checked)) of \(entries) entries so far"),
      ]
    } else {
      left = [TextRun(" \(glyphs.check) chain ok ", .ok), TextRun("\(entries) entries", .title)]
      left.append(TextRun("  head \(chain.head.prefix(8))\(glyphs.ellipsis)", .dim))
      if size.columns >= 150 { left.append(TextRun("  \(glyphs.bar) \(chain.words)", .dim)) }
    }
    var right: [TextRun] = []
    if let checkpoint = chain.checkpoint {
      let since = chain.entries - checkpoint.size
      let age = TimeText.age(of: checkpoint.at, at: context.now)
      right = [TextRun("checkpoint \(age) ago, \(NumberText.count(since)) entries since ", .dim)]
    } else {
      right = [TextRun("no checkpoint yet: leeway audit checkpoint ", .warn)]
    }
    surface.writeLine(left, right: right, in: rect, glyphs: glyphs)
  }

  private func drawJournal(on surface: inout Surface, in rect: Rect) {
    let rows = model.auditRows
    let body = context.title("Journal", caption: "newest first", of: .journal, on: &surface, in: rect)
    guard !rows.isEmpty else {
      context.hint(
        model.filters[.journal] != nil
          ? "no entry of this stretch matches the filter (esc drops it); leeway audit log searches all"
          : "the journal is empty", on: &surface, in: body)
      return
    }
    let cursor = model.cursorIndex(.journal)
    let number = String(board.chain.entries).count
    for (line, index) in context.window(rows.count, height: body.height, cursor: cursor).enumerated() {
      let row = rows[index]
      let place = body.row(line)
      let wide = place.width >= 90
      let role: Role = row.isRefused ? .warn : row.isPerson ? .focus : .foreground
      surface.writeLine(
        [
          TextRun(String(row.sequence).padded(toWidth: number, .right) + " ", .dim),
          TextRun(TimeText.seconds(row.at) + " ", .dim),
          TextRun(
            row.actor.fitted(toWidth: wide ? 12 : 8, ellipsis: glyphs.ellipsis) + " ", row.isPerson ? .focus : .dim),
          TextRun(row.act.fitted(toWidth: wide ? 20 : 16, ellipsis: glyphs.ellipsis) + " ", Style(role)),
          TextRun(row.text),
        ], in: place, glyphs: glyphs)
      if index == cursor { surface.select(Rect(x: place.x, y: place.y, width: number, height: 1)) }
    }
  }

  private func drawEntry(on surface: inout Surface, in rect: Rect) {
    guard let detail = board.detail else {
      let body = context.title("Entry", of: .entry, on: &surface, in: rect)
      context.hint("no entry is selected", on: &surface, in: body)
      return
    }
    let body = context.title("Entry \(detail.sequence)", caption: "y copy", of: .entry, on: &surface, in: rect)
    let lines = AuditScreen.lines(detail, width: body.width)
    for (line, runs) in lines.dropFirst(model.scrolls[.entry] ?? 0).prefix(body.height).enumerated() {
      surface.writeLine(runs, in: body.row(line), glyphs: glyphs)
    }
  }

  /// The fields, and below them the line as it was hashed.
  static func lines(_ detail: AuditBoard.Detail, width: Int) -> [[TextRun]] {
    FieldLines.lines(detail.fields, width: width) + [[TextRun("")]]
      + FieldLines.wrapped(detail.line, max(8, width)).map { [TextRun($0, .dim)] }
  }

  private func drawActivity(on surface: inout Surface, in rect: Rect) {
    let body = context.title("Who did what, 24 h", of: .activity, on: &surface, in: rect)
    guard !board.activity.isEmpty else {
      context.hint("nobody has done anything in the last day", on: &surface, in: body)
      return
    }
    for (line, field) in board.activity.prefix(body.height).enumerated() {
      surface.writeLine(
        [
          TextRun(field.name.fitted(toWidth: 18, ellipsis: glyphs.ellipsis) + " ", .dim), TextRun(field.text),
        ], in: body.row(line), glyphs: glyphs)
    }
  }
}
