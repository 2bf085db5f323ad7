import Screen

/// Where the parts of the drift screen stand, below the line that names the column.
struct DriftLayout {
  var order: [Panel] = []
  var frames: [Panel: Rect] = [:]
  /// Whether each bin has a row of its own for the reference.
  var isTall = false

  init(_ board: DriftBoard, size: Size, body: Rect) {
    switch OverviewLayout.kind(size) {
    case .oneLine: break
    case .tiny: place(.distribution, body)
    case .narrow: layNarrow(board, body)
    case .wide, .full: layWide(board, body)
    }
  }

  private mutating func place(_ panel: Panel, _ rect: Rect) {
    guard rect.height > 1 else { return }
    frames[panel] = rect
    order.append(panel)
  }

  private mutating func layNarrow(_ board: DriftBoard, _ body: Rect) {
    let bins = max(2, board.row.movers.count + 1)
    let meaning = min(4, max(1, DriftScreen.meaning(board, width: body.width).count) + 1)
    let rest = body.height - meaning
    let rows = RowAllotment.rows(
      rest - 2, [.init(natural: bins, weight: 5), .init(natural: max(6, board.segments.count), weight: 4)])
    place(.distribution, body.rows(from: 0, count: rows[0] + 1))
    let middle = body.rows(from: rows[0] + 1, count: rest - rows[0] - 1).split(left: body.width / 2, gap: 2)
    place(.segments, middle.left)
    place(.course, middle.right)
    place(.meaning, body.rows(from: rest, count: meaning))
  }

  private mutating func layWide(_ board: DriftBoard, _ body: Rect) {
    let columns = body.split(left: body.width * (body.width >= 160 ? 48 : 52) / 100, gap: 2)
    let bins = max(2, board.row.movers.count)
    // Room for the graph comes before room for two rows a bin.
    isTall = bins * 2 + 2 <= columns.left.height - 10
    let distribution = min(bins * (isTall ? 2 : 1) + 2, max(4, columns.left.height - 8))
    place(.distribution, columns.left.rows(from: 0, count: distribution))
    place(.course, columns.left.rows(from: distribution, count: columns.left.height))
    let rows = RowAllotment.rows(
      columns.right.height - 4,
      [
        .init(natural: max(2, board.comparisons.count + 1), weight: 5),
        .init(natural: max(1, DriftScreen.meaning(board, width: columns.right.width).count), weight: 6),
        .init(natural: max(2, board.segments.count), weight: 6), .init(natural: 12, weight: 5),
      ])
    var y = 0
    for (panel, count) in zip([Panel.versions, .meaning, .segments, .events], rows) {
      place(panel, columns.right.rows(from: y, count: panel == .events ? columns.right.height : count + 1))
      y += count + 1
    }
  }
}
