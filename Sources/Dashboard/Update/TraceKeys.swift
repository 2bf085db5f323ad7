import Domain
import Screen

extension Model {
  /// The trace board's data, when it is what is shown.
  var traceBoard: TraceBoard? {
    guard place == .board(.traces), case .traces(let board)? = snapshot.board else { return nil }
    return board
  }

  /// The board in which a run is shown in full.
  var openTrace: TraceBoard? {
    guard let board = traceBoard, let run = board.run, run.id == trace.run else { return nil }
    return board
  }

  /// The runs as they are listed.
  var runRows: [TraceBoard.Run] {
    guard let board = traceBoard else { return [] }
    let filter = FuzzyFilter(filters[.runs] ?? "")
    return board.runs.filter {
      filter.lets("\($0.agent ?? "") \($0.version ?? "") \($0.finding ?? "") \($0.mark.rawValue) \($0.id)")
    }
  }

  /// What a key does on the trace screen; nil where it means what it means everywhere.
  mutating func pressOnTraces(_ key: Key) -> [Command]? {
    guard let board = traceBoard else { return nil }
    return trace.run == nil ? pressInRuns(key) : pressInRun(key, board)
  }

  private mutating func pressInRuns(_ key: Key) -> [Command]? {
    let rows = runRows
    let index = cursorIndex(.runs)
    switch key {
    case .enter:
      guard focus == .runs else { return nil }
      return rows.indices.contains(index) ? showRun(rows[index].id) : []
    case .char("b"):
      guard rows.indices.contains(index) else { return [] }
      mark(rows[index].id)
      return []
    case .char("f"), .char("F"):
      guard !rows.isEmpty else { return [] }
      let order = key == .char("f") ? Array(rows.indices.dropFirst(index + 1)) : rows.indices.prefix(index).reversed()
      guard let next = order.first(where: { rows[$0].mark > .open }) else {
        say(.info, "no further run with a finding")
        return []
      }
      cursors[.runs] = Cursor(row: .name(rows[next].id), index: next)
      return []
    default: return nil
    }
  }

  /// Shows a run in full.
  mutating func showRun(_ id: String) -> [Command] {
    let baseline = trace.baseline
    trace = TraceState()
    trace.run = id
    trace.baseline = baseline
    place = .board(.traces)
    boardZoom[.traces] = nil
    boardFocus[.traces] = .spans
    scrolls[.spanDetail] = nil
    return [.show(trace.request)]
  }

  private mutating func pressInRun(_ key: Key, _ board: TraceBoard) -> [Command]? {
    switch key {
    case .escape, .char("q"):
      if zoom != nil {
        zoom = nil
        return []
      }
      if trace.isCompared {
        trace.isCompared = false
        return [.show(trace.request)]
      }
      trace.run = nil
      boardFocus[.traces] = .runs
      return [.show(trace.request)]
    case .enter:
      zoom = zoom == nil ? (focus == .spans ? .spanDetail : focus) : nil
      return []
    case .char("n"), .char("f"): return goToFinding(1, board)
    case .char("N"), .char("F"): return goToFinding(-1, board)
    case .char("h"), .left: return fold(board)
    case .char("l"), .right: return unfold(board)
    case .char("b"):
      if let id = trace.run { mark(id) }
      return []
    case .char("d"): return compare()
    case .char("i"):
      guard let number = board.incident else {
        say(.info, "no incident is open about this agent")
        return []
      }
      return open(number)
    case .char("j"),
      .down where focus == .spans:
      return moveSpan(1, board)
    case .char("k"),
      .up where focus == .spans:
      return moveSpan(-1, board)
    case .pageDown where focus == .spans: return moveSpan(max(1, size.rows / 2), board)
    case .pageUp where focus == .spans: return moveSpan(-max(1, size.rows / 2), board)
    case .char("g") where focus == .spans, .home where focus == .spans:
      trace.span = 0
      return []
    case .char("G") where focus == .spans, .end where focus == .spans:
      trace.span = max(0, board.spans.count - 1)
      if !board.spans.isEmpty, trace.hides(trace.span, in: board.spans) {
        trace.span = trace.visible(after: trace.span, step: -1, in: board.spans) ?? 0
      }
      return []
    default: return nil
    }
  }

  private mutating func moveSpan(_ step: Int, _ board: TraceBoard) -> [Command]? {
    guard focus == .spans else { return nil }
    for _ in 0..<step.magnitude {
      guard let next = trace.visible(after: trace.span, step: step.signum(), in: board.spans) else { break }
      trace.span = next
    }
    scrolls[.spanDetail] = nil
    return []
  }

  private mutating func fold(_ board: TraceBoard) -> [Command]? {
    guard focus == .spans, board.spans.indices.contains(trace.span) else { return nil }
    let row = board.spans[trace.span]
    if row.below > 0, !trace.folded.contains(row.id) {
      trace.folded.insert(row.id)
    } else if row.isRepeat {
      var first = trace.span
      while first > 0, board.spans[first].isRepeat { first -= 1 }
      trace.unfolded.remove(board.spans[first].id)
      trace.span = first
    } else if let parent = row.parent {
      trace.span = parent
    }
    return []
  }

  private mutating func unfold(_ board: TraceBoard) -> [Command]? {
    guard focus == .spans, board.spans.indices.contains(trace.span) else { return nil }
    let row = board.spans[trace.span]
    trace.folded.remove(row.id)
    if row.repeats > 1 { trace.unfolded.insert(row.id) }
    return []
  }

  /// Goes to the first span of the next finding, and unfolds what hides it.
  private mutating func goToFinding(_ step: Int, _ board: TraceBoard) -> [Command] {
    guard !board.findings.isEmpty else {
      say(.info, "nothing was found in this run")
      return []
    }
    let count = board.findings.count
    let next = trace.finding.map { ($0 + step + count) % count } ?? (step > 0 ? 0 : count - 1)
    trace.finding = next
    guard let span = board.findings[next].spans.last, board.spans.indices.contains(span) else {
      say(.info, "the finding's spans are no longer kept")
      return []
    }
    reveal(span, board)
    trace.span = span
    return []
  }

  private mutating func reveal(_ index: Int, _ board: TraceBoard) {
    var first = index
    while first > 0, board.spans[first].isRepeat { first -= 1 }
    if first != index { trace.unfolded.insert(board.spans[first].id) }
    var row = board.spans[index]
    while let parent = row.parent {
      row = board.spans[parent]
      trace.folded.remove(row.id)
    }
  }

  private mutating func mark(_ id: String) {
    trace.baseline = id
    say(.info, "run \(id.prefix(24)) is the one to compare with: open another and press d")
  }

  private mutating func compare() -> [Command] {
    guard let baseline = trace.baseline else {
      say(.info, "mark a run to compare with first: b")
      return []
    }
    guard baseline != trace.run else {
      say(.info, "this is the marked run itself: open another and press d")
      return []
    }
    trace.isCompared.toggle()
    return [.show(trace.request)]
  }
}
