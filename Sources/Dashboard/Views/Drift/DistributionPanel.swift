import Domain
import Screen

/// The shares of a column's bins or categories, reference against now, with what each adds to the statistic.
struct DistributionPanel {
  var context: ViewContext
  var board: DriftBoard
  /// Whether the reference has a row of its own below each bin, so that both bars are whole.
  var isTall: Bool

  private var glyphs: Glyphs { context.glyphs }
  private var row: DriftRow { board.row }
  private static let numbers = 24

  func draw(on surface: inout Surface, in rect: Rect) {
    let reference = (row.reference ?? "none").truncated(toWidth: 16, ellipsis: glyphs.ellipsis)
    let caption = "\(glyphs.barLight) ref \(reference)  \(glyphs.barFull) now, last \(TimeText.spaced(board.window))"
    let body = context.title("Distribution", caption: caption, of: .distribution, on: &surface, in: rect)
    guard !row.movers.isEmpty else {
      context.hint(missing, on: &surface, in: body)
      return
    }
    let lines = isTall ? 2 : 1
    let shown = max(0, (body.height - 1) / lines)
    let scroll = max(0, min(context.model.scrolls[.distribution] ?? 0, row.movers.count - shown))
    let largest = row.movers.map { max($0.referenceShare, $0.currentShare) }.filter(\.isFinite).max() ?? 0
    for (index, mover) in row.movers.dropFirst(scroll).prefix(shown).enumerated() {
      draw(mover, largest: largest, on: &surface, in: body.rows(from: index * lines, count: lines))
    }
    let rest = row.movers.count - scroll - shown
    let tail = rest > 0 ? [TextRun(" +\(rest) more", .dim)] : []
    let last = min(body.height - 1, min(shown, row.movers.count) * lines)
    surface.writeLine([TextRun("  " + summary, .dim)], right: tail, in: body.row(last), glyphs: glyphs)
  }

  private var missing: String {
    switch row.verdict {
    case .noReference:
      "nothing to compare with yet: the first half hour becomes the reference by itself, or leeway baseline capture"
    case .tooFew:
      "too few rows to say: \(row.count.map(NumberText.count) ?? "0")"
        + (row.needed.map { " of \(NumberText.count($0))" } ?? "")
    case .ok, .warn, .alarm: "no bin moved"
    }
  }

  private var summary: String {
    var parts = ["sum \(row.statistic) \(DriftText.value(row))"]
    parts.append(
      "n ref \(row.referenceCount.map(NumberText.count) ?? glyphs.none), now "
        + (row.count.map(NumberText.count) ?? glyphs.none))
    if let low = row.low, let high = row.high {
      parts.append("95 % CI \(NumberText.fixed(low, places: 2))–\(NumberText.fixed(high, places: 2))")
    }
    if let bracket = board.kolmogorovSmirnov {
      let (low, high) = (bracket.lowerBound, bracket.upperBound)
      parts.append("KS \(NumberText.fixed(low, places: 2))–\(NumberText.fixed(high, places: 2))")
    }
    return parts.joined(separator: "  ")
  }

  private func draw(_ mover: DriftRow.Mover, largest: Double, on surface: inout Surface, in rect: Rect) {
    let labelWidth = min(14, rect.width / 4)
    let top = rect.row(0)
    surface.write(
      mover.label, endingAt: rect.x + labelWidth, y: rect.y, style: Style(.dim), maxWidth: labelWidth,
      ellipsis: glyphs.ellipsis)
    let bars = rect.inset(left: labelWidth + 1, right: DistributionPanel.numbers + 1)
    let reference = columns(mover.referenceShare, of: largest, in: bars.width)
    let current = columns(mover.currentShare, of: largest, in: bars.width)
    let role = role(mover)
    if rect.height > 1 {
      fill(reference, glyphs.barLight, Style(.dim), on: &surface, in: bars.row(0))
      fill(current, glyphs.barFull, Style(role), on: &surface, in: bars.row(1))
    } else {
      fill(max(reference, current), glyphs.barLight, Style(.dim), on: &surface, in: bars)
      fill(current, glyphs.barFull, Style(role), on: &surface, in: bars)
      if reference > 0, reference < current {
        surface.write(glyphs.limitAlarm, x: bars.x + reference - 1, y: bars.y, style: Style(.title))
      }
    }
    surface.writeLine(
      [], right: figures(mover, role), in: top.split(right: DistributionPanel.numbers).right, glyphs: glyphs)
  }

  private func figures(_ mover: DriftRow.Mover, _ role: Role) -> [TextRun] {
    let delta = mover.deltaPoints
    let points = (delta > 0 ? "+" : "") + NumberText.fixed(delta, places: delta.magnitude < 9.95 ? 1 : 0) + " pp"
    let quiet = role == .sparkTechnical
    let part = mover.contribution.map { "  \(row.statistic) +\(NumberText.fixed($0, places: 3))" } ?? ""
    let mark = role == .alarm ? glyphs.alarm : role == .warn ? glyphs.warn : " "
    return [
      TextRun(points.padded(toWidth: 9, .right), quiet ? .dim : role), TextRun(part, .dim),
      TextRun(" \(mark)", quiet ? .dim : role),
    ]
  }

  private func fill(_ count: Int, _ glyph: String, _ style: Style, on surface: inout Surface, in rect: Rect) {
    for offset in 0..<min(count, rect.width) { surface.write(glyph, x: rect.x + offset, y: rect.y, style: style) }
  }

  private func columns(_ share: Double, of largest: Double, in width: Int) -> Int {
    guard largest > 0, share.isFinite, share > 0 else { return 0 }
    return max(0, min(width, Int((min(share / largest, 1) * Double(width)).rounded())))
  }

  /// Coloured by what the bin adds: a third of the alarm's bound is grave, a sixth deserves a look.
  private func role(_ mover: DriftRow.Mover) -> Role {
    guard let part = mover.contribution, row.alarm > 0 else { return .sparkTechnical }
    return part >= row.alarm / 3 ? .alarm : part >= row.alarm / 6 ? .warn : .sparkTechnical
  }
}
