import Screen

/// Where the parts of the trace screen stand, below the line that names the run.
struct TraceLayout {
  var order: [Panel] = []
  var frames: [Panel: Rect] = [:]

  /// The list of runs.
  init(agents: Int, size: Size, body: Rect) {
    switch OverviewLayout.kind(size) {
    case .oneLine: break
    case .tiny: place(.runs, body)
    case .narrow, .wide, .full:
      let above = max(3, min(agents + 1, body.height / 3))
      place(.agents, body.rows(from: 0, count: above))
      place(.runs, body.rows(from: above, count: body.height))
      order = [.runs, .agents]
    }
  }

  /// One run in full.
  init(_ board: TraceBoard, isCompared: Bool, size: Size, body: Rect) {
    let kind = OverviewLayout.kind(size)
    guard kind != .oneLine else { return }
    if isCompared {
      place(.comparison, body)
      return
    }
    guard kind != .tiny else {
      place(.spans, body)
      return
    }
    let findings = min(max(2, board.findings.count + 1), max(2, body.height / 3))
    let upper = body.rows(from: 0, count: body.height - findings)
    if kind == .narrow {
      place(.spans, upper)
    } else {
      let parts = upper.split(left: body.width * (body.width >= 160 ? 66 : 64) / 100, gap: 2)
      place(.spans, parts.left)
      place(.spanDetail, parts.right)
    }
    place(.findings, body.rows(from: upper.height, count: body.height))
  }

  private mutating func place(_ panel: Panel, _ rect: Rect) {
    guard rect.height > 1 else { return }
    frames[panel] = rect
    order.append(panel)
  }
}
