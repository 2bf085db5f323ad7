import Domain

/// Registering checks and giving their verdicts.
extension RequestWriter {
  /// Registers a check; only before its action is implemented, since nobody may choose the measure after the result.
  func register(_ plan: CheckPlan, for id: String, _ writer: inout EntryWriter) throws(Objection) {
    let action = try action(id)
    guard action.implementedAt == nil else {
      throw Objection(
        "\(id) is \(action.state.rawValue): a check is registered before its action is implemented",
        actionState: action.state)
    }
    guard action.state.allowedVerbs.contains(.plan) else {
      throw Objection("\(id) is \(action.state.rawValue)", actionState: action.state)
    }
    try measurable(plan.metric, "check")
    guard plan.bound.isFinite else { throw Objection("the check's bound is not a number") }
    let year: Duration = .seconds(31_536_000)
    guard plan.observation > .zero, plan.observation <= year, plan.baseline > .zero, plan.baseline <= year else {
      throw Objection("a check's windows are longer than nothing and at most a year")
    }
    guard plan.minimumCount > 0 else { throw Objection("a check needs at least one row") }
    guard plan.guards.count <= CheckPlan.mostGuards else {
      throw Objection("a check has at most \(CheckPlan.mostGuards) guards")
    }
    for rule in plan.guards {
      try measurable(rule.metric, "guard")
      if let bound = rule.bound, !bound.isFinite { throw Objection("a guard's bound is not a number") }
    }
    let object = JSONObject([("action", .string(id)), ("check", .string(incident.nextCheckID))])
    writer.change(.checkPlan, object: object) { data in
      data.members += plan.data.members
    }
  }

  /// Gives a verdict: after the implementation and the observation window, by a second person on grave incidents, with
  /// a reason where it differs from what was measured.
  func decide(
    _ id: String, _ text: String?, reason: String?, performedAt: Timestamp?, _ writer: inout EntryWriter
  ) throws(Objection) {
    guard let check = incident.checks.first(where: { $0.id == id }) else {
      let known = incident.checks.map(\.id).joined(separator: ", ")
      throw Objection(
        "\(incident.name) has no check \(FreeText.bounded(id, to: 64))" + (known.isEmpty ? "" : "; it has \(known)"))
    }
    try bounded(reason)
    guard check.isOpen else { throw Objection("\(id) is decided: \(check.verdict?.rawValue ?? "cancelled")") }
    let action = try action(check.action)
    let performed = performedAt ?? now
    guard performed <= now else { throw Objection("\(performed.formatted(.seconds)) is still to come") }
    guard let implementedAt = check.startsAt, performed > implementedAt else {
      let when = check.startsAt.map { "at \($0.formatted(.seconds))" } ?? "not yet"
      throw Objection(
        "the check is dated before its action's implementation: \(check.action) was implemented \(when)",
        actionState: action.state)
    }
    let verdict = try verdict(text, of: check)
    let wasObserved = check.dueAt.map { performed >= $0 } ?? false
    if verdict != .inconclusive, check.measurement == nil, !wasObserved {
      throw Objection(
        "\(id) is observed until \(check.dueAt?.formatted(.seconds) ?? "?"); before that only inconclusive can be said")
    }
    if verdict != check.measurement?.verdict, FreeText.isBlank(reason) {
      let measured = check.measurement.map { "it was measured as \($0.verdict.rawValue)" } ?? "nothing was measured"
      throw Objection("\(measured); saying \(verdict.rawValue) needs a reason")
    }
    if verdict == .effective, incident.severity >= policy.twoPersonVerdict, action.isWork(of: actor) {
      throw Objection(
        "\(actor.displayName) had a part in \(action.id); at severity \(incident.severity.rawValue) somebody else "
          + "confirms that it worked")
    }
    let object = JSONObject([("action", .string(action.id)), ("check", .string(id))])
    writer.change(.checkVerdict, object: object) { data in
      data["verdict"] = .string(verdict.rawValue)
      data["action_rev"] = JSON(action.rev &+ 1)
      data["action_from"] = .string(action.state.rawValue)
      data["performed_at"] = .time(performed)
      data.set("measured", check.measurement?.verdict.rawValue)
      data.set("reason", reason)
    }
  }

  private func verdict(_ text: String?, of check: EffectivenessCheck) throws(Objection) -> EffectivenessCheck.Verdict {
    let names = EffectivenessCheck.Verdict.allCases.map(\.rawValue).joined(separator: ", ")
    guard let text else {
      if let measured = check.measurement?.verdict { return measured }
      throw Objection("\(check.id) is not measured yet; a verdict is one of \(names)")
    }
    guard let verdict = EffectivenessCheck.Verdict(rawValue: text) else {
      let said = FreeText.isBlank(text) ? "it is blank" : "'\(FreeText.bounded(text, to: 64))' is none"
      throw Objection("a verdict is one of \(names); \(said)")
    }
    return verdict
  }

  /// A metric that can be measured: not blank, and not a way of writing that there is none.
  private func measurable(_ metric: String, _ what: String) throws(Objection) {
    try named(metric, "\(what)'s metric")
    let plain = metric.lowercased().filter { $0.isLetter }
    guard !["na", "none", "nil", "tbd", "notapplicable", "nothing"].contains(plain), !plain.isEmpty else {
      throw Objection("'\(FreeText.bounded(metric, to: 64))' is no metric; a \(what) names what Leeway measures")
    }
  }
}
