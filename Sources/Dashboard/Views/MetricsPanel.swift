import Domain
import Screen

/// Metrics, one a row: glyph, name, course, and the numbers beside it.
struct MetricsPanel {
  var context: ViewContext

  private var glyphs: Glyphs { context.glyphs }

  /// Draws some metrics under a title; `offset` is how many rows of the cursor's order come before them.
  func draw(_ title: String, _ rows: [MetricRow], offset: Int = 0, on surface: inout Surface, in rect: Rect) {
    let body = context.title(title, caption: caption(rows), of: .metrics, on: &surface, in: rect)
    guard !rows.isEmpty else {
      context.hint(emptyText, on: &surface, in: body)
      return
    }
    let cursor = context.cursor(.metrics).map { $0 - offset }
    let inside = cursor.flatMap { rows.indices.contains($0) ? $0 : nil }
    for (line, index) in context.window(rows.count, height: body.height, cursor: inside).enumerated() {
      draw(rows[index], on: &surface, in: body.row(line))
      if index == inside { surface.select(nameRect(body.row(line))) }
    }
  }

  private var emptyText: String {
    if context.model.filters[.metrics] != nil { return "no metric matches the filter (esc drops it)" }
    return context.snapshot.metrics.isEmpty
      ? "no metrics yet: they appear with the first rows of a source" : "none of this kind is configured"
  }

  private func caption(_ rows: [MetricRow]) -> String {
    let row = rows.first ?? context.snapshot.metrics.first
    let seconds = (row?.samples.count ?? 0) * max(1, min(row?.bucketSeconds ?? 1, 86_400))
    let window = seconds >= 60 ? TimeText.spaced(.seconds(seconds)) + " \(glyphs.dot) " : ""
    return window + "now min max limit"
  }

  private func nameRect(_ rect: Rect) -> Rect {
    Rect(x: rect.x + 1, y: rect.y, width: min(20, rect.width - 1), height: 1)
  }

  private static let nameWidth = 18
  private static let numbersWidth = 31

  private func draw(_ row: MetricRow, on surface: inout Surface, in rect: Rect) {
    let text = MetricText(row)
    let glyph = context.glyph(row.health)
    surface.write([glyph], x: rect.x, y: rect.y)
    let name = row.title.truncated(toWidth: MetricsPanel.nameWidth, ellipsis: glyphs.ellipsis)
    surface.write(name, x: rect.x + 2, y: rect.y, style: Style(.foreground))
    let spark = rect.inset(left: 21, right: MetricsPanel.numbersWidth + 1)
    drawSparkline(row, on: &surface, in: spark)
    let style = MetricsPanel.style(row.health)
    var x = rect.maxX - MetricsPanel.numbersWidth
    for (width, value, style) in [
      (10, text.now, style), (6, text.minimum, Style(.dim)), (7, text.maximum, Style(.dim)),
      (8, text.limit, Style(.dim)),
    ] {
      surface.write(
        value, endingAt: x + width, y: rect.y, style: style, maxWidth: width == 10 ? width : width - 1,
        ellipsis: glyphs.ellipsis)
      x += width
    }
  }

  /// The course on the row of a rectangle.
  func drawSparkline(_ row: MetricRow, on surface: inout Surface, in rect: Rect) {
    guard rect.width > 0 else { return }
    let groups = SampleGroups(row, width: rect.width)
    // Room above the largest sample keeps the rows of a panel apart.
    let range = SampleGroups.range(of: row).map { $0.lowerBound...max($0.upperBound, $0.upperBound * 1.13) }
    Sparkline(
      values: groups.values, range: range,
      style: Style(row.aspect == .technical ? .sparkTechnical : .sparkBusiness), breaches: groups.breaches,
      breachStyle: Style(row.health == .alarm ? .alarm : .warn)
    ).draw(on: &surface, in: rect, glyphs: glyphs)
  }

  /// How a value looks.
  static func style(_ health: MetricRow.Health) -> Style {
    switch health {
    case .ok: Style(.foreground)
    case .warn: Style(.warn)
    case .alarm: Style(.alarm)
    case .stale, .tooFew: Style(.stale)
    }
  }

  /// The metrics on a small terminal: name, course and value only.
  func drawTiny(on surface: inout Surface, in rect: Rect) {
    let rows = context.model.metricRows
    if rows.isEmpty { context.hint(emptyText, on: &surface, in: rect) }
    let cursor = context.cursor(.metrics)
    for (line, index) in context.window(rows.count, height: rect.height, cursor: cursor).enumerated() {
      let row = rows[index]
      let place = rect.row(line)
      let text = MetricText(row)
      surface.write([context.glyph(row.health)], x: place.x, y: place.y)
      surface.write(
        row.title.truncated(toWidth: min(12, place.width - 2), ellipsis: glyphs.ellipsis), x: place.x + 2, y: place.y)
      drawSparkline(row, on: &surface, in: place.inset(left: 15, right: 12))
      surface.write(
        text.now, endingAt: place.maxX, y: place.y, style: MetricsPanel.style(row.health),
        maxWidth: max(0, min(11, place.width - 15)), ellipsis: glyphs.ellipsis)
      if index == cursor { surface.select(Rect(x: place.x + 1, y: place.y, width: 13, height: 1)) }
    }
  }
}
