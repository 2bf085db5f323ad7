import Domain
import Screen

/// The queue: what needs a person first, worst first.
struct IncidentsPanel {
  var context: ViewContext

  private var glyphs: Glyphs { context.glyphs }

  func draw(on surface: inout Surface, in rect: Rect) {
    let rows = context.model.incidentRows
    let body = context.title("3 Incidents", caption: caption, of: .incidents, on: &surface, in: rect)
    guard !rows.isEmpty else {
      let filtered = context.model.filters[.incidents] != nil
      context.hint(
        filtered ? "no incident matches the filter (esc drops it)" : "no open incidents", on: &surface, in: body)
      return
    }
    let cursor = context.model.cursorIndex(.incidents)
    let ownerWidth = min(10, max(2, rows.map { DisplayWidth.of($0.owner ?? "") }.max() ?? 2))
    for (line, index) in context.window(rows.count, height: body.height, cursor: cursor).enumerated() {
      draw(
        rows[index], isSelected: index == cursor, ownerWidth: ownerWidth, on: &surface, in: body.row(line))
    }
  }

  private var caption: String {
    let open = context.snapshot.incidents.filter(\.isOpen)
    let hidden = context.model.hiddenIncidents
    let new = open.count { $0.state == .new }
    var parts = hidden > 0 ? ["\(hidden) hidden by the filter"] : []
    parts.append("\(open.count) open")
    if !context.model.marked.isEmpty { parts.append("\(context.model.marked.count) marked") }
    if new > 0 { parts.append("\(new) new") }
    let silenced = context.model.silencedIncidents
    if silenced > 0 { parts.append("\(silenced) silenced") }
    if let oldest = open.map(\.openedAt).min() {
      parts.append("oldest \(TimeText.age(of: oldest, at: context.now))")
    }
    return parts.joined(separator: " \(glyphs.dot) ")
  }

  private func draw(
    _ row: IncidentRow, isSelected: Bool, ownerWidth: Int, on surface: inout Surface, in rect: Rect
  ) {
    let badge = IncidentText.badge(row, glyphs)
    let isQuiet = row.queueRank > 0
    let state =
      context.model.pendingAct(on: row.number).map { TextRun($0.kind.short, .focus) }
      ?? IncidentText.state(row)
    let owner = (row.owner ?? glyphs.none).fitted(toWidth: ownerWidth, .right, ellipsis: glyphs.ellipsis)
    let right = [
      TextRun(TimeText.age(of: row.openedAt, at: context.now).padded(toWidth: 5, .right) + " ", .dim),
      TextRun(state.text.fitted(toWidth: 6, ellipsis: glyphs.ellipsis) + " ", state.style), TextRun(owner, .dim),
    ]
    let isMarked =
      row.members.isEmpty
      ? context.model.marked.contains(row.number) : row.members.allSatisfy(context.model.marked.contains)
    var left = [
      TextRun(isMarked ? glyphs.check : " ", .focus), TextRun("\(badge.text) ", badge.style),
      TextRun(incidentNumber(row.number) + " ", .dim),
      TextRun(row.title, isQuiet ? .dim : .foreground, row.state == .new ? .bold : []),
    ]
    let notes = IncidentText.notes(row, now: context.now)
    if !notes.isEmpty { left.append(TextRun("  (\(notes))", .dim)) }
    surface.writeLine(left, right: right, in: rect, glyphs: glyphs)
    guard isSelected else { return }
    surface.write(
      isMarked ? glyphs.check : glyphs.selected, x: rect.x, y: rect.y, style: Style(.focus), maxWidth: rect.width)
    guard context.isFocused(.incidents) else { return }
    surface.select(Rect(x: rect.x + 8, y: rect.y, width: rect.width - 8, height: 1))
    let role: Role = badge.style.role == .alarm ? .badgeAlarm : badge.style.role
    surface.write("\(badge.text) ", x: rect.x + 1, y: rect.y, style: Style(role, .reverse), maxWidth: rect.width - 1)
  }

