import Domain
import Screen

/// Takes a message into the model and says what is to be done outside. Nothing else changes a model.
public func update(_ model: inout Model, _ message: Message) -> [Command] {
  defer { model.keepQueueRows() }
  switch message {
  case .key(let key):
    return model.press(key)
  case .snapshot(let snapshot):
    model.receive(snapshot)
    return model.callForAttention()
  case .tick(let now):
    model.pass(to: now)
    return []
  case .resized(let size):
    model.size = size
    model.keepFocusVisible()
    return []
  case .commandFinished(let id, let result):
    model.finish(id, result)
    return []
  }
}

extension Model {
  mutating func receive(_ newer: Snapshot) {
    pass(to: newer.takenAt)
    if isFrozen {
      held = newer
      // What was asked for after the view was frozen is shown all the same.
      if newer.board?.request != snapshot.board?.request { snapshot.board = newer.board }
    } else {
      show(newer)
    }
  }

  /// Shows a snapshot; cursors stay on their rows, and where a row has gone, on its place.
  mutating func show(_ newer: Snapshot) {
    let places = cursors.keys.map { ($0, cursorIndex($0)) }
    let top = settlesUntil == nil ? nil : incidentRows.first?.number
    pinQueueRows()
    snapshot = newer
    keepQueueRows()
    if let settlesUntil, now < settlesUntil, incidentRows.first?.number != top {
      self.settlesUntil = now + Model.settlingTime
    }
    for (panel, place) in places { cursors[panel]?.index = place }
    for (panel, _) in places {
      let rows = rowIDs(panel)
      let index = cursorIndex(panel)
      cursors[panel] = rows.indices.contains(index) ? Cursor(row: rows[index], index: index) : nil
    }
    anchorIncidentCursor()
  }

  /// Pins the queue's cursor to the incident it stands on, so that a graver one that arrives cannot slip under it.
  mutating func anchorIncidentCursor() {
    if let settlesUntil, now < settlesUntil { return }
    guard cursors[.incidents] == nil, let first = incidentRows.first else { return }
    cursors[.incidents] = Cursor(row: .incident(first.number), index: 0)
  }

  mutating func pass(to instant: Timestamp) {
    now = max(now, instant)
    if let undoOffer, now >= undoOffer.until { self.undoOffer = nil }
    if let line, line.tone != .bad, now - line.at >= MessageLine.lifetime { self.line = nil }
  }

  mutating func say(_ tone: MessageLine.Tone, _ text: String) {
    line = MessageLine(tone: tone, text: text, at: now)
  }

  mutating func press(_ key: Key) -> [Command] {
    switch key {
    case .resize(let size):
      return update(&self, .resized(size))
    case .focusIn, .focusOut:
      return []
    case .ctrl("l"):
      return [.redraw]
    case .ctrl("z"):
      return [.suspend]
    default:
      break
    }
    line = nil
    settlesUntil = nil
    anchorIncidentCursor()
    let wasLeaving = isLeaving
    isLeaving = false
    if helpScroll != nil { return pressInHelp(key) }
    switch editing {
    case .prompt(let prompt): return pressInPrompt(key, prompt)
    case .form(let form): return pressInForm(key, form)
    case nil: return pressOnScreen(key, wasLeaving: wasLeaving)
    }
  }

  private mutating func pressInHelp(_ key: Key) -> [Command] {
    let scroll = helpScroll ?? 0
    switch key {
    case .char("j"), .down: helpScroll = min(scroll + 1, KeyList.all.count)
    case .char("k"), .up: helpScroll = max(0, scroll - 1)
    case .pageDown: helpScroll = min(scroll + 10, KeyList.all.count)
    case .pageUp: helpScroll = max(0, scroll - 10)
    default: helpScroll = nil
    }
    return []
  }
}
