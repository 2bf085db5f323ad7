import Domain
import Screen

/// What has to be looked at again, and whether tests, rules and values hold.
struct AssessScreen {
  var context: ViewContext
  var board: AssessBoard
  var size: Size

  private var model: Model { context.model }
  private var glyphs: Glyphs { context.glyphs }

  func draw(on surface: inout Surface, in rect: Rect) {
    if let zoom = model.zoom {
      draw(zoom, on: &surface, in: rect)
      return
    }
    let layout = AssessLayout(board, size: size, body: rect)
    for panel in layout.order {
      if let frame = layout.frames[panel] { draw(panel, on: &surface, in: frame) }
    }
  }

  private func draw(_ panel: Panel, on surface: inout Surface, in rect: Rect) {
    switch panel {
    case .assessments: drawRegister(on: &surface, in: rect)
    case .assessment: drawItem(on: &surface, in: rect)
    case .ruleQuality: drawRules(on: &surface, in: rect)
    case .checks: drawChecks(on: &surface, in: rect)
    default: ZoomedPanel(context: context).draw(panel, on: &surface, in: rect)
    }
  }

  // MARK: - The register

  private func drawRegister(on surface: inout Surface, in rect: Rect) {
    let rows = model.assessRows
    let open = rows.count { $0.state == .overdue || $0.state == .due }
    let caption = "\(open) due \(glyphs.dot) last result \(glyphs.dot) who"
    let body = context.title("Assessments", caption: caption, of: .assessments, on: &surface, in: rect)
    guard !rows.isEmpty else {
      context.hint(
        model.filters[.assessments] != nil
          ? "no assessment matches the filter (esc drops it)"
          : "no assessment is registered: leeway assess add NAME --kind risk --every 90d, or assessments: in the configuration",
        on: &surface, in: body)
      return
    }
    let cursor = context.cursor(.assessments)
    for (line, index) in context.window(rows.count, height: body.height, cursor: cursor).enumerated() {
      let place = body.row(line)
      draw(rows[index], on: &surface, in: place)
      if index == cursor {
        surface.select(Rect(x: place.x + 1, y: place.y, width: nameWidth(place.width) + 1, height: 1))
      }
    }
  }

  private func nameWidth(_ width: Int) -> Int { width >= 100 ? 34 : 24 }

  private func draw(_ item: AssessBoard.Item, on surface: inout Surface, in rect: Rect) {
    let (mark, role): (String, Role) =
      switch item.state {
      case .overdue: (glyphs.alarm, .alarm)
      case .due: (glyphs.warn, .warn)
      case .snoozed: (glyphs.acknowledged, .acknowledged)
      case .current: (glyphs.ok, .dim)
      }
    let owner = item.owner ?? glyphs.none
    var left = [
      TextRun(mark + " ", role), TextRun(item.name.fitted(toWidth: nameWidth(rect.width), ellipsis: glyphs.ellipsis)),
      TextRun(" " + due(item).fitted(toWidth: 15, ellipsis: glyphs.ellipsis), role),
    ]
    if rect.width >= 100 {
      left.append(TextRun(" " + (item.lastAt.map(day) ?? glyphs.none).padded(toWidth: 6), .dim))
    }
    left.append(
      TextRun(item.result.isEmpty ? " \(item.because)" : " \(item.result)", item.result.isEmpty ? .dim : .foreground))
    if !item.change.isEmpty { left.append(TextRun("  \(item.change)", .dim)) }
    surface.writeLine(left, right: [TextRun(owner, .dim)], in: rect, glyphs: glyphs)
  }

  private func due(_ item: AssessBoard.Item) -> String {
    switch item.state {
    case .snoozed: return item.snoozedUntil.map { "off until \(day($0))" } ?? "put off"
    case .overdue: return item.dueAt.map { "\((context.now - $0).short) overdue" } ?? "overdue"
    case .due:
      return item.dueAt.map { $0 <= context.now ? "due now" : "in \(($0 - context.now).short)" } ?? "due now"
    case .current: return item.dueAt.map { "in \(($0 - context.now).short)" } ?? "on events"
    }
  }

