import Domain
import Screen

/// What stands in place of the panels while nothing has been read yet: which files are being read, how far, and what
/// to do where none can be.
struct FirstRunView {
  var context: ViewContext

  private var glyphs: Glyphs { context.glyphs }

  /// Whether there is nothing else to show.
  static func isNeeded(_ snapshot: Snapshot) -> Bool {
    snapshot.incidents.isEmpty && snapshot.events.isEmpty && snapshot.drift.isEmpty && snapshot.agents.isEmpty
      && snapshot.metrics.allSatisfy { row in row.now == nil && !row.samples.contains { $0 != nil } }
  }

  func draw(on surface: inout Surface, in rect: Rect) {
    let sources = context.snapshot.sources
    let isReading = sources.contains { $0.state == .catchingUp }
    let body = context.title(
      isReading ? "Reading what was written before" : "Waiting for data",
      caption: "incidents and metrics appear as rows are read", on: &surface, in: rect)
    guard !sources.isEmpty else {
      context.hint(
        "no sources: start it with log files (leeway watch FILE…), write a leeway.yaml (leeway config init), or look "
          + "at a living example first (leeway demo)", on: &surface, in: body.inset(top: 1))
      return
    }
    for (line, row) in sources.prefix(max(0, body.height - 1)).enumerated() {
      draw(row, on: &surface, in: body.row(line + 1))
    }
  }

  private func draw(_ row: SourceRow, on surface: inout Surface, in rect: Rect) {
    let nameWidth = min(24, max(0, rect.width / 3))
    surface.write(row.name.truncated(toWidth: nameWidth, ellipsis: glyphs.ellipsis), x: rect.x + 2, y: rect.y)
    let place = rect.inset(left: nameWidth + 4)
    let text: TextRun
    switch row.state {
    case .catchingUp:
      let share = row.progress ?? 0
      Gauge(value: share, maximum: 1, style: Style(.focus))
        .draw(on: &surface, in: place.columns(from: 0, count: min(30, place.width / 2)), glyphs: glyphs)
      let rate = row.linesPerSecond.map { "  \(NumberText.compact($0)) lines/s" } ?? ""
      let left =
        (row.lagBytes.map { "  \(NumberText.compact(Double($0)))B to go" } ?? "")
        + (row.timeLeft.map { "  about \(TimeText.spaced($0)) left" } ?? "")
      surface.writeLine(
        [TextRun(SourcesPanel.percent(share) + rate + left)],
        in: place.inset(left: min(30, place.width / 2) + 2), glyphs: glyphs)
      return
    case .waiting: text = TextRun("\(glyphs.stale) no file matches \(row.file) yet", .stale)
    case .denied: text = TextRun("\(glyphs.cross) may not be read: give this user read access to \(row.file)", .error)
    case .stale: text = TextRun("\(glyphs.stale) silent" + (row.age.map { " for \($0.short)" } ?? ""), .stale)
    case .ended: text = TextRun("\(glyphs.ok) read to its end; its writer is done", .dim)
    case .ok: text = TextRun("\(glyphs.ok) read to its end, waiting for more", .dim)
    }
    surface.writeLine([text], in: place, glyphs: glyphs)
  }
}
