import Domain
import Screen

/// The bottom row: the line that is being typed, what the last act led to, or the keys that work here.
struct Footer {
  var context: ViewContext

  private var model: Model { context.model }
  private var glyphs: Glyphs { context.glyphs }

  func draw(on surface: inout Surface, in rect: Rect) {
    if case .prompt(let prompt) = model.editing {
      draw(prompt, on: &surface, in: rect)
    } else if let line = model.line {
      let (glyph, role): (String, Role) =
        switch line.tone {
        case .info: (glyphs.dot, .focus)
        case .good: (glyphs.check, .ok)
        case .bad: (glyphs.cross, .error)
        }
      surface.writeLine(
        [TextRun(" \(glyph) \(line.text)", role)], right: undoHint, in: rect, glyphs: glyphs)
    } else {
      FooterHints(hints).draw(on: &surface, in: rect)
    }
  }

  private var undoHint: [TextRun] {
    guard let offer = model.undoOffer, offer.until > model.now else { return [] }
    return [TextRun("u", .key), TextRun(" undo \((offer.until - model.now).short) ", .dim)]
  }

  private func draw(_ prompt: Prompt, on surface: inout Surface, in rect: Rect) {
    // Where there is no room beside the line, what is wrong takes the place of the question.
    let isWide = rect.width >= 90
    let question = isWide ? " \(prompt.question): " : " \(prompt.problem ?? prompt.question): "
    let hint =
      rect.width >= 90 ? [TextRun(" \(prompt.problem ?? prompt.hint) ", prompt.problem == nil ? .dim : .error)] : []
    let hintWidth = hint.reduce(0) { $0 + DisplayWidth.of($1.text) }
    let shown = question.truncated(toWidth: rect.width * 2 / 3, ellipsis: glyphs.ellipsis)
    let used = surface.write(shown, x: rect.x, y: rect.y, style: Style(prompt.problem == nil ? .focus : .error))
    prompt.field.draw(on: &surface, in: rect.inset(left: used, right: hintWidth))
    surface.write(hint, x: rect.maxX - hintWidth, y: rect.y)
  }

  private var hints: [FooterHints.Hint] {
    if model.helpScroll != nil { return [.init("j/k", "scroll"), .init("any key", "back")] }
    if case .form = model.editing {
      return [
        .init("tab", "next field"), .init("ctrl-s", "save"), .init("esc", "keep draft"),
        .init("\(glyphs.choiceLeft) \(glyphs.choiceRight)", "left/right choose"), .init("shift-tab", "back"),
      ]
    }
    var hints: [FooterHints.Hint] = []
    if let offer = model.undoOffer, offer.until > model.now {
      hints.append(.init("u", "undo \((offer.until - model.now).short)"))
    }
    if case .incident = model.place { return hints + incidentHints }
    if model.driftBoard != nil { return hints + driftHints }
    if model.assessBoard != nil { return hints + assessHints }
    if model.auditBoard != nil { return hints + auditHints }
    if model.traceBoard != nil { return hints + (model.trace.run == nil ? runsHints : runHints) }
    return hints + overviewHints
  }

  private var assessHints: [FooterHints.Hint] {
    let acts: [FooterHints.Hint] = model.mayAct ? [.init("r", "record result…"), .init("w", "put off…")] : []
    return [.init("j/k", "move"), .init(glyphs.enter, "open")] + acts + [
      .init("/", "filter"), .init("p", "practices"), .init("tab", "panel"),
      .init("z", model.zoom == nil ? "zoom" : "unzoom"), .init("esc", "back"), .init("?", "help"),
    ]
  }

  private var auditHints: [FooterHints.Hint] {
    [
      .init("j/k", "move"), .init(glyphs.enter, "entry"), .init("/", "filter"), .init("v", "verified?"),
      .init("p", "practices"), .init("g/G", "newest/oldest"), .init("y", "copy line"), .init("tab", "panel"),
      .init("esc", "back"), .init("?", "help"),
    ]
  }

  private var runsHints: [FooterHints.Hint] {
    [
      .init("j/k", "run"), .init(glyphs.enter, "open"), .init("f/F", "next finding"), .init("/", "filter"),
      .init("b", "mark to compare"), .init("tab", "panel"), .init("z", model.zoom == nil ? "zoom" : "unzoom"),
      .init("y", "copy"), .init("esc", "back"), .init("?", "help"),
    ]
  }

  private var runHints: [FooterHints.Hint] {
    [
      .init("j/k", "span"), .init("h/l", "fold"), .init("f/F", "finding"), .init(glyphs.enter, "detail"),
      .init("b", "mark"), .init("d", model.trace.isCompared ? "one run" : "compare"), .init("i", "incident"),
      .init("y", "copy"), .init("tab", "panel"), .init("esc", "back"), .init("?", "help"),
    ]
  }

  private var driftHints: [FooterHints.Hint] {
    [
      .init("n/N", "column"), .init("s", "segment"), .init("r", "review version…"), .init("v", "versions"),
      .init("i", "incident"),
      .init("z", model.zoom == nil ? "zoom" : "unzoom"), .init("tab", "panel"), .init("j/k", "scroll"),
      .init("space", model.isFrozen ? "live" : "freeze"), .init("y", "copy"), .init("esc", "back"), .init("?", "help"),
    ]
  }

  private var overviewHints: [FooterHints.Hint] {
    var hints: [FooterHints.Hint] = [.init("j/k", "move"), .init(glyphs.enter, "open")]
    if let row = model.currentIncident, model.mayAct {
      if row.state == .new { hints.append(.init("a", "ack")) }
      hints.append(.init("c", "action"))
    }
    hints += [
      .init("z", model.zoom == nil ? "zoom" : "unzoom"), .init("/", "filter"),
      .init("space", model.isFrozen ? "live" : "freeze"),
    ]
    if model.zoom == nil { hints.append(.init("tab", "panel")) } else { hints.append(.init("esc", "back")) }
    if model.currentIncident != nil, model.mayAct {
      hints += [.init("n", "note"), .init("R", "resolve…"), .init("d", "dismiss…")]
    }
    return hints + [.init("?", "help"), .init("q", model.zoom == nil ? "quit" : "back")]
  }

  private var incidentHints: [FooterHints.Hint] {
    var hints: [FooterHints.Hint] = []
    if let row = model.currentIncident, model.mayAct {
      if row.state == .new { hints.append(.init("a", "ack/take")) }
      hints += [.init("c", "new action"), .init("x", "step done"), .init("n", "note")]
      if row.isOpen { hints += [.init("m", "contain"), .init("R", "resolve…"), .init("d", "dismiss…")] }
      if row.state == .resolved || row.state == .review { hints.append(.init("C", "close…")) }
      hints.append(.init("A", "assign…"))
    }
    return hints + [
      .init("esc", "back"), .init("tab", "panel"), .init("z", model.zoom == nil ? "zoom" : "unzoom"),
      .init("space", model.isFrozen ? "live" : "freeze"), .init("y", "copy"), .init("?", "help"),
    ]
  }
}
