import Domain
import Screen

/// The files that are read, and how fresh they are: what is wrong first.
struct SourcesPanel {
  var context: ViewContext

  private var glyphs: Glyphs { context.glyphs }

  func draw(on surface: inout Surface, in rect: Rect) {
    let body = context.title("Sources", caption: caption, of: .sources, on: &surface, in: rect)
    drawRows(on: &surface, in: body)
  }

  private var caption: String {
    let sources = context.snapshot.sources
    let good = sources.count { $0.state == .ok }
    var parts = ["\(good) of \(sources.count) fresh"]
    let lag = sources.reduce(0.0) { $0 + Double(max(0, $1.lagBytes ?? 0)) }
    if lag > 0 { parts.append("lag \(NumberText.compact(lag))B") }
    let gaps = sources.reduce(0) { $0 &+ $1.gaps }
    if gaps > 0 { parts.append("\(gaps) gap\(gaps == 1 ? "" : "s")") }
    return parts.joined(separator: " \(glyphs.dot) ")
  }

  /// The rows without a title.
  func drawRows(on surface: inout Surface, in rect: Rect) {
    let rows = context.model.sourceRows
    guard !rows.isEmpty else {
      context.hint(
        context.model.filters[.sources] != nil
          ? "no source matches the filter (esc drops it)"
          : "no sources: name a log file on the command line, or in leeway.yaml", on: &surface, in: rect)
      return
    }
    let cursor = context.cursor(.sources)
    let columns = columns(rows, width: rect.width)
    for (line, index) in context.window(rows.count, height: rect.height, cursor: cursor).enumerated() {
      draw(rows[index], columns, on: &surface, in: rect.row(line))
      if index == cursor { surface.select(rect.row(line)) }
    }
  }

  /// Which figures there is room for.
  private struct Columns {
    var hasRate: Bool
    var hasLag: Bool

    var width: Int { (hasRate ? 15 : 0) + (hasLag ? 18 : 0) }
  }

  /// The same columns for every row: as many as leave room for each row's name and what it lost.
  private func columns(_ rows: [SourceRow], width: Int) -> Columns {
    let needed = rows.map { min(16, DisplayWidth.of($0.name)) + lossWidth($0) }.max() ?? 0
    let room = width - needed - 14
    return Columns(hasRate: room >= 15, hasLag: room >= 33)
  }

  private func lossWidth(_ row: SourceRow) -> Int { losses(row).reduce(0) { $0 + DisplayWidth.of($1.text) } }

  private func draw(_ row: SourceRow, _ columns: Columns, on surface: inout Surface, in rect: Rect) {
    let isBad = row.state == .stale || row.state == .denied
    var left = [SourcesPanel.glyph(row, glyphs), TextRun(" "), TextRun(row.name, isBad ? .stale : .foreground)]
    if row.state == .catchingUp, rect.width >= 44 {
      drawProgress(row, left, on: &surface, in: rect)
      return
    }
    let right = figures(row, columns)
    let used = (left + right).reduce(1) { $0 + DisplayWidth.of($1.text) }
    if rect.width - used >= 14, let gap = row.latestGaps.first {
      left.append(TextRun("  \(gap.reason)", .warn))
    } else if rect.width - used >= 24 {
      left.append(TextRun("  \(row.file)", .dim))
    }
    surface.writeLine(left, right: right, in: rect, glyphs: glyphs)
  }

  private func figures(_ row: SourceRow, _ columns: Columns) -> [TextRun] {
    let standing = SourcesPanel.standing(row)
    let isBad = row.state == .stale || row.state == .denied
    let indent = max(0, 10 - DisplayWidth.of(standing))
    var right = losses(row)
    right += [TextRun(String(repeating: " ", count: indent)), TextRun(standing, isBad ? .stale : .dim)]
    if columns.hasRate { right.append(TextRun(SourcesPanel.rate(row).padded(toWidth: 15, .right), .dim)) }
    if columns.hasLag { right.append(TextRun(SourcesPanel.lag(row).padded(toWidth: 18, .right), .dim)) }
    return right
  }

