import Domain

extension Incident {
  /// The incident that an `incident.open` entry opens; nil where the entry lacks what it takes.
  init?(opening number: Int, _ entry: JournalEntry, at: Timestamp) {
    let data = entry.data
    guard let title = data.text("title"), let severity = data.text("severity").flatMap(Severity.init(rawValue:))
    else { return nil }
    id = Incident.id(sequence: entry.sequence, at: at)
    self.number = number
    self.title = title
    self.severity = severity
    category = data.text("category")
    recurrenceOf = data.int("recurrence_of")
    runbook = data.text("runbook")
    owasp = (data["owasp"]?.array ?? []).compactMap(\.string)
    atlas = (data["atlas"]?.array ?? []).compactMap(\.string)
    detectedBy = data.text("detected_by") ?? "operator"
    var first = Episode(number: 1, openedAt: data.time("opened_at") ?? at)
    let facts = data["signal"].flatMap(SignalFacts.init(data:))
    first.impactStartedAt = facts?.onset ?? facts?.since
    episodes = [first]
    changedBy = entry.actor.displayName
    changedAt = at
    if let facts { update(facts) }
    note(line(.open, entry, at: at))
  }

  /// Takes an entry about this incident, which is granted and in order.
  mutating func apply(_ act: JournalAct, _ entry: JournalEntry, at: Timestamp) {
    let data = entry.data
    if let next = data.int("new_rev") {
      rev = next
      changedBy = entry.actor.displayName
      changedAt = at
    }
    let before = state
    move(to: data.text("to").flatMap(IncidentState.init(rawValue:)), at: at)
    if let facts = data["signal"].flatMap(SignalFacts.init(data:)) { update(facts) }
    switch act {
    case .ack: acknowledge(entry, at: at)
    case .assign: owner = data.text("owner")
    case .snooze: snoozedUntil = data.time("until")
    case .wake:
      snoozedUntil = nil
      restartAckTimer(at: at)
    case .contain, .actionAdd: record(entry, at: at)
    case .evidence: keep(entry, at: at)
    case .monitor:
      episodes[episodes.count - 1].mitigatedAt = data.time("mitigated_at") ?? at
      monitoringSince = data.time("mitigated_at") ?? at
    case .attach where before == .monitoring && state == .mitigating:
      episodes[episodes.count - 1].mitigatedAt = nil
    case .resolve:
      episodes[episodes.count - 1].resolvedAt = data.time("resolved_at") ?? at
      resolvedBy = entry.actor.isPerson ? entry.actor : nil
    case .close:
      episodes[episodes.count - 1].closedAt = at
      verdict = data.text("verdict").flatMap(Verdict.init(rawValue:)) ?? verdict
      episodes[episodes.count - 1].verdict = verdict
    case .dismiss:
      stateBefore = before
      verdict = data.text("verdict").flatMap(Verdict.init(rawValue:))
      episodes[episodes.count - 1].verdict = verdict
    case .merge:
      stateBefore = before
      mergedInto = data.int("into")
    case .undo, .unmerge: takeBack(from: before, at: at)
    case .reopen: reopen(entry, at: at)
    case .severity: changeSeverity(data)
    case .actionApprove, .actionStart, .actionImplement, .actionCancel: updateAction(act, entry, at: at)
    case .step:
      guard let number = data.int("step"), (1...Incident.mostSteps).contains(number) else { break }
      let tick = StepTick(by: entry.actor.displayName, at: at)
      stepsDone[number] = data["done"]?.bool == false ? nil : tick
    case .hold: hold = Hold(by: entry.actor.displayName, at: at, reason: data.text("reason") ?? "")
    case .release: hold = nil
    case .regulatoryAssess, .regulatorySent: updateRegulatory(act, entry, at: at)
    case .checkPlan, .checkMeasured, .checkVerdict: updateCheck(act, entry, at: at)
    case .signalPending, .signalCleared, .signalFiring, .signalResolved, .signalStale, .signalError:
      if data["late"]?.bool != true, let facts = SignalFacts(data: data) { update(facts) }
    default: break
    }
    if entry.actor.isPerson { restartAckTimer(at: at) }
    note(line(act, entry, at: at))
  }

  mutating func move(to next: IncidentState?, at: Timestamp) {
    guard let next, next != state else { return }
    if state == .acknowledged { ackExpiresAt = nil }
    if state == .monitoring { monitoringSince = nil }
    state = next
    if next != .new, next != .acknowledged { snoozedUntil = nil }
    if next == .monitoring { monitoringSince = at }
  }

