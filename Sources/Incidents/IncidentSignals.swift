public import Domain

extension IncidentBook {
  /// The entries that a signal's change of state calls for; empty where the book already says so.
  ///
  /// Signals belong to incidents by their key alone, so that a version, a host or a value that changes never forks
  /// one. Stale and failed signals are unknown: they resolve nothing, and raise an incident of their own.
  /// - Parameter now: wall time, or event time in a replay; the incident is not opened later than that.
  public func signal(
    _ transition: SignalTransition, now: Timestamp, policy: IncidentPolicy = .standard
  ) -> [EntryDraft] {
    let facts = SignalFacts(transition)
    let own: [EntryDraft]
    switch transition.to {
    case .pending: own = mark(.signalPending, facts)
    case .firing where transition.inhibitedBy != nil: own = [EntryWriter.signal(.signalFiring, facts)]
    case .firing: own = fire(facts, transition.rule, joining: group(facts, transition.rule), now: now, policy)
    case .recovering:
      own = transition.from == .stale || transition.from == .error ? returned(facts) : []
    case .inactive: own = clear(facts, as: transition.from == .pending ? .signalCleared : .signalResolved)
    case .stale: own = mark(.signalStale, facts)
    case .error: own = mark(.signalError, facts)
    }
    return own + blindness(transition, facts, now: now, policy)
  }

  /// How many signals share one incident before another is opened.
  static let mostSharedSignals = 256
  /// How long after its last signal has cleared an incident explains others: as long as drift is measured over.
  static let longestEcho: Duration = .seconds(1_800)
  /// How many incidents of a rule are looked at for one that a signal can share.
  static let mostGroupsSearched = 64

  /// A state that neither opens nor ends anything.
  private func mark(_ act: JournalAct, _ facts: SignalFacts) -> [EntryDraft] {
    guard let incident = incident(for: facts.key), incident.signals.contains(where: { $0.key == facts.key }) else {
      return [EntryWriter.signal(act, facts)]
    }
    var writer = EntryWriter(incident)
    writer.signal(act, facts)
    return writer.drafts
  }

  /// A signal that fired before its data went away, and is recovering now that they are back, still fires.
  private func returned(_ facts: SignalFacts) -> [EntryDraft] {
    var facts = facts
    facts.state = .firing
    return mark(.signalFiring, facts)
  }

  private func fire(
    _ facts: SignalFacts, _ rule: RuleDescription, joining group: Incident?, now: Timestamp, _ policy: IncidentPolicy
  ) -> [EntryDraft] {
    let own = incident(for: facts.key)
    guard let incident = own?.state.isOpen == true ? own : group ?? own else {
      return open(facts, rule, recurrenceOf: nil, now: now, policy)
    }
    let state = incident.signals.first { $0.key == facts.key }?.state
    var writer = EntryWriter(incident)
    switch state {
    case .firing, .recovering: break
    case .stale, .error: writer.signal(.signalFiring, facts)
    default:
      if incident.state.followsOpen { return again(incident, facts, rule, now: now, policy) }
      guard incident.state.isOpen else { return open(facts, rule, recurrenceOf: nil, now: now, policy) }
      attach(facts, isNew: state == nil, &writer)
      if let resolve = earlyResolve(facts, policy) { writer.signal(.signalResolved, resolve) }
    }
    raise(incident, to: rule.severity, &writer)
    return writer.drafts
  }

  /// The open incident that a signal shares: one of its own rule whose signals agree in the labels that the rule groups
  /// by, else one of a rule that it joins, whose signal contradicts none of its labels and fires still, or did a short
  /// while ago.
  private func group(_ facts: SignalFacts, _ rule: RuleDescription) -> Incident? {
    let key = facts.key
    if let names = rule.groupBy {
      let labels = key.labels.keeping(names)
      let found = openIncident(ofRule: key.rule) { signal in
        signal.key.rule == key.rule && signal.key.labels.keeping(names) == labels
      }
      if let found { return found }
    }
    for name in rule.joins where name != key.rule {
      let found = openIncident(ofRule: name) { signal in
        signal.key.rule == name
          && (!signal.isClear || signal.clearedAt.map { facts.at - $0 <= IncidentBook.longestEcho } ?? false)
          && signal.key.labels.all.allSatisfy { label in key.labels[label.name].map { $0 == label.value } ?? true }
      }
      if let found { return found }
    }
    return nil
  }

  private func attach(_ facts: SignalFacts, isNew: Bool, _ writer: inout EntryWriter) {
    writer.unattached(.signalFiring, facts)
    if writer.state == .monitoring || isNew {
      let next = writer.state == .monitoring ? IncidentState.mitigating : nil
      writer.change(.attach, to: next) { $0["signal"] = .object(facts.members) }
    } else {
      writer.fact(.attach, JSONObject([("signal", .object(facts.members))]))
    }
  }

  private func raise(_ incident: Incident, to severity: Severity, _ writer: inout EntryWriter) {
    guard severity > incident.severity, incident.state.isOpen else { return }
    writer.change(.severity) { data in
      data["previous"] = .string(incident.severity.rawValue)
      data["severity"] = .string(severity.rawValue)
      data["reason"] = "a signal got graver"
    }
  }

