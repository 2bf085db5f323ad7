import Domain

/// The guards and effects of a person's request on one incident whose state allows the verb.
struct RequestWriter {
  let book: IncidentBook
  let incident: Incident
  let actor: Actor
  let now: Timestamp
  let policy: IncidentPolicy

  /// How long an acknowledgement can be taken back (spec: incidents, part 2).
  static let undoWindow: Duration = .seconds(10)

  func drafts(for request: IncidentRequest) throws(Objection) -> [EntryDraft] {
    var writer = EntryWriter(incident)
    switch request {
    case .open: throw Objection("an incident is opened under a number of its own")
    case .ack(let reason):
      try bounded(reason)
      writer.change(.ack, to: .acknowledged) { data in
        data["owner"] = .string(actor.displayName)
        data["ttl_seconds"] = .integer(policy.ackTimeToLive.nanoseconds / 1_000_000_000)
        data["ack_expires_at"] = .time(now + policy.ackTimeToLive)
        data.set("reason", reason)
      }
    case .assign(let owner):
      try named(owner, "owner")
      writer.change(.assign) { data in
        data["owner"] = .string(owner)
        data.set("previous", incident.owner)
      }
    case .note(let text):
      try written(text, "a note")
      writer.change(.note) { $0["text"] = .string(text) }
    case .snooze(let until):
      guard until > now else { throw Objection("the time to wake, \(until.formatted(.seconds)), has passed") }
      writer.change(.snooze) { $0["until"] = .time(until) }
    case .contain(let plan):
      var plan = plan
      plan.kind = .containment
      try evidenceHold(plan.reason)
      try record(plan, as: .contain, to: .mitigating, &writer)
    case .monitor(let reason):
      try simple(.monitor, to: .monitoring, reason, &writer)
    case .resolve(let reason): try resolve(reason, &writer)
    case .review(let reason): try simple(.review, to: .review, reason, &writer)
    case .close(let verdict, let reason, let waive): try close(verdict, reason, waive, &writer)
    case .dismiss(let verdict, let reason): try dismiss(verdict, reason, &writer)
    case .reopen(let reason):
      try written(reason, "a reason to reopen")
      try holdsItsSignals()
      writer.change(.reopen, to: .new) { data in
        data["episode"] = JSON(incident.episode.number &+ 1)
        data["opened_at"] = .time(now)
        data.set("reason", reason)
      }
    case .undo: try undo(&writer)
    case .severity(let severity, let reason): try change(severity, reason, &writer)
    case .merge(let into): try merge(into, &writer)
    case .unmerge: try unmerge(.unmerge, &writer)
    case .addAction(let plan): try record(plan, as: .actionAdd, to: nil, &writer)
    case .approve(let id): try step(id, .approve, .actionApprove, &writer)
    case .start(let id): try step(id, .start, .actionStart, &writer)
    case .implement(let id, let evidence, let at, let reason):
      try implement(id, evidence: evidence, at: at, reason: reason, &writer)
    case .cancel(let id, let reason):
      try written(reason, "a reason to cancel")
      try step(id, .cancel, .actionCancel, reason: reason, &writer)
    case .step(let number, let text, let isDone):
      guard (1...Incident.mostSteps).contains(number) else {
        throw Objection("a runbook's steps are counted from 1 to \(Incident.mostSteps)")
      }
      try bounded(text)
      guard (incident.stepsDone[number] != nil) != isDone else {
        throw Objection("step \(number) is \(isDone ? "ticked already" : "not ticked")")
      }
      // Ticks are facts beside the incident's state: two people at one runbook must not make each other lose.
      writer.fact(.step, JSONObject([("step", JSON(number)), ("done", .bool(isDone)), ("text", JSON(text))]))
    case .hold(let reason):
      try written(reason, "a reason to hold its evidence")
      writer.fact(.hold, JSONObject([("reason", JSON(reason))]))
    case .release(let reason):
      try written(reason, "a reason to let its evidence go")
      guard incident.hold != nil else { throw Objection("its evidence is not held") }
      writer.fact(.release, JSONObject([("reason", JSON(reason))]))
    case .assess(let kind, let awareAt, let reason): try assess(kind, awareAt: awareAt, reason, &writer)
    case .sent(let complete, let reference, let at):
      try sent(complete: complete, reference: reference, at: at, &writer)
    case .planCheck(let id, let plan): try register(plan, for: id, &writer)
    case .verdict(let check, let verdict, let reason, let performedAt):
      try decide(check, verdict, reason: reason, performedAt: performedAt, &writer)
    }
    return writer.drafts
  }

  func bounded(_ text: String?) throws(Objection) {
    guard let text, text.utf8.count > FreeText.longest else { return }
    throw Objection("the text is longer than \(FreeText.longest) bytes")
  }

