public import Domain

extension IncidentBook {
  /// The silence that hides an incident at `now`; the one that ends last where several do.
  public func silence(of incident: Incident, at now: Timestamp) -> Silence? {
    guard !activeSilences.isEmpty, incident.state.isOpen else { return nil }
    return activeSilences.compactMap { silences.indices.contains($0) ? silences[$0] : nil }
      .filter { $0.isActive(at: now) && $0.matches(incident) }
      .max { $0.endsAt < $1.endsAt }
  }

  /// What matchers hide now and would have hidden in the last seven days.
  public func reach(of matchers: [Silence.Matcher], at now: Timestamp) -> SilenceReach {
    let week = now - .seconds(604_800)
    var reach = SilenceReach(open: [], openCount: openCount, recent: [], recentReal: 0)
    for incident in incidents where Silence.matches(matchers, incident) {
      if incident.state.isOpen { reach.open.append(incident.number) }
      guard incident.episode.openedAt >= week else { continue }
      reach.recent.append(incident.number)
      if incident.verdict == .truePositive { reach.recentReal += 1 }
    }
    return reach
  }

  /// How long real incidents were hidden by a silence: those that were judged true, and how many minutes of each
  /// (spec: incidents, part 5, silence cost).
  public func cost(of silence: Silence, at now: Timestamp) -> (real: Int, minutes: Double) {
    let end = min(now, silence.endsAt)
    var (real, minutes) = (0, 0.0)
    for number in silence.hidden.sorted() {
      guard let incident = incident(number: number), incident.verdict == .truePositive else { continue }
      real += 1
      let from = max(silence.startsAt, incident.episode.openedAt)
      let to = min(end, incident.episode.resolvedAt ?? end)
      minutes += max(0, (to - from).inSeconds) / 60
    }
    return (real, minutes)
  }

  /// Decides what becomes of a request about silences; changes nothing itself.
  public func decide(_ request: SilenceRequest, actor: Actor, now: Timestamp) -> SilenceDecision {
    do throws(Objection) {
      switch request {
      case .add(let matchers, let from, let until, let reason, let acceptsNoMatch):
        return try add(matchers, from ?? now, until, reason, acceptsNoMatch, now: now.journalled)
      case .expire(let id, let reason):
        guard let silence = silences.first(where: { $0.id == id }) else {
          throw Objection("there is no silence \(FreeText.bounded(id, to: 64)): leeway silences list shows them")
        }
        guard silence.state(at: now) != "expired" else { throw Objection("\(id) has ended") }
        var data = JSONObject([("by", .string(actor.displayName))])
        data.set("reason", reason.map { FreeText.bounded($0) })
        return .entries(
          [EntryDraft(JournalAct.silenceExpire.verb, object: ["silence": .string(id)], data: .object(data))], id: id)
      }
    } catch {
      let draft = EntryDraft(
        Verb(rawValue: request.act), data: ["result": "refused", "reason": .string(FreeText.bounded(error.reason))])
      return .refused(drafts: [draft], PlainRefusal(verb: request.act, reason: error.reason))
    }
  }

  /// The longest silence.
  static let longestSilence: Duration = .seconds(30 * 86_400)
  /// A silence that hides a greater share of the open incidents is refused (case I09).
  static let greatestSilencedShare = 0.5

  private func add(
    _ matchers: [Silence.Matcher], _ from: Timestamp, _ until: Timestamp, _ reason: String?, _ acceptsNoMatch: Bool,
    now: Timestamp
  ) throws(Objection) -> SilenceDecision {
    guard !matchers.isEmpty, matchers.count <= 16 else {
      throw Objection("a silence has 1 to 16 matchers, such as rule=pii-* or tenant=t1")
    }
    guard !Silence.isCatchAll(matchers) else {
      throw Objection("these matchers match everything; name at least one value that must be there")
    }
    guard let reason, !FreeText.isBlank(reason), reason.utf8.count <= FreeText.longest else {
      throw Objection("a silence needs a reason")
    }
    guard until > from, until > now else { throw Objection("the silence would have ended already") }
    guard until - from <= IncidentBook.longestSilence else {
      throw Objection("a silence lasts at most 30 days; a rule that should not fire is changed or retired")
    }
    let reach = reach(of: matchers, at: now)
    guard reach.openCount < 2 || reach.share <= IncidentBook.greatestSilencedShare else {
      throw Objection(
        "it would hide \(reach.open.count) of \(reach.openCount) open incidents; narrow it, or act on them one by one")
    }
    guard !reach.open.isEmpty || acceptsNoMatch else {
      throw Objection("it matches no open incident; confirm with --accept-no-match that it is meant for what may come")
    }
    let id = "S-\(silences.count + 1)"
    return .entries(
      [
        EntryDraft(
          JournalAct.silenceAdd.verb, object: ["silence": .string(id)],
          data: [
            "matchers": .array(matchers.map { .string($0.description) }), "starts_at": .time(from.journalled),
            "ends_at": .time(until.journalled), "reason": .string(reason), "hides": JSON(reach.open.count),
          ])
      ], id: id)
  }

