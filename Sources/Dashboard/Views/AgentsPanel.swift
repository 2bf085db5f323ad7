import Domain
import Screen

/// Agents and how their latest runs went: one character a run, newest at the right.
struct AgentsPanel {
  var context: ViewContext

  private var glyphs: Glyphs { context.glyphs }

  func draw(on surface: inout Surface, in rect: Rect) {
    let rows = context.model.agentRows
    let shown = min(runWidth(rect.width), rows.map(\.runs.count).max() ?? 0)
    let caption = rows.isEmpty || rect.width < 44 ? "" : "last \(shown) \(glyphs.dot) 1 char = 1 run"
    let body = context.title("4 Agent runs", caption: caption, of: .agents, on: &surface, in: rect)
    guard !rows.isEmpty else {
      context.hint(
        context.model.filters[.agents] != nil
          ? "no agent matches the filter (esc drops it)" : "no traces: add a source with OTLP spans of your agents",
        on: &surface, in: body)
      return
    }
    let cursor = context.cursor(.agents)
    for (line, index) in context.window(rows.count, height: body.height, cursor: cursor).enumerated() {
      let place = body.row(line)
      draw(rows[index], on: &surface, in: place)
      if index == cursor {
        surface.select(Rect(x: place.x + 1, y: place.y, width: nameWidth(place.width) + 2, height: 1))
      }
    }
  }

  private func nameWidth(_ width: Int) -> Int { width >= 90 ? 24 : 12 }
  private func noteWidth(_ width: Int) -> Int { width >= 90 ? 24 : 14 }
  private func runWidth(_ width: Int) -> Int {
    max(0, width - nameWidth(width) - 3 - (width >= 44 ? noteWidth(width) + 1 : 0))
  }

  private func draw(_ row: AgentRow, on surface: inout Surface, in rect: Rect) {
    surface.write([glyph(row)], x: rect.x, y: rect.y)
    surface.write(
      row.name.truncated(toWidth: min(nameWidth(rect.width), max(0, rect.width - 2)), ellipsis: glyphs.ellipsis),
      x: rect.x + 2, y: rect.y)
    let width = runWidth(rect.width)
    for (offset, mark) in row.runs.suffix(width).enumerated() {
      let run = AgentsPanel.mark(mark, glyphs)
      surface.write(run.text, x: rect.x + nameWidth(rect.width) + 3 + offset, y: rect.y, style: run.style)
    }
    guard rect.width >= 44 else { return }
    let note =
      row.note.map { TextRun($0, role(row)) }
      ?? row.blind.map { _ in TextRun(context.model.place == .board(.traces) ? "blind: select" : "blind: see 4", .stale)
      }
    if let note {
      surface.writeLine([], right: [note], in: rect.split(right: noteWidth(rect.width)).right, glyphs: glyphs)
    }
  }

  private func role(_ row: AgentRow) -> Role {
    switch row.standing {
    case 3: .alarm
    case 1, 2: .warn
    default: .foreground
    }
  }

  func glyph(_ row: AgentRow) -> TextRun {
    switch row.standing {
    case 3: TextRun(glyphs.alarm, .alarm)
    case 1, 2: TextRun(glyphs.warn, .warn)
    default: row.blind == nil ? TextRun(glyphs.ok, .dim) : TextRun(glyphs.stale, .stale)
    }
  }

  /// The character that stands for a run.
  static func mark(_ mark: RunMark, _ glyphs: Glyphs) -> TextRun {
    switch mark {
    case .ok: TextRun(glyphs.ok, .dim)
    case .open: TextRun(glyphs.verify, .verify)
    case .notice: TextRun("•", .focus)
    case .warn: TextRun(glyphs.warn, .warn)
    case .error: TextRun(glyphs.cross, .warn)
    case .incident: TextRun(glyphs.alarm, .alarm)
    }
  }
}

/// The latest runs of one agent.
struct RunsPanel {
  var context: ViewContext

  private var glyphs: Glyphs { context.glyphs }

  func draw(_ agent: AgentRow, on surface: inout Surface, in rect: Rect) {
    let legend =
      "\(glyphs.ok) ok  \(glyphs.verify) open  • notice  \(glyphs.warn) warn  \(glyphs.cross) error  \(glyphs.alarm) incident"
    let body = context.title(
      "\(agent.name.truncated(toWidth: 24, ellipsis: glyphs.ellipsis)): latest runs", caption: legend, on: &surface,
      in: rect)
    var room = body
    if let blind = agent.blind {
      surface.writeLine([TextRun("\(glyphs.stale) blind: \(blind)", .stale)], in: room.row(0), glyphs: glyphs)
      room = room.split(top: 1).bottom
    }
    guard !agent.latest.isEmpty else {
      context.hint("no run has been put together yet", on: &surface, in: room)
      return
    }
    for (line, run) in agent.latest.prefix(max(0, room.height)).enumerated() {
      let mark = AgentsPanel.mark(run.mark, glyphs)
      let took = run.duration.map { TimeText.spaced($0) } ?? "open"
      let tokens = run.tokens.map { NumberText.compact(Double($0)) + " tok" } ?? "tokens —"
      surface.writeLine(
        [
          mark, TextRun(" \(TimeText.seconds(run.start)) ", .dim),
          TextRun(run.id.fitted(toWidth: rect.width >= 100 ? 24 : 12, ellipsis: glyphs.ellipsis) + " "),
          TextRun(
            took.padded(toWidth: 6, .right) + "\(NumberText.count(run.steps)) steps".padded(toWidth: 12, .right), .dim),
          TextRun(tokens.padded(toWidth: 12, .right) + "  ", .dim),
          TextRun(run.findings.joined(separator: ", "), mark.style.role == .dim ? Role.foreground : mark.style.role),
        ], in: room.row(line), glyphs: glyphs)
    }
  }
}