  private func day(_ instant: Timestamp) -> String { String(instant.formatted().dropFirst(5).prefix(5)) }

  private func drawItem(on surface: inout Surface, in rect: Rect) {
    let rows = model.assessRows
    let index = model.cursorIndex(.assessments)
    guard rows.indices.contains(index) else { return }
    let body = context.title(rows[index].name, caption: rows[index].kind, of: .assessment, on: &surface, in: rect)
    let lines = FieldLines.lines(rows[index].details, width: body.width)
    for (line, runs) in lines.dropFirst(model.scrolls[.assessment] ?? 0).prefix(body.height).enumerated() {
      surface.writeLine(runs, in: body.row(line), glyphs: glyphs)
    }
  }

  // MARK: - Rules

  private func drawRules(on surface: inout Surface, in rect: Rect) {
    let body = context.title(
      "Do the rules work", caption: "\(board.ruleCount) watch \(glyphs.dot) real of judged, 95 %", of: .ruleQuality,
      on: &surface, in: rect)
    guard !board.rules.isEmpty else {
      context.hint(
        "no rule has opened an incident yet: leeway rules drill shows which would", on: &surface, in: body)
      return
    }
    let rows = board.rules.dropFirst(model.scrolls[.ruleQuality] ?? 0)
    for (line, rule) in rows.prefix(body.height).enumerated() { draw(rule, on: &surface, in: body.row(line)) }
    more(rows.count - body.height, on: &surface, in: body)
  }

  private func draw(_ rule: AssessBoard.Rule, on surface: inout Surface, in rect: Rect) {
    let mark = context.glyph(rule.health)
    var figures = ""
    if let precision = rule.precision {
      figures = "\(percent(precision.value)) (\(percent(precision.low))–\(percent(precision.high)))"
    }
    let unjudged = rule.unjudged > 0 ? "\(rule.unjudged) unjudged" : ""
    surface.writeLine(
      [
        mark, TextRun(" " + rule.name.fitted(toWidth: min(26, rect.width / 3), ellipsis: glyphs.ellipsis)),
        TextRun(" \(rule.incidents)x ".padded(toWidth: 5), .dim), TextRun(figures.isEmpty ? "" : figures + "  "),
        TextRun(rule.note, rule.health == .ok ? .dim : .foreground),
      ], right: [TextRun(unjudged, .stale)], in: rect, glyphs: glyphs)
  }

  private func percent(_ share: Double) -> String { NumberText.fixed(share * 100, places: 0) + "%" }

  // MARK: - Checks

  private func drawChecks(on surface: inout Surface, in rect: Rect) {
    let body = context.title(
      "Values and what metrics lack", caption: "leeway health", of: .checks, on: &surface, in: rect)
    guard !board.checks.isEmpty else {
      context.hint(
        "every metric has an owner, a reason and a tolerance; name what you stand for under values:",
        on: &surface, in: body)
      return
    }
    let rows = board.checks.dropFirst(model.scrolls[.checks] ?? 0)
    for (line, check) in rows.prefix(body.height).enumerated() {
      surface.writeLine(
        [
          context.glyph(check.health),
          TextRun(" " + check.name.fitted(toWidth: min(28, body.width / 3), ellipsis: glyphs.ellipsis)),
          TextRun(" " + check.detail, check.health == .ok ? .dim : .foreground),
        ], right: [TextRun(check.owner ?? "", .dim)], in: body.row(line), glyphs: glyphs)
    }
    more(rows.count - body.height, on: &surface, in: body)
  }

  private func more(_ count: Int, on surface: inout Surface, in body: Rect) {
    guard count > 0, body.height > 0 else { return }
    surface.writeLine(
      [], right: [TextRun(" +\(count) more ", .dim)], in: body.row(body.height - 1), glyphs: glyphs)
  }
}