  /// Takes the entries about silences.
  mutating func applySilence(_ act: JournalAct, _ entry: JournalEntry, at: Timestamp) {
    guard let id = entry.object.text("silence") else { return }
    let data = entry.data
    if act == .silenceAdd {
      guard id == "S-\(silences.count + 1)", let from = data.time("starts_at"), let until = data.time("ends_at") else {
        return
      }
      let matchers = (data["matchers"]?.array ?? []).compactMap { $0.string.flatMap { Silence.Matcher($0) } }
      guard !matchers.isEmpty else { return }
      silences.append(
        Silence(
          id: id, matchers: matchers, startsAt: from, endsAt: until, author: entry.actor,
          reason: data.text("reason") ?? ""))
      activeSilences.append(silences.count - 1)
      noteHidden(silences.count - 1)
      return
    }
    guard let index = silences.firstIndex(where: { $0.id == id }) else { return }
    if act == .silenceExpire {
      silences[index].endsAt = min(silences[index].endsAt, at)
      silences[index].expiredBy = entry.actor
    }
    guard act == .silenceEnded || act == .silenceExpire else { return }
    silences[index].isEnded = true
    activeSilences.removeAll { $0 == index }
    let when = silences[index].endsAt.timeOfDay
    for number in openNumbers {
      guard let place = indexes[number], silences[index].matches(shelf[place]) else { continue }
      silences[index].hidden.insert(number)
      shelf[place].note(
        TimelineEntry(
          sequence: entry.sequence, at: at, actor: entry.actor.displayName, verb: entry.act,
          detail: "silence \(id) by \(silences[index].author.displayName) ended \(when)"))
    }
  }

  /// Remembers what the silences hide after an incident has changed.
  mutating func noteHidden(byIncident index: Int, at: Timestamp) {
    guard !activeSilences.isEmpty, shelf[index].state.isOpen else { return }
    for number in activeSilences where silences[number].isActive(at: at) && silences[number].matches(shelf[index]) {
      silences[number].hidden.insert(shelf[index].number)
    }
  }

  private mutating func noteHidden(_ silence: Int) {
    for number in openNumbers {
      guard let index = indexes[number], silences[silence].matches(shelf[index]) else { continue }
      silences[silence].hidden.insert(number)
    }
  }

  /// The entries that the end of silences calls for.
  func silenceEnds(at now: Timestamp) -> [EntryDraft] {
    activeSilences.filter { silences[$0].endsAt <= now }.map { index in
      EntryDraft(JournalAct.silenceEnded.verb, object: ["silence": .string(silences[index].id)])
    }
  }
}

extension Silence {
  /// The silence as `silences list` shows it.
  public func json(at now: Timestamp, cost: (real: Int, minutes: Double)) -> JSON {
    [
      "id": .string(id), "state": .string(state(at: now)),
      "matchers": .array(matchers.map { .string($0.description) }), "starts_at": JSON(startsAt),
      "ends_at": JSON(endsAt), "author": .string(author.displayName), "author_source": .string(author.source.rawValue),
      "reason": .string(reason), "expired_by": JSON(expiredBy?.displayName), "hidden": JSON(hidden.count),
      "never_matched": .bool(hidden.isEmpty), "real_incidents_hidden": JSON(cost.real),
      "real_minutes_hidden": JSON(cost.minutes),
    ]
  }
}