  /// `name  ━━━━────  42%  21k lines/s  1.2MB to go, 3 m left`.
  private func drawProgress(_ row: SourceRow, _ left: [TextRun], on surface: inout Surface, in rect: Rect) {
    var words = SourcesPanel.percent(row.progress ?? 0).padded(toWidth: 4, .right)
    if rect.width >= 70 {
      words += row.linesPerSecond.map { "  \(NumberText.compact($0)) lines/s" } ?? ""
      words += row.lagBytes.map { "  \(NumberText.compact(Double($0)))B to go" } ?? ""
    }
    words += row.timeLeft.map { " \(rect.width >= 70 ? " " : "")~\($0.short) left" } ?? ""
    var right = losses(row)
    right.append(TextRun(words))
    let rightWidth = right.reduce(0) { $0 + DisplayWidth.of($1.text) }
    let bar = max(6, min(30, rect.width - rightWidth - 18))
    surface.writeLine(
      left, right: [TextRun(String(repeating: " ", count: bar + 1))] + right, in: rect, glyphs: glyphs)
    let x = rect.maxX - rightWidth - bar - 1
    guard x > rect.x + 2 else { return }
    Gauge(value: row.progress ?? 0, maximum: 1, style: Style(.focus))
      .draw(on: &surface, in: Rect(x: x, y: rect.y, width: bar, height: 1), glyphs: glyphs)
  }

  /// What is wrong with the data, in the colour of a warning.
  private func losses(_ row: SourceRow) -> [TextRun] {
    var losses: [String] = []
    if let skew = row.skew { losses.append("clock +\(skew.short)") }
    if row.malformed > 0 { losses.append("\(NumberText.compact(Double(row.malformed))) bad") }
    if row.gaps > 0 { losses.append("\(row.gaps) gap\(row.gaps == 1 ? "" : "s")") }
    return losses.isEmpty ? [] : [TextRun(losses.joined(separator: " ") + " ", .warn)]
  }

  static func glyph(_ row: SourceRow, _ glyphs: Glyphs) -> TextRun {
    switch row.state {
    case .ok: row.isTroubled ? TextRun(glyphs.warn, .warn) : TextRun(glyphs.ok, .dim)
    case .denied: TextRun(glyphs.stale, .error)
    case .catchingUp: TextRun(glyphs.dot, .focus)
    case .stale, .waiting: TextRun(glyphs.stale, .stale)
    case .ended: TextRun(glyphs.ok, .dim)
    }
  }

  static func rate(_ row: SourceRow) -> String {
    row.linesPerSecond.map { NumberText.fixed($0, places: $0 < 9.5 && $0 > 0 ? 1 : 0) + " lines/s" } ?? "— lines/s"
  }

  /// `lag 20.5kB 3s`.
  static func lag(_ row: SourceRow) -> String {
    guard let bytes = row.lagBytes else { return "lag —" }
    let time = bytes > 0 ? row.lag.map { " \($0.short)" } ?? "" : ""
    return "lag \(NumberText.compact(Double(bytes)))B\(time)"
  }

  /// How a source stands, in at most ten letters where it can be.
  static func standing(_ row: SourceRow) -> String {
    switch row.state {
    case .ok: row.age.map { TimeText.spaced($0) } ?? "ok"
    case .stale: "STALE" + (row.age.map { " \($0.short)" } ?? "")
    case .waiting: "waiting"
    case .denied: "DENIED"
    case .ended: "ended"
    case .catchingUp:
      (row.progress.map { "reading \(percent($0))" } ?? "reading") + (row.timeLeft.map { " ~\($0.short)" } ?? "")
    }
  }

  /// A share as a whole percent that says 100 only when all is done.
  static func percent(_ share: Double) -> String {
    guard share.isFinite else { return "—" }
    return "\(Int((max(0, min(1, share)) * 100).rounded(.down)))%"
  }
}
