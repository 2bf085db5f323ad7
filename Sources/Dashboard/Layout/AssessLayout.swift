import Screen

/// Where the parts of the assess screen stand.
struct AssessLayout {
  var order: [Panel] = []
  var frames: [Panel: Rect] = [:]

  init(_ board: AssessBoard, size: Size, body: Rect) {
    switch OverviewLayout.kind(size) {
    case .oneLine: break
    case .tiny: place(.assessments, body)
    case .narrow:
      let rows = RowAllotment.rows(
        body.height - 3,
        [
          .init(natural: max(1, board.items.count), weight: 5), .init(natural: max(1, board.rules.count), weight: 4),
          .init(natural: max(1, board.checks.count), weight: 4),
        ])
      place(.assessments, body.rows(from: 0, count: rows[0] + 1))
      place(.ruleQuality, body.rows(from: rows[0] + 1, count: rows[1] + 1))
      place(.checks, body.rows(from: rows[0] + rows[1] + 2, count: body.height))
    case .wide, .full:
      let upper = max(4, min(board.items.count + 1, body.height / 2))
      place(.assessments, body.rows(from: 0, count: upper))
      let lower = body.rows(from: upper, count: body.height).split(left: body.width / 2, gap: 2)
      place(.ruleQuality, lower.left)
      place(.checks, lower.right)
    }
  }

  private mutating func place(_ panel: Panel, _ rect: Rect) {
    guard rect.height > 1 else { return }
    frames[panel] = rect
    order.append(panel)
  }
}
