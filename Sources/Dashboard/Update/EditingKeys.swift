import Domain
import Screen

extension Model {
  mutating func pressInPrompt(_ key: Key, _ prompt: Prompt) -> [Command] {
    var prompt = prompt
    prompt.problem = nil
    switch key {
    case .escape, .ctrl("c"):
      editing = nil
      if prompt.kind == .filter {
        filters[prompt.panel] = nil
      } else {
        let text = trimmed(prompt.field.text)
        promptDrafts[prompt.key] = text.isEmpty ? nil : prompt.field.text
      }
      return []
    case .enter, .ctrl("s"):
      return record(prompt)
    case .tab, .backTab, .down, .up:
      let isForward = key == .tab || key == .down
      if prompt.kind == .dismiss { prompt.verdict = next(prompt.verdict, isForward) }
      if prompt.kind == .reviewVersion { prompt.versionDecision = next(prompt.versionDecision, isForward) }
      if prompt.kind == .recordAssessment { prompt.decision = next(prompt.decision, isForward) }
      if prompt.kind == .close { prompt.finding = next(prompt.finding, isForward) }
    default:
      _ = prompt.field.handle(key)
      if prompt.kind == .filter { filters[prompt.panel] = prompt.field.text.isEmpty ? nil : prompt.field.text }
    }
    editing = .prompt(prompt)
    return []
  }

  private func next<Choice: CaseIterable & Equatable>(_ choice: Choice, _ isForward: Bool) -> Choice {
    let all = Array(Choice.allCases)
    let index = all.firstIndex(of: choice) ?? 0
    return all[(index + (isForward ? 1 : all.count - 1)) % all.count]
  }

  private mutating func record(_ prompt: Prompt) -> [Command] {
    guard prompt.kind != .filter else {
      editing = nil
      return []
    }
    if prompt.kind == .acknowledgeMarked, trimmed(prompt.field.text) == String(prompt.number) {
      editing = nil
      return acknowledgeMarked()
    }
    if let act = prompt.deskAct {
      editing = nil
      // Kept until the journal has it, so that a refusal loses nothing.
      promptDrafts[prompt.key] = prompt.field.text
      return [send(act)]
    }
    guard let kind = prompt.act else {
      var prompt = prompt
      prompt.problem = prompt.missing
      editing = .prompt(prompt)
      return []
    }
    editing = nil
    // Kept until the journal has it, so that a refusal loses nothing.
    promptDrafts[prompt.key] = prompt.field.text.isEmpty ? nil : prompt.field.text
    // A note goes with whatever stands by now; a decision only with what was decided upon.
    let shown = incident(prompt.number)?.revision ?? prompt.revision
    let revision = prompt.kind == .note ? shown : prompt.revision
    return [send(IncidentAct(number: prompt.number, revision: revision, kind: kind))]
  }

  mutating func pressInForm(_ key: Key, _ form: ActionForm) -> [Command] {
    var form = form
    switch key {
    case .escape, .ctrl("c"):
      editing = nil
      forms[form.number] = form.isTouched ? form : nil
      return []
    case .ctrl("s"):
      return save(form)
    case .enter:
      if form.field == .why { return save(form) }
      form.move(by: 1)
    case .tab, .down: form.move(by: 1)
    case .backTab, .up: form.move(by: -1)
    case .left where form.field.isChoice: form.turn(by: -1)
    case .right where form.field.isChoice, .char(" ") where form.field.isChoice: form.turn(by: 1)
    default: _ = form.type(key)
    }
    editing = .form(form)
    return []
  }

  private mutating func save(_ form: ActionForm) -> [Command] {
    var form = form
    guard let draft = form.draft(metrics: snapshot.metrics) else {
      say(
        .bad,
        form.problems[.why] != nil
          ? "not saved: an action without an expected effect needs a reason"
          : "not saved: see beside the fields")
      editing = .form(form)
      return []
    }
    editing = nil
    forms[form.number] = form
    let row = incident(form.number) ?? newest.incidents.first { $0.number == form.number }
    return [
      send(
        IncidentAct(
          number: form.number, revision: row?.revision ?? 0,
          kind: form.isContaining ? .contain(draft) : .addAction(draft)))
    ]
  }
}
