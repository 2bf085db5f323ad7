import Domain
import Screen

/// The files that are read, and how fresh they are.
struct SourcesPanel {
  var context: ViewContext

  private var glyphs: Glyphs { context.glyphs }

  func draw(on surface: inout Surface, in rect: Rect) {
    let good = context.snapshot.sources.count { $0.state == .ok }
    let body = context.title(
      "Sources", caption: "\(good) of \(context.snapshot.sources.count) fresh", of: .sources, on: &surface, in: rect)
    drawRows(on: &surface, in: body)
  }

  /// The rows without a title.
  func drawRows(on surface: inout Surface, in rect: Rect) {
    let rows = context.snapshot.sources
    guard !rows.isEmpty else {
      context.hint("no sources: name a log file on the command line, or in leeway.yaml", on: &surface, in: rect)
      return
    }
    let scroll = min(context.model.scrolls[.sources] ?? 0, max(0, rows.count - rect.height))
    for (line, row) in rows.dropFirst(max(0, scroll)).prefix(max(0, rect.height)).enumerated() {
      draw(row, on: &surface, in: rect.row(line))
    }
  }

  private func draw(_ row: SourceRow, on surface: inout Surface, in rect: Rect) {
    let standing = SourcesPanel.standing(row)
    let isBad = row.state == .stale || row.state == .denied
    let glyph =
      row.state == .ok ? TextRun(glyphs.ok, .dim) : TextRun(glyphs.stale, row.state == .denied ? .error : .stale)
    var losses: [String] = []
    if row.malformed > 0 { losses.append("\(NumberText.compact(Double(row.malformed))) bad") }
    if row.gaps > 0 { losses.append("\(row.gaps) gap\(row.gaps == 1 ? "" : "s")") }
    let indent = max(0, 10 - DisplayWidth.of(standing))
    var right = [TextRun(String(repeating: " ", count: indent)), TextRun(standing, isBad ? .stale : .dim)]
    if rect.width >= 44 {
      let rate =
        row.linesPerSecond.map { NumberText.fixed($0, places: $0 < 9.5 && $0 > 0 ? 1 : 0) + " lines/s" } ?? "— lines/s"
      right.append(TextRun(rate.padded(toWidth: 15, .right), .dim))
    }
    if rect.width >= 90 {
      let lag = row.lagBytes.map { "lag \(NumberText.compact(Double($0))) B" } ?? "lag —"
      right.append(TextRun(lag.padded(toWidth: 14, .right), .dim))
    }
    if !losses.isEmpty { right.insert(TextRun(losses.joined(separator: " ") + " ", .warn), at: 0) }
    let name = rect.width >= 120 ? "\(row.name)  \(row.file)" : row.name
    surface.writeLine(
      [glyph, TextRun(" "), TextRun(name, isBad ? .stale : .foreground)], right: right, in: rect, glyphs: glyphs)
  }

  /// How a source stands, in at most ten letters.
  static func standing(_ row: SourceRow) -> String {
    switch row.state {
    case .ok: row.age.map { TimeText.spaced($0) } ?? "ok"
    case .stale: "STALE" + (row.age.map { " \($0.short)" } ?? "")
    case .waiting: "waiting"
    case .denied: "DENIED"
    case .catchingUp: row.progress.map { "reading \(percent($0))" } ?? "reading"
    }
  }

  /// A share as a whole percent that says 100 only when all is done.
  static func percent(_ share: Double) -> String {
    guard share.isFinite else { return "—" }
    return "\(Int((max(0, min(1, share)) * 100).rounded(.down)))%"
  }
}
