import Domain
import Screen

/// Where the panels of the overview stand in a given size.
struct OverviewLayout {
  /// How much is shown.
  enum Kind {
    /// One line that says the worst.
    case oneLine
    /// The queue, the metrics and the last event.
    case tiny
    /// One column.
    case narrow
    /// Two columns.
    case wide
    /// Three columns, with the practices below.
    case full
  }

  var kind: Kind
  /// The panels that can be focused, in the order of the tab key.
  var order: [Panel] = []
  /// Where they stand.
  var frames: [Panel: Rect] = [:]
  /// The two parts of the metrics, where they are apart.
  var technical: Rect?
  var business: Rect?
  /// The large graph of one metric.
  var chart: Rect?
  /// What moved in the column that drifts most.
  var movers: Rect?

  /// How much a size has room for.
  static func kind(_ size: Size) -> Kind {
    switch (size.columns, size.rows) {
    case (160..., 40...): .full
    case (100..., 30...): .wide
    case (72..., 20...): .narrow
    case (30..., 8...): .tiny
    default: .oneLine
    }
  }

  /// Lays the panels out in the rows between the tabs and the footer.
  init(_ model: Model, size: Size, body: Rect) {
    kind = OverviewLayout.kind(size)
    switch kind {
    case .oneLine: break
    case .tiny: layTiny(model, body)
    case .narrow: layNarrow(model, body)
    case .wide: layWide(model, body)
    case .full: layFull(model, body)
    }
  }

  private mutating func place(_ panel: Panel, _ rect: Rect) {
    frames[panel] = rect
    order.append(panel)
  }

  private mutating func layTiny(_ model: Model, _ body: Rect) {
    let rows = RowAllotment.rows(
      max(0, body.height - 1 - troubled(model, atMost: 1)),
      [
        .init(natural: max(1, min(model.incidentRows.count, body.height / 2)), weight: 3),
        .init(natural: max(1, model.metricRows.count), weight: 5), .init(natural: 1, weight: 1),
      ])
    place(.incidents, body.rows(from: 0, count: rows[0]))
    place(.metrics, body.rows(from: rows[0] + 1, count: rows[1]))
    let events = body.rows(from: rows[0] + 1 + rows[1], count: body.height)
    let (upper, last) = events.split(bottom: troubled(model, atMost: 1))
    place(.events, upper)
    if !last.isEmpty { place(.sources, last) }
  }

  /// Rows for the sources that deserve a look, where there is no room for all of them.
  private func troubled(_ model: Model, atMost limit: Int) -> Int {
    min(limit, model.snapshot.sources.count(where: \.isTroubled))
  }

  private mutating func layNarrow(_ model: Model, _ body: Rect) {
    let side = max(model.driftRows.count, model.agentRows.count)
    let sources = model.snapshot.sources.isEmpty ? 0 : 1 + troubled(model, atMost: 2)
    let rows = RowAllotment.rows(
      body.height - 4 - sources,
      [
        .init(natural: max(1, model.incidentRows.count), weight: 4),
        .init(natural: max(1, model.metricRows.count), weight: 6),
        .init(natural: max(2, side), weight: 3), .init(natural: max(1, model.eventRows.count), weight: 4),
      ])
    var y = 0
    func next(_ count: Int) -> Rect {
      defer { y += count + 1 }
      return body.rows(from: y, count: count + 1)
    }
    place(.incidents, next(rows[0]))
    place(.metrics, next(rows[1]))
    let parts = next(rows[2]).split(left: body.width * 53 / 100, gap: 2)
    place(.drift, parts.left)
    place(.agents, parts.right)
    place(.events, next(rows[3]))
    if sources > 0 { place(.sources, next(sources - 1)) }
  }