  /// The same key after its incident's end: a new episode within the reopen window, a new incident later.
  private func again(
    _ incident: Incident, _ facts: SignalFacts, _ rule: RuleDescription, now: Timestamp, _ policy: IncidentPolicy
  ) -> [EntryDraft] {
    let current = incident.episode
    let ended = max(current.resolvedAt ?? .distantPast, current.closedAt ?? .distantPast)
    guard facts.at - ended <= policy.reopenWindow else {
      return open(facts, rule, recurrenceOf: incident.number, now: now, policy)
    }
    var writer = EntryWriter(incident)
    writer.unattached(.signalFiring, facts)
    writer.change(.reopen, to: .new) { data in
      data["episode"] = JSON(current.number &+ 1)
      data["opened_at"] = .time(min(facts.at, now.journalled))
      data["reason"] = "fired again"
      data["signal"] = .object(facts.members)
    }
    if rule.severity > incident.severity {
      writer.change(.severity) { data in
        data["previous"] = .string(incident.severity.rawValue)
        data["severity"] = .string(rule.severity.rawValue)
        data["reason"] = "a signal got graver"
      }
    }
    end(&writer, earlyResolve(facts, policy))
    return writer.drafts
  }

  private func open(
    _ facts: SignalFacts, _ rule: RuleDescription, recurrenceOf: Int?, now: Timestamp, _ policy: IncidentPolicy
  ) -> [EntryDraft] {
    var writer = EntryWriter(opening: nextNumber)
    writer.unattached(.signalFiring, facts)
    writer.change(.open, to: .new) { data in
      data["title"] = .string(FreeText.bounded(rule.title))
      data["severity"] = .string(rule.severity.rawValue)
      data.set("category", rule.category)
      data.set("runbook", rule.runbook)
      if !rule.owasp.isEmpty { data["owasp"] = .array(rule.owasp.map(JSON.string)) }
      if !rule.atlas.isEmpty { data["atlas"] = .array(rule.atlas.map(JSON.string)) }
      data["detected_by"] = "rule"
      data["opened_at"] = .time(min(facts.at, now.journalled))
      data.set("recurrence_of", recurrenceOf)
      data["signal"] = .object(facts.members)
    }
    end(&writer, earlyResolve(facts, policy))
    return writer.drafts
  }

  /// A resolve that overtook this trigger (spec: incidents, part 1).
  private func earlyResolve(_ facts: SignalFacts, _ policy: IncidentPolicy) -> SignalFacts? {
    guard let at = earlyResolves[facts.key], at >= facts.at, at - facts.at <= policy.reorderWindow else { return nil }
    var resolve = facts
    resolve.state = .inactive
    resolve.at = at
    resolve.since = nil
    return resolve
  }

  private func end(_ writer: inout EntryWriter, _ resolve: SignalFacts?) {
    guard let resolve else { return }
    writer.signal(.signalResolved, resolve)
    writer.change(.resolve, to: .resolved) { data in
      data["resolved_at"] = .time(resolve.at)
      data["reason"] = "its end was reported before its beginning"
    }
  }

  private func clear(_ facts: SignalFacts, as act: JournalAct = .signalResolved) -> [EntryDraft] {
    guard let incident = incident(for: facts.key),
      let signal = incident.signals.first(where: { $0.key == facts.key }), signal.state != .inactive
    else { return [EntryWriter.signal(act, facts)] }
    var writer = EntryWriter(incident)
    if act == .signalResolved, let firedAt = signal.firedAt, facts.at <= firedAt {
      writer.signal(act, facts, late: true)
      return writer.drafts
    }
    writer.signal(act, facts)
    if incident.state == .mitigating, incident.signals.allSatisfy({ $0.key == facts.key || $0.isClear }) {
      writer.change(.monitor, to: .monitoring) { data in
        data["mitigated_at"] = .time(facts.at)
        data["reason"] = "every signal has cleared"
      }
    }
    return writer.drafts
  }

  /// Monitoring that cannot see is an incident of its own: one a rule, with each blind series as a signal.
  private func blindness(
    _ transition: SignalTransition, _ facts: SignalFacts, now: Timestamp, _ policy: IncidentPolicy
  ) -> [EntryDraft] {
    var blind = facts
    if let prefix = transition.to.blindPrefix {
      let wasLive = transition.from == .firing || transition.from == .recovering
      guard transition.to == .error || (policy.staleOpensIncident && wasLive) else { return [] }
      blind.key.rule = prefix + facts.key.rule
      blind.state = .firing
      blind.since = blind.since ?? facts.at
      var rule = transition.rule
      rule.name = blind.key.rule
      rule.title = (transition.to == .stale ? "no data: " : "rule failed: ") + rule.title
      rule.severity = .warn
      rule.category = "monitoring_blind"
      rule.groupBy = []
      // A source that is known to be silent explains why its signals are.
      rule.joins = ["log-gap"]
      let group = incident(for: blind.key) == nil ? group(blind, rule) : nil
      return fire(blind, rule, joining: group, now: now, policy)
    }
    if let prefix = transition.from.blindPrefix {
      blind.key.rule = prefix + facts.key.rule
      blind.state = .inactive
      guard incident(for: blind.key)?.signals.contains(where: { $0.key == blind.key && !$0.isClear }) == true else {
        return []
      }
      return clear(blind)
    }
    return []
  }
}

extension SignalState {
  /// What the key of the incident about not knowing starts with.
  fileprivate var blindPrefix: String? {
    switch self {
    case .stale: "stale:"
    case .error: "error:"
    default: nil
    }
  }
}

extension IncidentState {
  /// Whether the same key may start another episode: resolved, review and closed.
  fileprivate var followsOpen: Bool { self == .resolved || self == .review || self == .closed }
}