  /// The queue on a small terminal: number, title, age and state only.
  func drawTiny(on surface: inout Surface, in rect: Rect) {
    let rows = context.model.incidentRows
    if rows.isEmpty {
      let hidden = context.model.hiddenIncidents
      context.hint(
        hidden > 0 ? "\(hidden) hidden by the filter (esc drops it)" : "no open incidents", on: &surface, in: rect)
    }
    let cursor = context.model.cursorIndex(.incidents)
    for (line, index) in context.window(rows.count, height: rect.height, cursor: cursor).enumerated() {
      let row = rows[index]
      let badge = IncidentText.badge(row, glyphs)
      let state =
        context.model.pendingAct(on: row.number).map { TextRun($0.kind.short, .focus) }
        ?? IncidentText.state(row)
      let place = rect.row(line)
      surface.writeLine(
        [
          TextRun(String(badge.text.prefix(1)), badge.style),
          TextRun(" " + incidentNumber(row.number) + " " + row.title),
        ],
        right: [
          TextRun(TimeText.age(of: row.openedAt, at: context.now), .dim),
          TextRun(" " + state.text.truncated(toWidth: 4, ellipsis: "").padded(toWidth: 4), state.style),
        ],
        in: place, glyphs: glyphs)
      if index == cursor, context.isFocused(.incidents) {
        surface.select(Rect(x: place.x + 2, y: place.y, width: place.width - 2, height: 1))
      }
    }
  }
}

/// The words for an incident.
enum IncidentText {
  /// Who else looks at an incident, in words; nil where nobody does.
  static func viewing(_ names: [String]) -> String? {
    var different: [String] = []
    for name in names where !different.contains(name) { different.append(name) }
    let shown = different.prefix(2).map { $0.fitted(toWidth: min(20, DisplayWidth.of($0)), ellipsis: "…") }
    switch different.count {
    case 0: return nil
    case 1: return "\(shown[0]) is viewing"
    case 2: return "\(shown[0]) and \(shown[1]) are viewing"
    default: return "\(shown[0]), \(shown[1]) and \(different.count - 2) more are viewing"
    }
  }

  /// Glyph and word of what it is: its severity, or that it is only being watched, or how it ended.
  static func badge(_ row: IncidentRow, _ glyphs: Glyphs) -> TextRun {
    switch row.state {
    case .monitoring: TextRun("\(glyphs.verify) \(row.isVerifying ? "VRFY" : "WTCH")", .verify)
    case .resolved: TextRun("\(glyphs.check) RSLV", .ok)
    case .review: TextRun("\(glyphs.verify) REVW", .verify)
    case .closed: TextRun("\(glyphs.check) CLSD", .dim)
    case .dismissed: TextRun("\(glyphs.dot) DISM", .dim)
    case .merged: TextRun("\(glyphs.dot) MRGD", .dim)
    case .new, .acknowledged, .mitigating: severity(row.severity, glyphs)
    }
  }

  static func severity(_ severity: Severity, _ glyphs: Glyphs) -> TextRun {
    switch severity {
    case .alarm: TextRun("\(glyphs.alarm) ALRM", .alarm)
    case .warn: TextRun("\(glyphs.warn) WARN", .warn)
    case .notice: TextRun("\(glyphs.dot) NOTE", .focus)
    }
  }

  /// The state in at most six letters.
  static func state(_ row: IncidentRow) -> TextRun {
    switch row.state {
    case .new: TextRun("NEW", .title)
    case .acknowledged: TextRun("ACK", .acknowledged)
    case .mitigating: TextRun("MITIG", .foreground)
    case .monitoring: TextRun(row.isVerifying ? "VERIFY" : "WATCH", .verify)
    case .resolved: TextRun("RESOLV", .ok)
    case .review: TextRun("REVIEW", .verify)
    case .closed: TextRun("CLOSED", .dim)
    case .dismissed: TextRun("DISMIS", .dim)
    case .merged: TextRun("MERGED", .dim)
    }
  }

  /// What overlays its state.
  static func notes(_ row: IncidentRow, now: Timestamp) -> String {
    var notes: [String] = []
    if row.episode > 1 { notes.append("episode \(row.episode)") }
    if row.isFlapping { notes.append("flapping") }
    if let until = row.snoozedUntil, until > now { notes.append("snoozed \((until - now).short)") }
    if let by = row.silencedBy, let until = row.silencedUntil, until > now {
      notes.append("silenced by \(by) \((until - now).short)")
    }
    if let due = row.overdueSince, due < now { notes.append("action \((now - due).short) overdue") }
    if row.signalsCleared == true, row.isOpen { notes.append("signals clear") }
    return notes.joined(separator: ", ")
  }
}

extension IncidentAct.Kind {
  /// What is being done, in six letters.
  var short: String {
    switch self {
    case .acknowledge: "ack…"
    case .undo: "undo…"
    default: "save…"
    }
  }
}
