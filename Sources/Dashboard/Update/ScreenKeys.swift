import Domain
import Screen

extension Model {
  mutating func pressOnScreen(_ key: Key, wasLeaving: Bool) -> [Command] {
    if let commands = pressOnBoard(key) { return commands }
    if move(key) { return [] }
    switch key {
    case .tab: moveFocus(by: 1)
    case .backTab: moveFocus(by: -1)
    case .enter: return open()
    case .escape: back()
    case .ctrl("c"): return leave(wasLeaving)
    case .char(let letter): return press(letter, wasLeaving)
    default: break
    }
    return []
  }

  /// What a key does on the board that is shown; nil where it means what it means everywhere.
  private mutating func pressOnBoard(_ key: Key) -> [Command]? {
    switch place {
    case .overview: pressInQueue(key)
    case .board(.drift): pressOnDrift(key)
    case .board(.traces): pressOnTraces(key)
    case .board(.assess): pressOnAssess(key)
    case .board(.audit): pressOnAudit(key)
    default: nil
    }
  }

  private mutating func press(_ letter: Character, _ wasLeaving: Bool) -> [Command] {
    switch letter {
    case "1":
      show(zoomed: nil)
      // The overview must not hide incidents that nobody remembers having filtered out.
      filters[.incidents] = nil
    case "2": return show(.drift)
    case "3": show(zoomed: .incidents)
    case "4":
      trace.run = nil
      trace.isCompared = false
      return show(.traces)
    case "5": return show(.assess)
    case "6": return show(.audit)
    case "p": show(zoomed: .practices)
    case "z": zoom = zoom == nil ? focus : nil
    case " ": toggleFreeze()
    case "/": editFilter()
    case "?": helpScroll = 0
    case "q": return quitOrBack(wasLeaving)
    case "y":
      let commands = copy()
      if !commands.isEmpty { say(.info, "sent to the terminal's clipboard") }
      return commands
    default: return act(letter)
    }
    return []
  }

  private mutating func show(zoomed panel: Panel?) {
    place = .overview
    overviewZoom = panel
    if let panel { overviewFocus = panel }
  }

  /// Opens a board; its data comes with one of the next snapshots.
  mutating func show(_ board: Board) -> [Command] {
    place = .board(board)
    return [.show(BoardRequest(board))]
  }

  private mutating func toggleFreeze() {
    if isFrozen {
      frozenAt = nil
      if let held {
        self.held = nil
        show(held)
      }
    } else {
      frozenAt = now
    }
  }

  private mutating func quitOrBack(_ wasLeaving: Bool) -> [Command] {
    if place == .overview, overviewZoom == nil { return leave(wasLeaving) }
    back()
    return []
  }

  private mutating func leave(_ wasLeaving: Bool) -> [Command] {
    let drafts = forms.keys.map { $0 } + promptDrafts.keys.map(\.number)
    guard let number = drafts.min(), !wasLeaving else { return [.quit] }
    isLeaving = true
    say(.bad, "the draft for INC-\(incidentNumber(number)) is not saved: q again leaves without it")
    return []
  }

  private mutating func back() {
    if zoom != nil {
      zoom = nil
    } else if place != .overview {
      place = .overview
    } else if filters[focus] != nil {
      filters[focus] = nil
    }
  }

  /// Opens what the cursor is on: an incident, or the panel at full size.
  private mutating func open() -> [Command] {
    if place == .overview, focus == .incidents {
      guard let incident = currentIncident else { return [] }
      return open(incident.number)
    }
    zoom = focus
    return []
  }

  mutating func open(_ number: Int) -> [Command] {
    if place != .incident(number) {
      place = .incident(number)
      incidentZoom = nil
      incidentFocus = .timeline
      scrolls = scrolls.filter { !$0.key.isIncidentPart }
    }
    return [.loadDetail(number)]
  }

  private func copy() -> [Command] {
    if let board = driftBoard {
      return [.copy(([board.row.title + "\t" + DriftText.value(board.row)] + board.meaning).joined(separator: "\n"))]
    }
    if case .incident = place { return currentIncident.map { [.copy(line(for: $0))] } ?? [] }
    if let board = openTrace, board.spans.indices.contains(trace.span) {
      return [.copy(board.spans[trace.span].details.map { "\($0.name)\t\($0.text)" }.joined(separator: "\n"))]
    }
    if let detail = auditBoard?.detail { return [.copy(detail.line)] }
    let index = cursorIndex(focus)
    switch focus {
    case .runs:
      return runRows.dropFirst(index).first.map { [.copy("\($0.id)\t\($0.agent ?? "")\t\($0.finding ?? "")")] } ?? []
    case .incidents: return incidentRows.dropFirst(index).first.map { [.copy(line(for: $0))] } ?? []
    case .metrics:
      return metricRows.dropFirst(index).first.map { [.copy("\($0.title)\t\(MetricText($0).now)")] } ?? []
    case .drift:
      return driftRows.dropFirst(index).first.map { [.copy("\($0.title)\t\(DriftText.value($0))")] } ?? []
    case .agents: return agentRows.dropFirst(index).first.map { [.copy("\($0.name)\t\($0.note ?? "")")] } ?? []
    case .events:
      return eventRows.dropFirst(index).first.map { [.copy("\($0.at.formatted())\t\($0.kind)\t\($0.text)")] } ?? []
    case .sources: return sourceRows.dropFirst(index).first.map { [.copy("\($0.name)\t\($0.file)")] } ?? []
    default: return []
    }
  }

  private func line(for incident: IncidentRow) -> String {
    "INC-\(incidentNumber(incident.number))\t\(incident.severity.rawValue)\t\(incident.state.rawValue)\t\(incident.title)"
  }

  // MARK: - Moving

  private mutating func move(_ key: Key) -> Bool {
    switch key {
    case .char("j"), .down: moveCursor(by: 1)
    case .char("k"), .up: moveCursor(by: -1)
    case .pageDown: moveCursor(by: page)
    case .pageUp: moveCursor(by: -page)
    case .char("g"), .home: moveCursor(by: -Model.farAway)
    case .char("G"), .end: moveCursor(by: Model.farAway)
    default: return false
    }
    return true
  }

  private static let farAway = 1_000_000

  private var page: Int { max(1, (zoom == nil ? size.rows / 3 : size.rows - 6)) }

  private mutating func moveCursor(by step: Int) {
    let panel = focus
    if panel.hasCursor {
      let rows = rowIDs(panel)
      guard !rows.isEmpty else { return }
      let index = max(0, min(rows.count - 1, cursorIndex(panel) + step))
      cursors[panel] = Cursor(row: rows[index], index: index)
    } else {
      scrolls[panel] = max(0, min(scrollLimit(panel), (scrolls[panel] ?? restingScroll(panel)) + step))
    }
  }

  private mutating func moveFocus(by step: Int) {
    guard zoom == nil else { return }
    let panels = visiblePanels
    guard !panels.isEmpty else { return }
    let index = panels.firstIndex(of: focus) ?? 0
    focus = panels[(index + step + panels.count) % panels.count]
  }

  /// Moves the focus to a panel that the size shows.
  mutating func keepFocusVisible() {
    guard zoom == nil else { return }
    let panels = visiblePanels
    if !panels.contains(focus), let first = panels.first { focus = first }
  }

  private mutating func editFilter() {
    let panel = focus
    if case .incident = place { return }
    guard panel.hasCursor else { return }
    editing = .prompt(
      Prompt(kind: .filter, number: 0, revision: 0, panel: panel, field: TextField(filters[panel] ?? "")))
  }
}
