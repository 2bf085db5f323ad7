import Domain
import Screen

/// One incident: what happened, what to do, what was done and whether it worked.
struct IncidentScreen {
  var context: ViewContext
  var number: Int
  var size: Size

  private var model: Model { context.model }
  private var glyphs: Glyphs { context.glyphs }
  private var detail: IncidentDetail? { context.snapshot.details[number] }

  func draw(on surface: inout Surface, in rect: Rect) {
    guard let row = model.incident(number) else {
      context.hint("INC-\(incidentNumber(number)) is not in view any more: esc goes back", on: &surface, in: rect)
      return
    }
    drawTop(row, on: &surface, in: rect.row(0))
    drawFacts(row, on: &surface, in: rect.row(1))
    let body = rect.split(top: 2).bottom
    var form: ActionForm?
    if case .form(let open) = model.editing, open.number == number { form = open }
    if detail == nil, form == nil {
      context.hint("loading what is known about this incident", on: &surface, in: body)
      return
    }
    if let zoom = model.incidentZoom, form == nil {
      draw(zoom, on: &surface, in: body)
      return
    }
    let layout = IncidentLayout(detail, isFormOpen: form != nil, size: size, body: body)
    for panel in layout.order {
      if let frame = layout.frames[panel] { draw(panel, on: &surface, in: frame) }
    }
    if let form, let frame = layout.form {
      ActionFormView(context: context).draw(form, on: &surface, in: frame)
    }
  }

  /// Severity, number and title at the left; how long, which state and whose at the right.
  private func drawTop(_ row: IncidentRow, on surface: inout Surface, in rect: Rect) {
    let badge = IncidentText.badge(row, glyphs)
    let word = row.state == .monitoring || !row.isOpen ? badge.text : longBadge(row)
    let style = badge.style.role == .alarm ? Style(.badgeAlarm) : Style(badge.style.role, .reverse)
    let state = model.pendingAct(on: number)?.kind.present ?? IncidentText.state(row).text
    let dot = " \(glyphs.dot) "
    let age =
      row.isOpen
      ? "open \(TimeText.age(of: row.openedAt, at: context.now))" : "opened \(TimeText.minutes(row.openedAt))"
    let role: Role = row.state == .new ? badge.style.role : .foreground
    surface.writeLine(
      [
        TextRun("\(word) ", style), TextRun(" INC-\(incidentNumber(row.number))  ", .title), TextRun(row.title, .title),
      ],
      right: [TextRun(age + dot + state + dot + (row.owner ?? "nobody"), role)], in: rect, glyphs: glyphs)
  }

  private func longBadge(_ row: IncidentRow) -> String {
    switch row.severity {
    case .alarm: "\(glyphs.alarm) ALARM"
    case .warn: "\(glyphs.warn) WARN"
    case .notice: "\(glyphs.dot) NOTE"
    }
  }

  private func drawFacts(_ row: IncidentRow, on surface: inout Surface, in rect: Rect) {
    var facts: [[TextRun]] = []
    if let category = detail?.category {
      facts.append([TextRun("harm ", .dim), TextRun(category.split(separator: "_").joined(separator: " "))])
    }
    if let impact = detail?.impact { facts.append([TextRun(impact)]) }
    facts.append([TextRun("since ", .dim), TextRun(TimeText.minutes(row.openedAt))])
    if let version = detail?.version { facts.append([TextRun(version, .deploy)]) }
    let hint = row.owner == nil && row.state == .new && model.mayAct ? " (a to take it)" : ""
    facts.append([TextRun("owner ", .dim), TextRun(row.owner ?? glyphs.none), TextRun(hint, .dim)])
    if let viewing = IncidentText.viewing(detail?.viewers ?? []) { facts.append([TextRun(viewing, .focus)]) }
    if let by = row.acknowledgedBy, let at = row.acknowledgedAt {
      facts.append([TextRun("acked by \(by) \(TimeText.seconds(at))", .acknowledged)])
    }
    let notes = IncidentText.notes(row, now: context.now)
    if !notes.isEmpty { facts.append([TextRun(notes, .warn)]) }
    facts.append([TextRun("rev \(row.revision)", .dim)])
    surface.writeLine(
      facts.reduce(into: []) { $0 += ($0.isEmpty ? [] : [TextRun(" \(glyphs.dot) ", .dim)]) + $1 }, in: rect,
      glyphs: glyphs)
  }

  // MARK: - Parts