  private mutating func restartAckTimer(at: Timestamp) {
    guard state == .acknowledged, let ackTimeToLive else { return }
    ackExpiresAt = at + ackTimeToLive
  }

  private mutating func acknowledge(_ entry: JournalEntry, at: Timestamp) {
    ownerBeforeAck = owner
    ackTimeBeforeAck = episode.acknowledgedAt
    owner = entry.actor.displayName
    acknowledgedBy = entry.actor
    acknowledgedEntryAt = at
    if episode.acknowledgedAt == nil { episodes[episodes.count - 1].acknowledgedAt = at }
    ackTimeToLive = entry.data.int("ttl_seconds").map { .seconds(min(max(0, $0), 3_200_000_000)) }
    restartAckTimer(at: at)
  }

  private mutating func takeBack(from before: IncidentState, at: Timestamp) {
    switch before {
    case .acknowledged:
      owner = ownerBeforeAck
      episodes[episodes.count - 1].acknowledgedAt = ackTimeBeforeAck
      acknowledgedBy = nil
    case .dismissed:
      verdict = nil
      episodes[episodes.count - 1].verdict = nil
      stateBefore = nil
      restartAckTimer(at: at)
    case .merged:
      mergedInto = nil
      stateBefore = nil
      restartAckTimer(at: at)
    default: break
    }
  }

  private mutating func reopen(_ entry: JournalEntry, at: Timestamp) {
    var next = Episode(number: episode.number &+ 1, openedAt: entry.data.time("opened_at") ?? at)
    next.impactStartedAt = entry.data["signal"]?.time("onset") ?? entry.data["signal"]?.time("since")
    episodes.append(next)
    owner = nil
    verdict = nil
    acknowledgedBy = nil
    resolvedBy = nil
    if !entry.actor.isPerson { markRecurred() }
  }

  /// The same key fired again in an incident of its own: what had been effective has not kept it away.
  mutating func recur(as name: String, _ entry: JournalEntry, at: Timestamp) {
    markRecurred()
    note(
      TimelineEntry(
        sequence: entry.sequence, at: at, actor: entry.actor.displayName, verb: entry.act,
        detail: "came back as \(name)"))
  }

  private mutating func markRecurred() {
    for index in actions.indices where actions[index].state == .effective {
      actions[index].state = .recurred
      actions[index].rev &+= 1
    }
  }

  private mutating func changeSeverity(_ data: JSON) {
    guard let next = data.text("severity").flatMap(Severity.init(rawValue:)) else { return }
    if next > severity { snoozedUntil = nil }
    severity = next
  }

  mutating func update(_ facts: SignalFacts) {
    let index = signals.firstIndex { $0.key == facts.key } ?? signals.count
    if index == signals.count { signals.append(IncidentSignal(key: facts.key, state: .inactive)) }
    let wasFiring = signals[index].isFiring
    let wasKnown = signals[index].state != .stale && signals[index].state != .error
    if facts.state == .firing, !wasFiring, wasKnown {
      signals[index].firedAt = facts.at
      signals[index].clearedAt = nil
      signals[index].noteChange(at: facts.at)
    } else if facts.state == .inactive {
      signals[index].clearedAt = facts.at
      if wasFiring { signals[index].noteChange(at: facts.at) }
    }
    signals[index].state = facts.state
    if let value = facts.value {
      signals[index].value = value
      signals[index].threshold = facts.threshold
      signals[index].count = facts.count
    }
    if let since = facts.since { signals[index].since = since }
    signals[index].isSaidToFlap = facts.isFlapping
    if let hits = facts.hits { signals[index].hits = hits }
    if facts.state == .firing || facts.peak != nil { signals[index].peak = facts.peak ?? facts.value }
  }

  /// Appends a line.
  mutating func note(_ line: TimelineEntry) {
    timeline.append(line)
    trimTimeline()
  }

  /// Of a timeline that grew too long, drops the oldest lines after the first few.
  mutating func trimTimeline() {
    guard timeline.count > Incident.longestTimeline else { return }
    let surplus = timeline.count - Incident.longestTimeline * 3 / 4
    timeline.removeSubrange(64..<64 + surplus)
    timelineOmitted &+= surplus
  }
}
