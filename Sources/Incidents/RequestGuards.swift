import Domain

/// Closing and actions: the requests with guards of more than one part.
extension RequestWriter {
  /// The close gate: a verdict; every action effective or waived by somebody who had no part in it; no running check;
  /// and a second person from the policy's severity on.
  func close(
    _ verdict: Verdict?, _ reason: String?, _ waive: Bool, _ writer: inout EntryWriter
  ) throws(Objection) {
    try bounded(reason)
    guard let verdict = verdict ?? incident.verdict else {
      let names = Verdict.allCases.map(\.rawValue).joined(separator: ", ")
      throw Objection("closing needs a verdict: \(names)")
    }
    let sources = incident.merged.compactMap { book.incident(number: $0) }
    let unsettled =
      incident.actions.filter { !$0.state.isSettled }.map { ($0.id, $0) }
      + sources.flatMap { source in
        source.actions.filter { !$0.state.isSettled }.map { ("\(source.name) \($0.id)", $0) }
      }
    for holder in [incident] + sources {
      if let check = holder.checks.first(where: { $0.isOpen && !$0.isImplied }) {
        throw Objection(
          "the effectiveness check \(check.id) of \(check.action) has no verdict yet; wait for it, or give it with "
            + "'leeway check verdict'")
      }
    }
    if !unsettled.isEmpty {
      let list = unsettled.map { "\($0.0) (\($0.1.state.rawValue))" }.joined(separator: ", ")
      guard waive else {
        throw Objection("not shown to be effective: \(list); check them, or let a second operator waive it")
      }
      guard !FreeText.isBlank(reason) else { throw Objection("waiving the check of \(list) needs a reason") }
      if let (id, _) = unsettled.first(where: { $0.1.isWork(of: actor) }) {
        throw Objection("\(actor.displayName) had a part in \(id); a second operator must waive its check")
      }
    }
    try regulatoryGate()
    if let least = policy.twoPersonClose, incident.severity >= least {
      let isOwner = incident.owner == actor.displayName
      if isOwner || incident.resolvedBy?.isSamePerson(as: actor) == true {
        throw Objection(
          "closing at severity \(incident.severity.rawValue) takes a second person; \(actor.displayName) "
            + (isOwner ? "owns the incident" : "resolved it"))
      }
    }
    writer.change(.close, to: .closed) { data in
      data["verdict"] = .string(verdict.rawValue)
      if !unsettled.isEmpty { data["waived"] = .array(unsettled.map { .string($0.0) }) }
      data.set("reason", reason)
    }
  }

  /// Records an action; a containment of an alarm first keeps what its signals say (spec: incidents, part 2).
  func record(
    _ plan: ActionPlan, as act: JournalAct, to next: IncidentState?, _ writer: inout EntryWriter
  ) throws(Objection) {
    try written(plan.statement, "a statement of what is done")
    try bounded(plan.reason)
    if let owner = plan.owner { try named(owner, "owner") }
    guard plan.effect != nil || !FreeText.isBlank(plan.reason) else {
      throw Objection("an action names the effect it expects, or the reason why it cannot")
    }
    if let effect = plan.effect {
      try named(effect.metric, "effect's metric")
      guard effect.bound.isFinite else { throw Objection("the effect's bound is not a number") }
      guard effect.within > .zero, effect.within <= .seconds(315_360_000) else {
        throw Objection("the effect's time must be positive and at most ten years")
      }
    }
    try references(plan.evidence)
    let object = JSONObject([("action", .string(incident.nextActionID))])
    writer.change(act, to: next, object: object) { data in
      data["kind"] = .string(plan.kind.rawValue)
      data["statement"] = .string(plan.statement)
      data["owner"] = .string(plan.owner ?? actor.displayName)
      if let effect = plan.effect { data["effect"] = effect.data }
      data.set("reason", plan.reason)
      data.set("due_at", plan.dueAt)
      if !plan.evidence.isEmpty { data["evidence"] = .array(plan.evidence.map(JSON.string)) }
      if act == .contain, incident.severity == .alarm, !incident.signals.isEmpty {
        data["snapshot"] = .array(incident.signals.prefix(64).map { .string($0.snapshot) })
      }
    }
  }

  private func regulatoryGate() throws(Objection) {
    if let regulatory = incident.regulatory {
      guard !regulatory.isSerious || regulatory.completeSentAt != nil else {
        throw Objection(
          "it is reportable and its complete report has not been sent: 'leeway regulatory sent' records it")
      }
    } else if let least = policy.regulatoryFrom, incident.severity >= least {
      throw Objection("nobody has assessed whether it must be reported: 'leeway regulatory assess' records it")
    }
  }

  func implement(
    _ id: String, evidence: [String], at: Timestamp?, reason: String?, _ writer: inout EntryWriter
  ) throws(Objection) {
    let action = try action(id)
    try bounded(reason)
    try evidenceHold(reason)
    if let at {
      guard at <= now else {
        throw Objection("\(at.formatted(.seconds)) is still to come; an action is implemented once it is done")
      }
      // A check that was registered after the fact would have known its result.
      let promised = incident.checks.filter { $0.action == id && !$0.isImplied }.map(\.plannedAt).max()
      let earliest = max(action.recordedAt, promised ?? .distantPast)
      guard at >= earliest else {
        throw Objection(
          "\(at.formatted(.seconds)) is before \(id) and its checks were written down, "
            + "at \(earliest.formatted(.seconds))")
      }
    }
    try step(id, .implement, .actionImplement, reason: reason, evidence: evidence, at: at, &writer)
  }

  func action(_ id: String) throws(Objection) -> CorrectiveAction {
    if let action = incident.actions.first(where: { $0.id == id }) { return action }
    let known = incident.actions.map(\.id).joined(separator: ", ")
    throw Objection(
      "\(incident.name) has no action \(FreeText.bounded(id, to: 64))" + (known.isEmpty ? "" : "; it has \(known)"))
  }

  func step(
    _ id: String, _ verb: IncidentVerb, _ act: JournalAct, reason: String? = nil, evidence: [String] = [],
    at: Timestamp? = nil, _ writer: inout EntryWriter
  ) throws(Objection) {
    let action = try action(id)
    guard action.state.allowedVerbs.contains(verb) else {
      throw Objection("\(id) is \(action.state.rawValue)", actionState: action.state)
    }
    try references(evidence)
    if verb == .implement, evidence.isEmpty {
      throw Objection(
        "an action is implemented with evidence: a change reference, a file, a trace", actionState: action.state)
    }
    let object = JSONObject([("action", .string(id))])
    writer.change(act, object: object) { data in
      data["action_rev"] = JSON(action.rev &+ 1)
      data["action_from"] = .string(action.state.rawValue)
      data.set("implemented_at", at)
      if !evidence.isEmpty { data["evidence"] = .array(evidence.map(JSON.string)) }
      data.set("reason", reason)
    }
  }

  private func references(_ evidence: [String]) throws(Objection) {
    guard evidence.count <= 64 else { throw Objection("at most 64 references can be given at once") }
    for reference in evidence { try named(reference, "evidence") }
  }
}

extension IncidentSignal {
  /// `refunds{tenant=t2} firing 7 against 5, n 40 since 2026-11-23T03:03:00Z`.
  var snapshot: String {
    var text = "\(key) \(state.rawValue)"
    if let value { text += " \(Decimal.text(value))" }
    if let threshold { text += " against \(Decimal.text(threshold))" }
    if let count { text += ", n \(count)" }
    if let since { text += " since \(since.formatted(.seconds))" }
    return FreeText.bounded(text, to: FreeText.longestName)
  }
}
