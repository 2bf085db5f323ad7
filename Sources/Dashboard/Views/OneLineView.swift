import Domain
import Screen

/// What the smallest terminals show: `leeway ALARM 1 WARN 2 stale 1 0412 refunds over limit NEW`.
struct OneLineView {
  var context: ViewContext

  func draw(on surface: inout Surface, in rect: Rect) {
    let counts = context.snapshot.counts
    var runs = [TextRun(rect.width >= 30 ? "leeway " : "", .title)]
    if context.model.isFrozen { runs.append(TextRun("FROZEN ", .badgeWarn)) }
    if counts.alarm > 0 { runs.append(TextRun("ALARM \(counts.alarm) ", .alarm)) }
    if counts.warn > 0 { runs.append(TextRun("WARN \(counts.warn) ", .warn)) }
    if counts.stale > 0 { runs.append(TextRun("stale \(counts.stale) ", .stale)) }
    if counts.alarm + counts.warn + counts.stale == 0 { runs.append(TextRun("ok \(counts.ok) ", .dim)) }
    let rows = context.model.incidentRows
    let cursor = context.model.cursorIndex(.incidents)
    if rect.height == 1, rows.indices.contains(cursor) {
      surface.writeLine(
        runs + [TextRun(incidentNumber(rows[cursor].number) + " " + rows[cursor].title)],
        right: rect.width >= 40 ? [IncidentText.state(rows[cursor])] : [], in: rect, glyphs: context.glyphs)
      return
    }
    surface.writeLine(runs, in: rect.row(0), glyphs: context.glyphs)
    let hasFooter = rect.height >= 4
    let list = rect.rows(from: 1, count: rect.height - (hasFooter ? 2 : 1))
    IncidentsPanel(context: context).drawTiny(on: &surface, in: list)
    if hasFooter { Footer(context: context).draw(on: &surface, in: rect.row(rect.height - 1)) }
  }
}