  func written(_ text: String?, _ what: String) throws(Objection) {
    guard !FreeText.isBlank(text) else { throw Objection("\(what) is needed") }
    try bounded(text)
  }

  func named(_ name: String, _ what: String) throws(Objection) {
    guard !FreeText.isBlank(name) else { throw Objection("the \(what) needs a name") }
    guard name.utf8.count <= FreeText.longestName else {
      throw Objection("the \(what) is longer than \(FreeText.longestName) bytes")
    }
  }

  private func simple(
    _ act: JournalAct, to next: IncidentState, _ reason: String?, _ writer: inout EntryWriter
  ) throws(Objection) {
    try bounded(reason)
    writer.change(act, to: next) { data in
      if act == .monitor { data["mitigated_at"] = .time(now) }
      data.set("reason", reason)
    }
  }

  private func resolve(_ reason: String?, _ writer: inout EntryWriter) throws(Objection) {
    try bounded(reason)
    let unclear = incident.signals.filter { !$0.isClear }
    if let signal = unclear.first, FreeText.isBlank(reason) {
      throw Objection("\(signal.key) is \(signal.state.rawValue); a reason is needed to resolve all the same")
    }
    writer.change(.resolve, to: .resolved) { data in
      data["resolved_at"] = .time(min(now, incident.clearedAt ?? now))
      data.set("reason", reason)
    }
  }

  private func dismiss(_ verdict: Verdict?, _ reason: String?, _ writer: inout EntryWriter) throws(Objection) {
    guard let verdict, verdict.dismisses else {
      let names = Verdict.allCases.filter(\.dismisses).map(\.rawValue).joined(separator: ", ")
      throw Objection("dismissing needs a verdict: \(names)")
    }
    try bounded(reason)
    writer.change(.dismiss, to: .dismissed) { data in
      data["verdict"] = .string(verdict.rawValue)
      data.set("reason", reason)
    }
  }

  private func change(_ severity: Severity, _ reason: String?, _ writer: inout EntryWriter) throws(Objection) {
    guard severity != incident.severity else { throw Objection("the severity is \(severity.rawValue) already") }
    if severity < incident.severity { try written(reason, "a reason to lower the severity") }
    try bounded(reason)
    writer.change(.severity) { data in
      data["previous"] = .string(incident.severity.rawValue)
      data["severity"] = .string(severity.rawValue)
      data.set("reason", reason)
    }
  }

  private func undo(_ writer: inout EntryWriter) throws(Objection) {
    switch incident.state {
    case .acknowledged:
      guard let by = incident.acknowledgedBy, let at = incident.acknowledgedEntryAt, by.isSamePerson(as: actor) else {
        let name = incident.acknowledgedBy?.displayName ?? "somebody else"
        throw Objection("only \(name) can take this acknowledgement back")
      }
      guard now - at <= RequestWriter.undoWindow, now >= at else {
        throw Objection("an acknowledgement can be taken back for 10 seconds; it was given at \(at.timeOfDay)")
      }
      writer.change(.undo, to: .new)
    case .merged: try unmerge(.undo, &writer)
    default:
      try holdsItsSignals()
      writer.change(.undo, to: incident.stateBefore ?? .new)
    }
  }

  /// A signal belongs to one open incident at a time.
  private func holdsItsSignals() throws(Objection) {
    for signal in incident.signals {
      guard let other = book.incident(for: signal.key), other.number != incident.number, other.state.isOpen else {
        continue
      }
      throw Objection("\(other.name) carries \(signal.key) on; work there")
    }
  }

  private func merge(_ into: Int, _ writer: inout EntryWriter) throws(Objection) {
    guard into != incident.number else { throw Objection("an incident cannot be merged into itself") }
    guard let target = book.incident(number: into) else {
      throw Objection("there is no incident \(Incident.name(into))")
    }
    guard target.state.isOpen else {
      throw Objection("\(target.name) is \(target.state.rawValue); merge into an open incident")
    }
    guard incident.merged.isEmpty else {
      let names = incident.merged.map(Incident.name).joined(separator: ", ")
      throw Objection("\(incident.name) carries \(names) on; unmerge them first")
    }
    writer.change(.merge, to: .merged, object: JSONObject([("into", .string(target.name))])) { data in
      data["into"] = JSON(into)
      data["into_rev"] = JSON(target.rev &+ 1)
    }
  }

  private func unmerge(_ act: JournalAct, _ writer: inout EntryWriter) throws(Objection) {
    guard let target = incident.mergedInto.flatMap({ book.incident(number: $0) }) else {
      throw Objection("the incident that it was merged into is not there")
    }
    writer.change(act, to: incident.stateBefore ?? .new, object: JSONObject([("from", .string(target.name))])) { data in
      data["into_rev"] = JSON(target.rev &+ 1)
    }
  }
}