  private mutating func layWide(_ model: Model, _ body: Rect) {
    let technical = model.metricRows(MetricGroup.technical).count
    let business = model.metricRows(MetricGroup.business).count
    let left = max(1, technical) + max(1, business) + 3
    let right = max(2, model.driftRows.count) + max(2, model.agentRows.count) + max(1, model.snapshot.sources.count) + 5
    let rows = RowAllotment.rows(
      body.height - 2,
      [
        .init(natural: max(1, model.incidentRows.count), weight: 5), .init(natural: max(left, right), weight: 18),
        .init(natural: max(1, model.eventRows.count), weight: 12),
      ])
    place(.incidents, body.rows(from: 0, count: rows[0] + 1))
    let parts = body.rows(from: rows[0] + 1, count: rows[1]).split(left: body.width * 55 / 100, gap: 2)
    layMetrics(technical, business, chart: false, in: parts.left)
    let gaps = rows[1] >= right ? 1 : 0
    let side = RowAllotment.rows(
      rows[1] - 3 - 2 * gaps,
      [
        .init(natural: max(2, model.driftRows.count), weight: 6),
        .init(natural: max(2, model.agentRows.count), weight: 4),
        .init(natural: max(1, model.snapshot.sources.count), weight: 4),
      ])
    place(.drift, parts.right.rows(from: 0, count: side[0] + 1))
    place(.agents, parts.right.rows(from: side[0] + 1 + gaps, count: side[1] + 1))
    place(.sources, parts.right.rows(from: side[0] + side[1] + 2 + 2 * gaps, count: parts.right.height))
    place(.events, body.rows(from: rows[0] + 1 + rows[1], count: body.height))
  }

  private mutating func layFull(_ model: Model, _ body: Rect) {
    let lower = max(5, min(6, model.snapshot.sources.count)) + 1
    let (upper, bottom) = body.split(bottom: lower)
    let left = upper.split(left: body.width * 39 / 100, gap: 2)
    let middle = left.right.split(left: (body.width * 39 / 100) * 4 / 5, gap: 2)
    let technical = model.metricRows(MetricGroup.technical).count
    let business = model.metricRows(MetricGroup.business).count
    let queue = max(1, min(model.incidentRows.count, upper.height / 4))
    place(.incidents, left.left.rows(from: 0, count: queue + 1))
    layMetrics(technical, business, chart: true, in: left.left.split(top: queue + 2).bottom)
    let drift = max(2, min(model.driftRows.count, upper.height / 3))
    let agents = max(2, min(model.agentRows.count, upper.height / 4))
    place(.drift, middle.left.rows(from: 0, count: drift + 1))
    let worst = model.driftRows.first?.movers.count ?? 0
    let moverRows = min(worst + 1, max(0, middle.left.height - drift - agents - 6))
    var y = drift + 2
    if worst > 0, moverRows > 2 {
      movers = middle.left.rows(from: y, count: moverRows + 1)
      y += moverRows + 2
    }
    place(.agents, middle.left.rows(from: y, count: middle.left.height))
    place(.events, middle.right)
    let halves = bottom.split(left: body.width / 2 - 1, gap: 2)
    place(.practices, halves.left)
    place(.sources, halves.right)
  }

  private mutating func layMetrics(_ technical: Int, _ business: Int, chart wantsChart: Bool, in rect: Rect) {
    let wanted = max(1, technical) + max(1, business) + 2
    let gap = rect.height > wanted ? 1 : 0
    let hasChart = wantsChart && rect.height - wanted - 2 * gap >= 6
    let rows = RowAllotment.rows(
      min(rect.height, hasChart ? wanted + gap : rect.height) - 2 - gap,
      [.init(natural: max(1, technical), weight: 1), .init(natural: max(1, business), weight: 1)])
    self.technical = rect.rows(from: 0, count: rows[0] + 1)
    let second = rect.rows(from: rows[0] + 1 + gap, count: rows[1] + 1)
    self.business = second
    if hasChart { chart = rect.rows(from: rows[0] + rows[1] + 2 + 2 * gap, count: rect.height) }
    place(.metrics, Rect(x: rect.x, y: rect.y, width: rect.width, height: second.maxY - rect.y))
  }
}