  private func draw(_ panel: Panel, on surface: inout Surface, in rect: Rect) {
    switch panel {
    case .timeline: drawTimeline(on: &surface, in: rect)
    case .evidence: EvidencePanel(context: context).draw(detail, on: &surface, in: rect)
    case .runbook: drawRunbook(on: &surface, in: rect)
    case .actions: ActionsPanel(context: context).draw(detail?.actions ?? [], on: &surface, in: rect)
    case .chart: MetricChart(context: context).draw(detail?.metric, of: .chart, on: &surface, in: rect)
    case .similar: drawSimilar(on: &surface, in: rect)
    default: break
    }
  }

  /// Rows of a part that can be scrolled.
  static func rowCount(_ panel: Panel, _ detail: IncidentDetail?) -> Int {
    guard let detail else { return 0 }
    switch panel {
    case .timeline: return detail.timeline.count
    case .evidence: return detail.signals.count + detail.evidence.count + (detail.metric == nil ? 0 : 1)
    case .runbook: return detail.runbook?.steps.count ?? 0
    case .actions: return ActionsPanel.lineCount(detail.actions)
    case .similar: return detail.similar.count
    default: return 0
    }
  }

  private func drawTimeline(on surface: inout Surface, in rect: Rect) {
    let body = context.title("Timeline", caption: "newest last", of: .timeline, on: &surface, in: rect)
    let moments = detail?.timeline ?? []
    if moments.isEmpty { context.hint("nothing recorded yet", on: &surface, in: body) }
    let last = max(0, moments.count - 1)
    let scroll = min(model.scrolls[.timeline] ?? last, last)
    for (line, index) in context.window(moments.count, height: body.height, cursor: scroll).enumerated() {
      let moment = moments[index]
      surface.writeLine(
        [
          TextRun(TimeText.minutes(moment.at) + " ", .dim),
          TextRun(moment.kind.fitted(toWidth: 6, ellipsis: glyphs.ellipsis) + " ", .dim),
          TextRun(moment.text, EventsPanel.role(moment.kind, moment.severity)),
        ], in: body.row(line), glyphs: glyphs)
    }
  }

  private func drawRunbook(on surface: inout Surface, in rect: Rect) {
    let runbook = detail?.runbook
    let name = runbook.map { " " + $0.name } ?? ""
    let progress = runbook.map { $0.steps.isEmpty ? "" : "\($0.done.count) of \($0.steps.count) done" } ?? ""
    let body = context.title("Runbook\(name)", caption: progress, of: .runbook, on: &surface, in: rect)
    guard let runbook else {
      context.hint("no runbook: name one in the rule (runbook: FILE)", on: &surface, in: body)
      return
    }
    if runbook.steps.isEmpty { context.hint("\(runbook.name) cannot be read", on: &surface, in: body) }
    let scroll = min(model.scrolls[.runbook] ?? 0, max(0, runbook.steps.count - body.height))
    for (line, step) in runbook.steps.enumerated().dropFirst(scroll).prefix(body.height).enumerated() {
      surface.writeLine(
        [
          TextRun("\(step.offset + 1)".padded(toWidth: 2, .right) + " ", .dim), mark(runbook, step.offset),
          TextRun(step.element, step.offset == runbook.next ? .title : .foreground),
        ], in: body.row(line), glyphs: glyphs)
    }
  }

  private func mark(_ runbook: IncidentDetail.Runbook, _ step: Int) -> TextRun {
    if runbook.done.contains(step) { return TextRun("\(glyphs.check) ", .ok) }
    return step == runbook.next ? TextRun("\(glyphs.selected) ", .focus) : TextRun("  ")
  }

  private func drawSimilar(on surface: inout Surface, in rect: Rect) {
    let body = context.title("Similar before", caption: "what worked then", of: .similar, on: &surface, in: rect)
    let rows = detail?.similar ?? []
    if rows.isEmpty { context.hint("no earlier incident of this kind", on: &surface, in: body) }
    let scroll = min(model.scrolls[.similar] ?? 0, max(0, rows.count - body.height))
    for (line, row) in rows.dropFirst(scroll).prefix(body.height).enumerated() {
      let outcome: TextRun =
        switch row.worked {
        case true?: TextRun("\(row.outcome) \(glyphs.check)", .ok)
        case false?: TextRun("\(row.outcome) \(glyphs.cross)", .alarm)
        case nil: TextRun("\(row.outcome) ?", .dim)
        }
      surface.writeLine(
        [TextRun("INC-\(incidentNumber(row.number)) ", .dim), TextRun(row.title)], right: [outcome], in: body.row(line),
        glyphs: glyphs)
    }
  }
}
