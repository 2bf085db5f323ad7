public import Domain

extension Incident {
  /// The id that the next check gets.
  var nextCheckID: String { "C-\(checks.count &+ 1)" }

  /// Registers the check that an action's expected effect amounts to.
  mutating func addImpliedCheck(of action: CorrectiveAction, _ effect: ExpectedEffect, at: Timestamp) {
    var check = EffectivenessCheck(
      id: nextCheckID, action: action.id, plan: CheckPlan(effect), plannedBy: action.recordedBy, plannedAt: at,
      isImplied: true)
    check.startsAt = action.implementedAt
    checks.append(check)
  }

  /// Starts the observation of an action that was just implemented.
  mutating func startChecks(of index: Int) {
    let id = actions[index].id
    for number in checks.indices where checks[number].action == id && checks[number].isOpen {
      checks[number].startsAt = actions[index].implementedAt
      if !checks[number].isImplied { actions[index].state = .verifying }
    }
  }

  /// Takes the entries about a check.
  mutating func updateCheck(_ act: JournalAct, _ entry: JournalEntry, at: Timestamp) {
    guard let id = entry.object.text("check"), let action = entry.object.text("action"),
      let index = actions.firstIndex(where: { $0.id == action })
    else { return }
    if act == .checkPlan {
      guard id == nextCheckID, let plan = CheckPlan(data: entry.data) else { return }
      checks.append(
        EffectivenessCheck(
          id: id, action: action, plan: plan, plannedBy: entry.actor, plannedAt: at, isImplied: false))
      return
    }
    guard let number = checks.firstIndex(where: { $0.id == id && $0.action == action }) else { return }
    if act == .checkMeasured {
      checks[number].measurement = CheckMeasurement(data: entry.data)
      checks[number].measurements += 1
      return
    }
    guard let verdict = entry.data.text("verdict").flatMap(EffectivenessCheck.Verdict.init(rawValue:)) else { return }
    checks[number].verdict = verdict
    checks[number].decidedBy = entry.actor
    checks[number].decidedAt = at
    checks[number].reason = entry.data.text("reason")
    actions[index].rev &+= 1
    settle(index)
  }

  /// An action is as good as the worst of its own checks; the implied one counts where there is no other.
  private mutating func settle(_ index: Int) {
    let all = checks.filter { $0.action == actions[index].id && !$0.isCancelled }
    let own = all.contains { !$0.isImplied } ? all.filter { !$0.isImplied } : all
    let verdicts = own.compactMap(\.verdict)
    guard verdicts.count == own.count else { return }
    let worst = [EffectivenessCheck.Verdict.ineffective, .partly, .inconclusive].first(where: verdicts.contains)
    actions[index].state =
      switch worst ?? .effective {
      case .effective: .effective
      case .partly: .partly
      case .ineffective: .ineffective
      case .inconclusive: .inconclusive
      }
  }
}

extension IncidentBook {
  /// The checks whose observation window is over and that nobody has measured yet, in order of incident and check.
  public func dueChecks(at now: Timestamp) -> [(incident: Int, check: EffectivenessCheck)] {
    guard !checkedNumbers.isEmpty else { return [] }
    return checkedNumbers.sorted().flatMap { number -> [(incident: Int, check: EffectivenessCheck)] in
      (incident(number: number)?.checks ?? []).filter { $0.state(at: now) == .due }.map { (number, $0) }
    }
  }

  /// The entries that a measurement calls for: the figures, and the verdict where nobody's word is needed for it.
  public func measured(
    _ measurement: CheckMeasurement, check id: String, incident number: Int, policy: IncidentPolicy
  ) -> [EntryDraft] {
    guard let incident = incident(number: number), let check = incident.checks.first(where: { $0.id == id }),
      check.isOpen, let action = incident.actions.first(where: { $0.id == check.action })
    else { return [] }
    var writer = EntryWriter(incident)
    let object = JSONObject([("action", .string(action.id)), ("check", .string(id))])
    writer.fact(.checkMeasured, object: object, measurement.data)
    let awaitsRows =
      measurement.verdict == .inconclusive && measurement.needs != nil
      && check.measurements + 1 < EffectivenessCheck.mostMeasurements
    let awaitsPerson = measurement.verdict == .effective && incident.severity >= policy.twoPersonVerdict
    if !awaitsRows, !awaitsPerson {
      writer.change(.checkVerdict, object: object) { data in
        data["verdict"] = .string(measurement.verdict.rawValue)
        data["action_rev"] = JSON(action.rev &+ 1)
        data["action_from"] = .string(action.state.rawValue)
        data["measured"] = .string(measurement.verdict.rawValue)
      }
    }
    return writer.drafts
  }
}
