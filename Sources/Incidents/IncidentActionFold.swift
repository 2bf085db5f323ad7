import Domain

extension Incident {
  /// The id that the next action gets.
  var nextActionID: String { "A-\(actions.count &+ 1)" }

  /// Takes `incident.contain` and `action.add`.
  mutating func record(_ entry: JournalEntry, at: Timestamp) {
    let data = entry.data
    let isContainment = entry.act == JournalAct.contain.verb
    if isContainment {
      owner = owner ?? entry.actor.displayName
      if episode.acknowledgedAt == nil { episodes[episodes.count - 1].acknowledgedAt = at }
    }
    for reference in (data["snapshot"]?.array ?? []).compactMap(\.string) {
      evidence.append(
        Evidence(kind: "signals", reference: reference, capturedAt: at, capturedBy: entry.actor.displayName))
    }
    guard let statement = data.text("statement"), entry.object.text("action") == nextActionID,
      let kind = data.text("kind").flatMap(CorrectiveAction.Kind.init(rawValue:))
    else { return }
    var action = CorrectiveAction(
      id: nextActionID, kind: kind, statement: statement,
      effect: data["effect"].flatMap(ExpectedEffect.init(data:)), reason: data.text("reason"),
      state: isContainment ? .implemented : .proposed, owner: data.text("owner"), recordedBy: entry.actor,
      recordedAt: at)
    action.evidence = (data["evidence"]?.array ?? []).compactMap(\.string)
    action.dueAt = data.time("due_at")
    if isContainment {
      action.startedAt = at
      action.implementedAt = at
      action.implementedBy = entry.actor
    }
    actions.append(action)
    if let effect = action.effect { addImpliedCheck(of: action, effect, at: at) }
    evidence += action.evidence.map {
      Evidence(kind: "reference", reference: $0, capturedAt: at, capturedBy: entry.actor.displayName)
    }
  }

  /// Lines of logs that one entry, and an incident, keep at most.
  private static let lineLimits = (entry: 16, incident: 64)

  /// Takes `incident.evidence`.
  mutating func keep(_ entry: JournalEntry, at: Timestamp) {
    let kept = evidence.count { $0.line != nil }
    let lines = (entry.data["lines"]?.array ?? []).prefix(Self.lineLimits.entry).compactMap(EvidenceLine.init(data:))
    evidence += lines.prefix(max(0, Self.lineLimits.incident - kept)).map { line in
      Evidence(
        kind: "line", reference: line.reference, capturedAt: at, capturedBy: entry.actor.displayName, line: line)
    }
  }

  /// Takes the other entries about an action.
  mutating func updateAction(_ act: JournalAct, _ entry: JournalEntry, at: Timestamp) {
    guard let id = entry.object.text("action"), let index = actions.firstIndex(where: { $0.id == id }) else { return }
    actions[index].rev &+= 1
    switch act {
    case .actionApprove:
      actions[index].state = .approved
      actions[index].approvedBy = entry.actor
      actions[index].approvedAt = at
    case .actionStart:
      actions[index].state = .inProgress
      actions[index].startedAt = at
    case .actionImplement:
      actions[index].state = .implemented
      actions[index].implementedBy = entry.actor
      actions[index].implementedAt = entry.data.time("implemented_at") ?? at
      startChecks(of: index)
      let references = (entry.data["evidence"]?.array ?? []).compactMap(\.string)
      actions[index].evidence += references
      evidence += references.map {
        Evidence(kind: "reference", reference: $0, capturedAt: at, capturedBy: entry.actor.displayName)
      }
    case .actionCancel:
      actions[index].state = .cancelled
      for number in checks.indices where checks[number].action == id && checks[number].verdict == nil {
        checks[number].isCancelled = true
      }
    default: break
    }
  }
}
