import Screen

/// Where the parts of the audit screen stand, below the line that says whether the chain holds.
struct AuditLayout {
  var order: [Panel] = []
  var frames: [Panel: Rect] = [:]

  init(size: Size, body: Rect, activity: Int) {
    switch OverviewLayout.kind(size) {
    case .oneLine: break
    case .tiny: place(.journal, body)
    case .narrow:
      let below = min(7, body.height / 3)
      place(.journal, body.rows(from: 0, count: body.height - below))
      place(.entry, body.rows(from: body.height - below, count: below))
    case .wide, .full:
      let parts = body.split(left: body.width * (body.width >= 160 ? 60 : 64) / 100, gap: 2)
      place(.journal, parts.left)
      let practices = min(6, max(0, parts.right.height / 5))
      let acted = min(max(2, activity + 1), parts.right.height / 3)
      let entry = parts.right.height - practices - acted
      place(.entry, parts.right.rows(from: 0, count: entry))
      place(.activity, parts.right.rows(from: entry, count: acted))
      place(.practices, parts.right.rows(from: entry + acted, count: practices))
    }
  }

  private mutating func place(_ panel: Panel, _ rect: Rect) {
    guard rect.height > 1 else { return }
    frames[panel] = rect
    order.append(panel)
  }
}
