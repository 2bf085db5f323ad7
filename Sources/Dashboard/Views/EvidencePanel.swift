import Domain
import Screen

/// What the incident rests on: its signals with value, bound and n, its metric, and the evidence.
struct EvidencePanel {
  var context: ViewContext

  private var glyphs: Glyphs { context.glyphs }

  func draw(_ detail: IncidentDetail?, on surface: inout Surface, in rect: Rect) {
    let body = context.title("Signals and evidence", of: .evidence, on: &surface, in: rect)
    guard let detail, IncidentScreen.rowCount(.evidence, detail) > 0 else {
      context.hint("opened by hand: no signals, no evidence yet", on: &surface, in: body)
      return
    }
    let total = IncidentScreen.rowCount(.evidence, detail)
    let scroll = max(0, min(context.model.scrolls[.evidence] ?? 0, total - body.height))
    for (line, index) in (scroll..<total).prefix(body.height).enumerated() {
      draw(index, of: detail, on: &surface, in: body.row(line))
    }
  }

  private func draw(_ index: Int, of detail: IncidentDetail, on surface: inout Surface, in rect: Rect) {
    var index = index
    if detail.signals.indices.contains(index) {
      draw(detail.signals[index], on: &surface, in: rect)
      return
    }
    index -= detail.signals.count
    if let metric = detail.metric {
      if index == 0 {
        draw(metric, on: &surface, in: rect)
        return
      }
      index -= 1
    }
    guard detail.evidence.indices.contains(index) else { return }
    let evidence = detail.evidence[index]
    surface.writeLine(
      [TextRun("\(index + 1) ", .key), TextRun(evidence.text, context.role(evidence.severity))], in: rect,
      glyphs: glyphs)
  }

  private func draw(_ signal: IncidentDetail.Signal, on surface: inout Surface, in rect: Rect) {
    let (glyph, word) = EvidencePanel.state(signal.state, glyphs)
    let unit = UnitText(unit: signal.unit, values: [signal.value, signal.threshold])
    var right: [TextRun] = []
    if let value = signal.value {
      right.append(TextRun(unit.full(value), glyph.style.role == .dim ? .foreground : glyph.style.role))
      if let threshold = signal.threshold { right.append(TextRun(" limit \(unit.boundWithUnit(threshold))", .dim)) }
    }
    if let count = signal.count { right.append(TextRun(" n=\(NumberText.count(count))", .dim)) }
    if let since = signal.since { right.append(TextRun(" \(TimeText.minutes(since))", .dim)) }
    surface.writeLine(
      [glyph, TextRun(" "), word, TextRun(" \(signal.key)")], right: right, in: rect, glyphs: glyphs)
  }

  private func draw(_ metric: MetricRow, on surface: inout Surface, in rect: Rect) {
    let text = MetricText(metric)
    let name = metric.title.truncated(toWidth: 20, ellipsis: glyphs.ellipsis)
    let used = surface.write(
      [context.glyph(metric.health), TextRun(" \(name) ")], x: rect.x, y: rect.y, maxWidth: rect.width)
    let place = rect.inset(left: used)
    let sparkWidth = min(24, max(0, place.width - 26))
    MetricsPanel(context: context).drawSparkline(metric, on: &surface, in: place.columns(from: 0, count: sparkWidth))
    surface.writeLine(
      [
        TextRun(" " + text.now, MetricsPanel.style(metric.health)),
        TextRun(text.limit.isEmpty ? "" : " (limit \(text.limit))", .dim),
      ], in: place.inset(left: sparkWidth), glyphs: glyphs)
  }

  /// A signal's state as glyph and word; stale is unknown, never clear.
  static func state(_ state: SignalState, _ glyphs: Glyphs) -> (TextRun, TextRun) {
    switch state {
    case .firing: (TextRun(glyphs.alarm, .alarm), TextRun("firing", .alarm))
    case .pending: (TextRun(glyphs.warn, .warn), TextRun("pending", .warn))
    case .recovering: (TextRun(glyphs.verify, .verify), TextRun("recovering", .verify))
    case .inactive: (TextRun(glyphs.check, .dim), TextRun("clear", .dim))
    case .stale: (TextRun(glyphs.stale, .stale), TextRun("stale: unknown", .stale))
    case .error: (TextRun(glyphs.cross, .error), TextRun("rule failed", .error))
    }
  }
}
