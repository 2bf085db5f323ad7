import Domain
import Screen

/// Everything at once: the queue, the metrics, the drift, the agents, what happened.
struct OverviewScreen {
  var context: ViewContext
  var size: Size

  private var model: Model { context.model }

  func draw(on surface: inout Surface, in rect: Rect) {
    if FirstRunView.isNeeded(context.snapshot), model.overviewZoom != .sources {
      FirstRunView(context: context).draw(on: &surface, in: rect)
      return
    }
    let layout = OverviewLayout(model, size: size, body: rect)
    if let zoom = model.overviewZoom {
      ZoomedPanel(context: context).draw(zoom, on: &surface, in: rect)
    } else if layout.kind == .tiny {
      drawTiny(layout, on: &surface)
    } else {
      drawPanels(layout, on: &surface)
    }
  }

  private func drawTiny(_ layout: OverviewLayout, on surface: inout Surface) {
    if let frame = layout.frames[.incidents] {
      IncidentsPanel(context: context).drawTiny(on: &surface, in: frame)
      surface.hline(x: frame.x, y: frame.maxY, width: frame.width, glyph: context.glyphs.rule.first ?? "-")
    }
    if let frame = layout.frames[.metrics] { MetricsPanel(context: context).drawTiny(on: &surface, in: frame) }
    if let frame = layout.frames[.events] { EventsPanel(context: context).drawTiny(on: &surface, in: frame) }
    if let frame = layout.frames[.sources] { SourcesPanel(context: context).drawRows(on: &surface, in: frame) }
  }

  private func drawPanels(_ layout: OverviewLayout, on surface: inout Surface) {
    for panel in layout.order {
      guard let frame = layout.frames[panel] else { continue }
      switch panel {
      case .incidents: IncidentsPanel(context: context).draw(on: &surface, in: frame)
      case .metrics: drawMetrics(layout, frame, on: &surface)
      case .drift: DriftPanel(context: context).draw(on: &surface, in: frame)
      case .agents: AgentsPanel(context: context).draw(on: &surface, in: frame)
      case .events: EventsPanel(context: context).draw(on: &surface, in: frame)
      case .sources: SourcesPanel(context: context).draw(on: &surface, in: frame)
      case .practices: PracticesPanel(context: context).draw(on: &surface, in: frame)
      default: break
      }
    }
    if let chart = layout.chart { MetricChart(context: context).draw(model.chartedMetric, on: &surface, in: chart) }
    if let frame = layout.movers, let row = model.driftRows.first {
      MoversPanel(context: context).draw(row, on: &surface, in: frame)
    }
  }

  private func drawMetrics(_ layout: OverviewLayout, _ frame: Rect, on surface: inout Surface) {
    let panel = MetricsPanel(context: context)
    guard let technical = layout.technical, let business = layout.business, model.groupsMetrics else {
      panel.draw("Metrics (worst first)", model.metricRows, on: &surface, in: frame)
      return
    }
    let first = model.metricRows(MetricGroup.technical)
    let second = model.metricRows(MetricGroup.business)
    let title = second.contains { $0.aspect != .business } ? "Business, safety, quality" : "Business"
    panel.draw("Technical", first, on: &surface, in: technical)
    panel.draw(title, second, offset: first.count, on: &surface, in: business)
  }
}

/// One panel of the overview at full size, with the details that do not fit beside others.
struct ZoomedPanel {
  var context: ViewContext

  private var model: Model { context.model }

  func draw(_ panel: Panel, on surface: inout Surface, in rect: Rect) {
    switch panel {
    case .incidents: IncidentsPanel(context: context).draw(on: &surface, in: rect)
    case .metrics: drawMetrics(on: &surface, in: rect)
    case .drift: drawDrift(on: &surface, in: rect)
    case .agents: drawAgents(on: &surface, in: rect)
    case .events: EventsPanel(context: context).draw(on: &surface, in: rect)
    case .sources: drawSources(on: &surface, in: rect)
    case .practices:
      let body = context.title("Practices", of: .practices, on: &surface, in: rect)
      PracticesPanel(context: context).drawConditions(on: &surface, in: body)
    default: break
    }
  }

