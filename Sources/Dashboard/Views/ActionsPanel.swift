import Domain
import Screen

/// Did it work? Every action with the effect that was expected when it was recorded, and what is measured now. No
/// verdict is given here: that is a person's, or the check's at the end of the time.
struct ActionsPanel {
  var context: ViewContext

  private var glyphs: Glyphs { context.glyphs }

  func draw(_ actions: [ActionRow], on surface: inout Surface, in rect: Rect) {
    let body = context.title("Did it work?", caption: "PM-4", of: .actions, on: &surface, in: rect)
    guard !actions.isEmpty else {
      context.hint(
        context.model.mayAct
          ? "no action yet: c records one with the effect it is to have" : "no action yet", on: &surface, in: body)
      return
    }
    let lines = actions.flatMap(lines)
    let scroll = max(0, min(context.model.scrolls[.actions] ?? 0, lines.count - body.height))
    for (row, line) in lines.dropFirst(scroll).prefix(body.height).enumerated() {
      surface.writeLine(line.left, right: line.right, in: body.row(row), glyphs: glyphs)
    }
  }

  /// Head, statement and effect of every action, and what its checks say.
  static func lineCount(_ actions: [ActionRow]) -> Int {
    actions.reduce(0) { sum, action in sum + 3 + action.checks.reduce(0) { $0 + lineCount($1) } }
  }

  private static func lineCount(_ check: CheckRow) -> Int {
    1 + (check.measured == nil ? 0 : 1) + check.breaches.count
  }

  private func lines(_ action: ActionRow) -> [(left: [TextRun], right: [TextRun])] {
    let who = action.owner.map { " \($0)" } ?? ""
    let head = [
      TextRun("A-\(action.number) \(action.kind.word)"), TextRun(" \(TimeText.minutes(action.at))\(who)", .dim),
    ]
    var lines = [(left: head, right: [standing(action)]), (left: [TextRun("  \(action.statement)")], right: [])]
    guard let effect = action.effect else {
      lines.append((left: [TextRun("  no effect named: \(action.reason ?? "no reason given")", .dim)], right: []))
      return lines + action.checks.flatMap(checkLines)
    }
    let unit = UnitText(unit: action.unit, values: [action.before, action.current, effect.bound])
    let wanted = "\(effect.comparison.rawValue)\(unit.bound(effect.bound))"
    let due = due(action).map { " by \($0)" } ?? ""
    lines.append(
      (
        left: [TextRun("  \(action.metricTitle ?? effect.metric) "), TextRun(wanted + due, .dim)],
        right: [TextRun(course(action, unit), .foreground)]
      ))
    return lines + action.checks.flatMap(checkLines)
  }

  private func checkLines(_ check: CheckRow) -> [(left: [TextRun], right: [TextRun])] {
    var lines = [
      (
        left: [TextRun("  \(check.id) ", .dim), TextRun(check.plan)], right: [standing(of: check)]
      )
    ]
    if let measured = check.measured { lines.append((left: [TextRun("      \(measured)", .dim)], right: [])) }
    lines += check.breaches.map { (left: [TextRun("      \(glyphs.warn) guard: \($0)", .warn)], right: []) }
    return lines
  }

  private func standing(of check: CheckRow) -> TextRun {
    switch check.standing {
    case "planned": return TextRun("registered", .dim)
    case "observing":
      guard let due = check.dueAt else { return TextRun(check.standing, .focus) }
      return TextRun("until \(TimeText.minutes(due))", .focus)
    case "due": return TextRun("measuring", .focus)
    case "proposed": return TextRun("\(glyphs.check) effective? x confirms", .focus)
    default: return verdict(check.standing) ?? TextRun(check.standing, .dim)
    }
  }

  /// From the value at the start to the value now, with its direction.
  private func course(_ action: ActionRow, _ unit: UnitText) -> String {
    guard let current = action.current else { return "no data" }
    guard let before = action.before else { return "now \(unit.full(current))" }
    let direction = current > before ? " \(glyphs.rising)" : current < before ? " \(glyphs.falling)" : ""
    return "\(unit.bare(before)) \(glyphs.arrow) \(unit.full(current))\(direction)"
  }

  private func due(_ action: ActionRow) -> String? {
    guard let since = action.watchedSince, let effect = action.effect, standing(action).style.role == .focus else {
      return nil
    }
    return TimeText.minutes(since + effect.within)
  }

  private func standing(_ action: ActionRow) -> TextRun {
    if let verdict = verdict(action.state) { return verdict }
    if action.next != nil { return TextRun("\(words(action.state)): x", .dim) }
    guard let since = action.watchedSince, let effect = action.effect else {
      return TextRun(words(action.state), .dim)
    }
    let elapsed = max(.zero, context.now - since)
    guard elapsed < effect.within else { return TextRun("\(glyphs.warn) time is up: being measured", .warn) }
    return TextRun("waiting: \(ActionsPanel.progress(elapsed, effect.within))", .focus)
  }

  private func words(_ state: String) -> String { state.split(separator: "_").joined(separator: " ") }

  private func verdict(_ word: String) -> TextRun? {
    switch word {
    case "effective": return TextRun("\(glyphs.check) effective", .ok)
    case "partly": return TextRun("\(glyphs.warn) partly", .warn)
    case "ineffective": return TextRun("\(glyphs.cross) ineffective", .alarm)
    case "inconclusive": return TextRun("\(glyphs.stale) inconclusive", .stale)
    case "recurred": return TextRun("\(glyphs.alarm) recurred", .alarm)
    case "cancelled": return TextRun("cancelled", .dim)
    default: return nil
    }
  }

  /// `2 of 15 m`, in the unit of the whole.
  static func progress(_ elapsed: Duration, _ whole: Duration) -> String {
    let seconds = whole.inSeconds
    let (size, unit) = seconds < 120 ? (1.0, "s") : seconds < 7_200 ? (60.0, "m") : (3_600.0, "h")
    let done = Int((elapsed.inSeconds / size).rounded(.down))
    return "\(done) of \(NumberText.plain((seconds / size * 10).rounded() / 10)) \(unit)"
  }
}

extension ActionKind {
  /// The kind as people write it.
  var word: String { self == .monitoringChange ? "monitoring change" : rawValue }
}
