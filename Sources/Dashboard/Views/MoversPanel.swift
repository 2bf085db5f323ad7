import Domain
import Screen

/// Which bins and categories of one column moved, reference against now.
struct MoversPanel {
  var context: ViewContext

  private var glyphs: Glyphs { context.glyphs }

  func draw(_ row: DriftRow, on surface: inout Surface, in rect: Rect) {
    let caption = "\(glyphs.barLight) ref \(row.reference ?? "")  \(glyphs.barFull) now".filterBlankRuns
    let body = context.title(
      "\(row.title.truncated(toWidth: 24, ellipsis: glyphs.ellipsis)): who moved", caption: caption, on: &surface,
      in: rect)
    guard !row.movers.isEmpty else {
      context.hint(missing(row), on: &surface, in: body)
      return
    }
    let largest = row.movers.map { max($0.referenceShare, $0.currentShare) }.filter(\.isFinite).max() ?? 0
    let parts = body.split(bottom: 1)
    for (line, mover) in row.movers.prefix(max(0, parts.top.height)).enumerated() {
      draw(mover, row: row, largest: largest, on: &surface, in: parts.top.row(line))
    }
    if body.height > row.movers.count {
      surface.writeLine([TextRun("  " + summary(row), .dim)], in: body.row(row.movers.count), glyphs: glyphs)
    }
  }

  private func missing(_ row: DriftRow) -> String {
    switch row.verdict {
    case .noReference: "nothing to compare with: leeway baseline capture, then name it as the metric's reference"
    case .tooFew: "too few rows to say who moved: \(row.count ?? 0) of \(row.needed.map(String.init) ?? "enough")"
    case .ok, .warn, .alarm: "no bin moved"
    }
  }

  private func summary(_ row: DriftRow) -> String {
    var parts = ["\(row.statistic) \(DriftText.value(row))"]
    if let low = row.low, let high = row.high {
      parts.append("95 % band \(NumberText.fixed(low, places: 2))–\(NumberText.fixed(high, places: 2))")
    }
    if let count = row.referenceCount { parts.append("n ref \(NumberText.count(count))") }
    if let count = row.count { parts.append("n now \(NumberText.count(count))") }
    return parts.joined(separator: "  ")
  }

  private func draw(
    _ mover: DriftRow.Mover, row: DriftRow, largest: Double, on surface: inout Surface, in rect: Rect
  ) {
    let labelWidth = min(12, rect.width / 4)
    surface.write(
      mover.label, endingAt: rect.x + labelWidth, y: rect.y, style: Style(.dim), maxWidth: labelWidth,
      ellipsis: glyphs.ellipsis)
    let numbers = 30
    let bar = rect.inset(left: labelWidth + 1, right: numbers)
    let reference = columns(mover.referenceShare, of: largest, in: bar.width)
    let current = columns(mover.currentShare, of: largest, in: bar.width)
    let role = role(mover)
    for offset in 0..<max(reference, current) where offset < bar.width {
      let isCurrent = offset < current
      let isMark = isCurrent && offset == reference - 1 && reference < current
      surface.write(
        isMark ? glyphs.limitAlarm : isCurrent ? glyphs.barFull : glyphs.barLight, x: bar.x + offset, y: rect.y,
        style: Style(isMark ? .title : isCurrent ? role : .dim))
    }
    let delta = mover.deltaPoints
    let sign = delta > 0 ? "+" : ""
    var right = [
      TextRun("\(percent(mover.referenceShare)) \(glyphs.arrow) \(percent(mover.currentShare))", .dim),
      TextRun(
        (sign + NumberText.fixed(delta, places: delta.magnitude < 9.95 ? 1 : 0) + " pp").padded(toWidth: 9, .right),
        role == .sparkTechnical ? .dim : role),
    ]
    if let contribution = mover.contribution, rect.width >= 60 {
      right.append(TextRun(NumberText.fixed(contribution, places: 3).padded(toWidth: 7, .right), .dim))
    }
    surface.writeLine([], right: right, in: rect.split(right: numbers - 1).right, glyphs: glyphs)
  }

  private func percent(_ share: Double) -> String { NumberText.fixed(share * 100, places: 0) + "%" }

  private func columns(_ share: Double, of largest: Double, in width: Int) -> Int {
    guard largest > 0, share.isFinite, share > 0 else { return 0 }
    return max(0, min(width, Int((min(share / largest, 1) * Double(width)).rounded())))
  }

  /// Coloured by how far the share moved: 5 points are a warning, 10 an alarm, as shares go.
  private func role(_ mover: DriftRow.Mover) -> Role {
    switch mover.deltaPoints.magnitude {
    case 10...: .alarm
    case 5..<10: .warn
    default: .sparkTechnical
    }
  }
}

extension String {
  /// Without the double blank that an empty name leaves, and without a trailing one.
  fileprivate var filterBlankRuns: String {
    var result = ""
    for character in self where !(character == " " && result.hasSuffix("  ")) { result.append(character) }
    return result
  }
}
