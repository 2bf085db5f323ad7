import Domain
import Screen

/// The form of a new action, on the incident's own screen, so that nothing hides the graph.
struct ActionFormView {
  var context: ViewContext

  private var glyphs: Glyphs { context.glyphs }
  private static let labelWidth = 8

  func draw(_ form: ActionForm, on surface: inout Surface, in rect: Rect) {
    let title = form.isContaining ? "New containment" : "New action"
    TitleRule(title, caption: "ctrl-s save \(glyphs.dot) esc keep draft", isFocused: true)
      .draw(on: &surface, in: rect.row(0), glyphs: glyphs)
    let body = rect.split(top: 1).bottom
    // On a small terminal the field that is being typed stays in view.
    let line = [ActionForm.Field.kind: 0, .what: 1, .why: 4][form.field] ?? 2
    let first = max(0, min(line - body.height + 1, 5 - body.height))
    for (row, index) in (first..<5).prefix(body.height).enumerated() {
      draw(index, of: form, on: &surface, in: body.row(row))
    }
  }

  private func draw(_ line: Int, of form: ActionForm, on surface: inout Surface, in rect: Rect) {
    let names = ["kind", "what", "effect", "by", "why"]
    let isHere = [ActionForm.Field.kind: 0, .what: 1, .why: 4][form.field] ?? 2
    surface.write(names[line], x: rect.x, y: rect.y, style: Style(isHere == line ? .focus : .dim))
    let place = rect.inset(left: ActionFormView.labelWidth)
    switch line {
    case 0: drawKinds(form, on: &surface, in: place)
    case 1: drawField(.what, form.what, of: form, on: &surface, in: place)
    case 2: drawEffect(form, on: &surface, in: place)
    case 3:
      let name = context.snapshot.operatorName ?? glyphs.none
      surface.writeLine(
        [
          TextRun(
            "\(name)   \(TimeText.minutes(context.now))Z   (recorded in the audit log, cannot be edited later)", .dim)
        ],
        in: place, glyphs: glyphs)
    default: drawField(.why, form.why, of: form, on: &surface, in: place)
    }
  }

  private func drawKinds(_ form: ActionForm, on surface: inout Surface, in rect: Rect) {
    if form.isContaining {
      surface.writeLine(
        [TextRun("containment", .focus), TextRun("   (turns the incident to mitigating)", .dim)], in: rect,
        glyphs: glyphs)
      return
    }
    var runs: [TextRun] = []
    for kind in ActionKind.allCases {
      runs +=
        kind == form.kind
        ? [
          TextRun(
            "\(glyphs.choiceLeft) \(kind.word) \(glyphs.choiceRight)", .focus, form.field == .kind ? .reverse : [])
        ]
        : [TextRun(kind.word, .dim)]
      runs.append(TextRun("  "))
    }
    // The chosen kind comes first where not all of them fit.
    if runs.reduce(0, { $0 + DisplayWidth.of($1.text) }) > rect.width + 2,
      let index = ActionKind.allCases.firstIndex(of: form.kind)
    {
      runs = Array(runs[(2 * index)...])
    }
    surface.writeLine(runs, in: rect, glyphs: glyphs)
  }

  /// One text field over the whole line, with what is wrong at its right.
  private func drawField(
    _ field: ActionForm.Field, _ text: TextField, of form: ActionForm, on surface: inout Surface, in rect: Rect
  ) {
    var place = rect
    if let problem = form.problems[field] {
      let shown = " \(glyphs.cross) \(problem)".truncated(toWidth: rect.width * 2 / 3, ellipsis: glyphs.ellipsis)
      let width = DisplayWidth.of(shown)
      surface.write(shown, x: rect.maxX - width, y: rect.y, style: Style(.error))
      place = rect.inset(right: width)
    }
    drawText(text, isHere: form.field == field, on: &surface, in: place)
  }

  private func drawText(_ text: TextField, isHere: Bool, on surface: inout Surface, in rect: Rect) {
    if isHere {
      text.draw(on: &surface, in: rect)
    } else {
      surface.writeLine([TextRun(text.text)], in: rect, glyphs: glyphs)
    }
  }

  /// `metric NAME  <  BOUND  within TIME` on one line.
  private func drawEffect(_ form: ActionForm, on surface: inout Surface, in rect: Rect) {
    let problem = [ActionForm.Field.metric, .bound, .within].compactMap { form.problems[$0] }.first
    let fixed = 7 + 6 + 10 + 9 + 8
    let nameWidth = max(4, min(20, rect.width - fixed))
    var x = rect.x
    func next(_ width: Int) -> Rect {
      defer { x += width + 1 }
      return Rect(x: x, y: rect.y, width: width, height: 1).intersection(rect)
    }
    surface.writeLine([TextRun("metric", .dim)], in: next(6), glyphs: glyphs)
    drawText(form.metric, isHere: form.field == .metric, on: &surface, in: next(nameWidth))
    let sign = form.comparison.rawValue
    let isChoosing = form.field == .comparison
    surface.writeLine(
      [
        TextRun(
          isChoosing ? "\(glyphs.choiceLeft)\(sign)\(glyphs.choiceRight)" : " \(sign)",
          isChoosing ? .focus : .foreground)
      ],
      in: next(4), glyphs: glyphs)
    drawText(form.bound, isHere: form.field == .bound, on: &surface, in: next(10))
    surface.writeLine([TextRun("within", .dim)], in: next(6), glyphs: glyphs)
    drawText(form.within, isHere: form.field == .within, on: &surface, in: next(7))
    let rest = Rect(x: x, y: rect.y, width: rect.maxX - x, height: 1)
    if let problem {
      surface.writeLine([TextRun("\(glyphs.cross) \(problem)", .error)], in: rest, glyphs: glyphs)
    } else if let metric = ActionForm.metric(named: trimmed(form.metric.text), in: context.snapshot.metrics) {
      surface.writeLine([TextRun("now \(MetricText(metric).now)", .dim)], in: rest, glyphs: glyphs)
    }
  }
}
