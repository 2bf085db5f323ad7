import Domain
import Screen

extension Model {
  /// The letters that act on the open or selected incident.
  static let actLetters = "acnmRCdAx"

  /// The keys that act on the open or selected incident, and the one that takes an act back.
  mutating func act(_ letter: Character) -> [Command] {
    guard letter == "u" || Model.actLetters.contains(letter) else { return [] }
    guard mayAct else {
      say(
        .bad,
        snapshot.operatorName == nil
          ? "not recorded: this dashboard does not know who you are (start it with --as NAME)"
          : "not recorded: this dashboard may only look")
      return []
    }
    if letter == "u" { return undo() }
    guard let incident = currentIncident else {
      say(
        .info,
        place == .overview && focus != .incidents
          ? "\(letter) acts on an incident: 3 or tab goes to them" : "there is no incident to act on")
      return []
    }
    switch letter {
    case "a": return acknowledge(incident)
    case "c": return openForm(incident, isContaining: false)
    case "m": return openForm(incident, isContaining: true)
    case "n": ask(.note, incident)
    case "R": ask(.resolve, incident)
    case "C": ask(.close, incident)
    case "d": ask(.dismiss, incident)
    case "A": ask(.assign, incident)
    case "x": return advance(incident)
    default: break
    }
    return []
  }

  private mutating func acknowledge(_ incident: IncidentRow) -> [Command] {
    guard pendingAct(on: incident.number) == nil else {
      say(.info, "the last act on INC-\(incidentNumber(incident.number)) is still being recorded")
      return []
    }
    return [send(IncidentAct(number: incident.number, revision: incident.revision, kind: .acknowledge(reason: nil)))]
  }

  private mutating func undo() -> [Command] {
    guard let offer = undoOffer, now < offer.until else {
      say(.info, "there is no acknowledgement of the last 10 s to take back")
      return []
    }
    undoOffer = nil
    let known = newest.incidents.first { $0.number == offer.number }?.revision ?? 0
    return [
      send(IncidentAct(number: offer.number, revision: max(known, offer.revision), kind: .undo))
    ]
  }

  private mutating func openForm(_ incident: IncidentRow, isContaining: Bool) -> [Command] {
    let commands = open(incident.number)
    incidentZoom = nil
    var form =
      forms[incident.number]
      ?? ActionForm(
        number: incident.number, isContaining: isContaining, metric: snapshot.details[incident.number]?.metric)
    form.isContaining = isContaining
    if isContaining {
      form.kind = .containment
      if form.field == .kind { form.field = .what }
    }
    editing = .form(form)
    return commands
  }

  /// `x`: the next step of the runbook, or of the action that waits for one.
  private mutating func advance(_ incident: IncidentRow) -> [Command] {
    guard place != .overview, let detail = snapshot.details[incident.number] else {
      say(.info, "x ticks a step on the incident's screen: ⏎ opens it")
      return []
    }
    guard pendingAct(on: incident.number) == nil else {
      say(.info, "the last act on INC-\(incidentNumber(incident.number)) is still being recorded")
      return []
    }
    func act(_ kind: IncidentAct.Kind) -> [Command] {
      [send(IncidentAct(number: incident.number, revision: incident.revision, kind: kind))]
    }
    if focus != .actions, let runbook = detail.runbook, let step = runbook.next {
      return act(.step(step + 1, text: runbook.steps[step], isDone: true))
    }
    guard let action = detail.actions.first(where: { $0.next != nil }), let next = action.next else {
      say(.info, "no step waits: every action is done, and its check runs or has been answered")
      return []
    }
    switch next {
    case .approve: return act(.advance(action.number, .approve))
    case .start: return act(.advance(action.number, .start))
    case .implement:
      ask(.implement, incident, action: action.number)
      return []
    case .confirm(let check): return act(.advance(action.number, .confirm(check: check)))
    }
  }

  private mutating func ask(_ kind: Prompt.Kind, _ incident: IncidentRow, action: Int? = nil) {
    let draft = promptDrafts[Prompt.Key(kind: kind, number: incident.number)] ?? ""
    var prompt = Prompt(
      kind: kind, number: incident.number, revision: incident.revision, panel: focus, field: TextField(draft))
    prompt.action = action
    editing = .prompt(prompt)
  }

  /// Sends an act off and remembers it until it is answered.
  mutating func send(_ act: IncidentAct) -> Command {
    let id = CommandID(rawValue: nextCommand)
    nextCommand += 1
    pending[id] = act
    return .act(id, act)
  }

  /// Takes the answer to an act.
  mutating func finish(_ id: CommandID, _ result: CommandResult) {
    guard !finishDesk(id, result), let act = pending.removeValue(forKey: id) else { return }
    let name = "INC-\(incidentNumber(act.number))"
    switch result {
    case .done(let text):
      forget(act)
      if case .acknowledge = act.kind {
        undoOffer = UndoOffer(number: act.number, revision: act.revision + 1, until: now + .seconds(10))
      }
      say(.good, text ?? "\(name) \(act.kind.past)")
    case .conflict(let conflict):
      say(
        .bad,
        "\(name) not \(act.kind.past): \(conflict.state.word) by \(conflict.by) \(TimeText.seconds(conflict.at))"
          + " (rev \(conflict.revision))" + (conflict.owner.map { ", owner \($0)" } ?? ""))
    case .refused(let reason):
      say(.bad, "\(name) not \(act.kind.past): \(reason)")
    case .failed(let reason):
      say(.bad, "\(name) not \(act.kind.past): \(reason)")
    }
  }

  /// Drops the draft of an act that has been recorded.
  private mutating func forget(_ act: IncidentAct) {
    switch act.kind {
    case .addAction, .contain: forms[act.number] = nil
    case .note: promptDrafts[Prompt.Key(kind: .note, number: act.number)] = nil
    case .resolve: promptDrafts[Prompt.Key(kind: .resolve, number: act.number)] = nil
    case .close: promptDrafts[Prompt.Key(kind: .close, number: act.number)] = nil
    case .dismiss: promptDrafts[Prompt.Key(kind: .dismiss, number: act.number)] = nil
    case .assign: promptDrafts[Prompt.Key(kind: .assign, number: act.number)] = nil
    case .advance(_, .implement): promptDrafts[Prompt.Key(kind: .implement, number: act.number)] = nil
    case .acknowledge, .undo, .take, .step, .advance: break
    }
  }
}

extension IncidentAct.Kind {
  /// What has happened once it is recorded.
  var past: String {
    switch self {
    case .acknowledge: "acknowledged"
    case .undo: "taken back"
    case .addAction: "given the action"
    case .contain: "contained"
    case .note: "noted"
    case .assign(let owner): "assigned to \(owner)"
    case .take: "taken"
    case .resolve: "resolved"
    case .close: "closed"
    case .dismiss: "dismissed"
    case .step(let step, _, let isDone): "\(isDone ? "ticked" : "unticked"): step \(step)"
    case .advance(let action, .approve): "given the approval of A-\(action)"
    case .advance(let action, .start): "told that A-\(action) has started"
    case .advance(let action, .implement): "told that A-\(action) is done"
    case .advance(let action, .confirm): "told that the verdict on A-\(action) stands"
    }
  }

  /// What is being done while it is not recorded yet.
  var present: String {
    switch self {
    case .acknowledge: "acking…"
    case .undo: "undoing…"
    default: "saving…"
    }
  }
}

extension IncidentRow.State {
  /// The state as a conflict names what somebody else did.
  var word: String { self == .acknowledged ? "acked" : self == .new ? "made new" : rawValue }
}
