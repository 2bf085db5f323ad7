public import Domain

extension IncidentBook {
  /// Takes one entry of the journal. Entries that are not about incidents, refused and conflicting requests, and
  /// entries that do not fit what is there, change nothing.
  public mutating func apply(_ entry: JournalEntry) {
    guard let act = JournalAct(rawValue: entry.act.rawValue) else { return }
    let result = entry.data.text("result")
    guard result == nil || result == "ok" else { return }
    let at = entry.at.journalled
    switch act {
    case .versionSeen: return noteVersion(entry, at: at)
    case .silenceAdd, .silenceExpire, .silenceEnded: return applySilence(act, entry, at: at)
    case .signalFiring: forgetEarlyResolve(entry)
    case .signalResolved where entry.object["incident"] == nil: return keepEarlyResolve(entry)
    default: break
    }
    guard let number = entry.object.text("incident").flatMap({ Incident.number(named: $0) }) else { return }
    if act == .open { return open(number, entry, at: at) }
    guard let index = indexes[number] else { return }
    let mergedInto = shelf[index].mergedInto
    shelf[index].apply(act, entry, at: at)
    switch act {
    case .attach, .reopen:
      if let facts = entry.data["signal"].flatMap(SignalFacts.init(data:)) { indexSignal(facts.key, number) }
    case .merge: merge(index, entry, at: at)
    case .unmerge, .undo:
      if let mergedInto { unmerge(index, from: mergedInto, entry, at: at) } else { indexSignals(of: index) }
    default: break
    }
    refreshSets(index)
  }

  private mutating func refreshSets(_ index: Int) {
    let number = shelf[index].number
    noteHidden(byIncident: index, at: shelf[index].timeline.last?.at ?? shelf[index].changedAt)
    if shelf[index].state.isOpen { openNumbers.insert(number) } else { openNumbers.remove(number) }
    if shelf[index].checks.contains(where: { $0.isOpen && ($0.measurement == nil || $0.isExtending) }) {
      checkedNumbers.insert(number)
    } else {
      checkedNumbers.remove(number)
    }
    if shelf[index].hasTimer { timedNumbers.insert(number) } else { timedNumbers.remove(number) }
  }

  private mutating func indexSignals(of index: Int) {
    let number = shelf[index].number
    for signal in shelf[index].signals { indexSignal(signal.key, number) }
  }

  private mutating func indexSignal(_ key: SignalKey, _ number: Int) {
    numbersByKey[key] = number
    if numbersByRule[key.rule]?.last != number { numbersByRule[key.rule, default: []].append(number) }
  }

  private mutating func open(_ number: Int, _ entry: JournalEntry, at: Timestamp) {
    guard number >= nextNumber, let incident = Incident(opening: number, entry, at: at) else { return }
    indexes[number] = shelf.count
    shelf.append(incident)
    if let before = incident.recurrenceOf.flatMap({ indexes[$0] }) {
      shelf[before].recur(as: incident.name, entry, at: at)
    }
    indexSignals(of: shelf.count - 1)
    refreshSets(shelf.count - 1)
  }

  private mutating func merge(_ source: Int, _ entry: JournalEntry, at: Timestamp) {
    guard let into = entry.data.int("into"), let target = indexes[into], target != source else { return }
    shelf[target].absorb(shelf[source], entry, at: at)
    for signal in shelf[source].signals { numbersByKey[signal.key] = into }
    refreshSets(target)
  }

  private mutating func unmerge(_ source: Int, from number: Int, _ entry: JournalEntry, at: Timestamp) {
    guard let target = indexes[number], target != source else { return }
    for signal in shelf[target].release(shelf[source].number, entry, at: at) {
      shelf[source].take(back: signal)
    }
    indexSignals(of: source)
    refreshSets(target)
  }

  /// A new version belongs into the timeline of whatever is going on; it never opens or forks an incident.
  private mutating func noteVersion(_ entry: JournalEntry, at: Timestamp) {
    guard entry.data["initial"]?.bool != true, let version = entry.object.text("version") else { return }
    let source = entry.object.text("source").map { " in \($0)" } ?? ""
    for number in openNumbers {
      guard let index = indexes[number] else { continue }
      shelf[index].note(
        TimelineEntry(
          sequence: entry.sequence, at: at, actor: entry.actor.displayName, verb: entry.act,
          detail: "version \(FreeText.bounded(version, to: FreeText.longestName)) first seen\(source)"))
    }
  }

  private mutating func forgetEarlyResolve(_ entry: JournalEntry) {
    guard !earlyResolves.isEmpty, let facts = SignalFacts(data: entry.data) else { return }
    earlyResolves[facts.key] = nil
  }

  private mutating func keepEarlyResolve(_ entry: JournalEntry) {
    guard let facts = SignalFacts(data: entry.data) else { return }
    if earlyResolves.count >= 4_096 {
      let newest = earlyResolves.sorted { ($0.value, $0.key) > ($1.value, $1.key) }.prefix(2_048)
      earlyResolves = Dictionary(newest.map { ($0.key, $0.value) }, uniquingKeysWith: max)
    }
    earlyResolves[facts.key] = facts.at
  }
}