  /// Rows for a list above and details below, half each at most.
  private func split(_ rect: Rect, rows: Int, least: Int = 6) -> (Rect, Rect) {
    let list = max(2, min(rows + 1, rect.height / 2))
    guard rect.height - list - 1 >= least else { return (rect, rect.rows(from: 0, count: 0)) }
    return (rect.rows(from: 0, count: list), rect.split(top: list + 1).bottom)
  }

  private func drawMetrics(on surface: inout Surface, in rect: Rect) {
    let rows = model.metricRows
    let (list, rest) = split(rect, rows: rows.count)
    MetricsPanel(context: context).draw("Metrics (worst first)", rows, on: &surface, in: list)
    if !rest.isEmpty { MetricChart(context: context).draw(model.chartedMetric, on: &surface, in: rest) }
  }

  private func drawDrift(on surface: inout Surface, in rect: Rect) {
    let rows = model.driftRows
    let (list, rest) = split(rect, rows: rows.count)
    let panel = DriftPanel(context: context)
    if rows.isEmpty || list.width < 76 {
      panel.draw(on: &surface, in: list)
    } else {
      drawDriftTable(rows, panel, on: &surface, in: list)
    }
    let cursor = model.cursorIndex(.drift)
    if !rest.isEmpty, rows.indices.contains(cursor) {
      MoversPanel(context: context).draw(rows[cursor], on: &surface, in: rest)
    }
  }

  private func drawDriftTable(_ rows: [DriftRow], _ panel: DriftPanel, on surface: inout Surface, in rect: Rect) {
    let caption = "statistic value \(context.glyphs.dot) 95 % band \(context.glyphs.dot) n ref, n now"
    let body = context.title(panel.title, caption: caption, of: .drift, on: &surface, in: rect)
    let cursor = model.cursorIndex(.drift)
    for (line, index) in context.window(rows.count, height: body.height, cursor: cursor).enumerated() {
      let row = rows[index]
      let place = body.row(line)
      let nameWidth = min(28, place.width / 4)
      surface.write([panel.glyph(row.verdict)], x: place.x, y: place.y)
      surface.write(
        row.title.truncated(toWidth: nameWidth, ellipsis: context.glyphs.ellipsis), x: place.x + 2, y: place.y)
      panel.gauge(row, withBand: true)
        .draw(on: &surface, in: place.inset(left: nameWidth + 4, right: 44), glyphs: context.glyphs)
      let reading = place.split(right: 43).right
      surface.writeLine([], right: panel.reading(row), in: reading.columns(from: 0, count: 15), glyphs: context.glyphs)
      var band = ""
      if let low = row.low, let high = row.high {
        band = "\(NumberText.fixed(low, places: 2))–\(NumberText.fixed(high, places: 2))"
      }
      let counts = [row.referenceCount, row.count].map { $0.map { NumberText.compact(Double($0)) } ?? "—" }
      surface.writeLine(
        [TextRun(band.padded(toWidth: 12), .dim)],
        right: [TextRun(counts[0].padded(toWidth: 7, .right) + counts[1].padded(toWidth: 7, .right), .dim)],
        in: reading.inset(left: 16), glyphs: context.glyphs)
      if index == cursor { surface.select(Rect(x: place.x + 1, y: place.y, width: nameWidth + 1, height: 1)) }
    }
  }

  private func drawSources(on surface: inout Surface, in rect: Rect) {
    let rows = model.sourceRows
    let (list, rest) = split(rect, rows: rows.count)
    SourcesPanel(context: context).draw(on: &surface, in: list)
    let cursor = model.cursorIndex(.sources)
    if !rest.isEmpty, rows.indices.contains(cursor) {
      SourceDetail(context: context).draw(rows[cursor], on: &surface, in: rest)
    }
  }

  private func drawAgents(on surface: inout Surface, in rect: Rect) {
    let rows = model.agentRows
    let (list, rest) = split(rect, rows: rows.count)
    AgentsPanel(context: context).draw(on: &surface, in: list)
    let cursor = model.cursorIndex(.agents)
    if !rest.isEmpty, rows.indices.contains(cursor) {
      RunsPanel(context: context).draw(rows[cursor], on: &surface, in: rest)
    }
  }
}
