import Domain
import Screen

/// Where the parts of the incident screen stand; the form takes its room from the parts below it while it is open.
struct IncidentLayout {
  var order: [Panel] = []
  var frames: [Panel: Rect] = [:]
  var form: Rect?

  /// Rule and fields of the form.
  static let formRows = 6

  init(_ detail: IncidentDetail?, isFormOpen: Bool, size: Size, body: Rect) {
    switch OverviewLayout.kind(size) {
    case .oneLine: break
    case .tiny: layTiny(isFormOpen, body)
    case .narrow: layNarrow(detail, isFormOpen, body)
    case .wide, .full: layWide(detail, isFormOpen, body)
    }
  }

  private mutating func place(_ panel: Panel, _ rect: Rect) {
    guard rect.height > 1 else { return }
    frames[panel] = rect
    order.append(panel)
  }

  private mutating func layTiny(_ isFormOpen: Bool, _ body: Rect) {
    if isFormOpen {
      form = body
    } else {
      let parts = body.split(top: body.height / 2)
      place(.timeline, parts.top)
      place(.actions, parts.bottom)
    }
  }

  private mutating func layNarrow(_ detail: IncidentDetail?, _ isFormOpen: Bool, _ body: Rect) {
    let form = isFormOpen ? IncidentLayout.formRows : 0
    let rows = RowAllotment.rows(
      body.height - form - 3,
      [
        .init(natural: max(5, min(8, IncidentLayout.top(detail))), weight: isFormOpen ? 5 : 6),
        .init(natural: max(2, IncidentLayout.proof(detail)), weight: 4),
        .init(natural: isFormOpen ? 3 : 12, weight: isFormOpen ? 1 : 6),
      ])
    let upper = body.rows(from: 0, count: rows[0] + 1)
    if let detail, detail.runbook == nil {
      // Half of so small a screen would only say that there is none.
      place(.timeline, upper)
    } else {
      let columns = upper.split(left: body.width / 2, gap: 1)
      place(.timeline, columns.left)
      place(.runbook, columns.right)
    }
    place(.evidence, body.rows(from: rows[0] + 1, count: rows[1] + 1))
    if isFormOpen { self.form = body.rows(from: rows[0] + rows[1] + 2, count: form) }
    let rest = body.rows(from: rows[0] + rows[1] + 2 + form, count: body.height)
    guard !isFormOpen else {
      place(.actions, rest)
      return
    }
    let lower = rest.split(left: body.width / 2, gap: 1)
    place(.actions, lower.left)
    place(.chart, lower.right)
  }

  private mutating func layWide(_ detail: IncidentDetail?, _ isFormOpen: Bool, _ body: Rect) {
    let form = isFormOpen ? IncidentLayout.formRows : 0
    let moments = max(2, detail?.timeline.count ?? 1)
    let proof = max(2, IncidentLayout.proof(detail))
    let steps = max(2, detail?.runbook?.steps.count ?? 1)
    let actions = max(2, ActionsPanel.lineCount(detail?.actions ?? []))
    let wanted = max(moments + proof, steps + actions) + 2
    let chart = max((body.height - form) * 2 / 5, body.height - form - wanted)
    let upper = body.rows(from: 0, count: body.height - form - chart)
    let width = body.width >= 160 ? body.width * 45 / 100 : body.width * 54 / 100
    let columns = upper.split(left: width, gap: 2)
    let left = RowAllotment.rows(
      upper.height - 2, [.init(natural: moments, weight: 6), .init(natural: proof, weight: 5)])
    let right = RowAllotment.rows(
      upper.height - 2, [.init(natural: steps, weight: 5), .init(natural: actions, weight: 5)])
    place(.timeline, columns.left.rows(from: 0, count: left[0] + 1))
    place(.runbook, columns.right.rows(from: 0, count: right[0] + 1))
    place(.evidence, columns.left.rows(from: left[0] + 1, count: upper.height))
    place(.actions, columns.right.rows(from: right[0] + 1, count: upper.height))
    if isFormOpen { self.form = body.rows(from: upper.height, count: form) }
    let lower = body.rows(from: upper.height + form, count: chart).split(left: width, gap: 2)
    place(.chart, lower.left)
    place(.similar, lower.right)
  }

  private static func top(_ detail: IncidentDetail?) -> Int {
    max(detail?.timeline.count ?? 0, detail?.runbook?.steps.count ?? 0)
  }

  private static func proof(_ detail: IncidentDetail?) -> Int {
    guard let detail else { return 1 }
    return detail.signals.count + detail.evidence.count + (detail.metric == nil ? 0 : 1)
  }
}
