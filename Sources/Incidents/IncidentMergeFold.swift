import Domain

extension Incident {
  /// Carries another incident on: its signals, its timeline in the order of the journal, and its evidence.
  mutating func absorb(_ source: Incident, _ entry: JournalEntry, at: Timestamp) {
    rev = entry.data.int("into_rev") ?? rev &+ 1
    changedBy = entry.actor.displayName
    changedAt = at
    merged.append(source.number)
    severity = max(severity, source.severity)
    if state == .monitoring, source.isFiring { move(to: .mitigating, at: at) }
    for var signal in source.signals where !signals.contains(where: { $0.key == signal.key }) {
      signal.mergedFrom = source.number
      signals.append(signal)
    }
    let lines = source.timeline.map { line in
      var line = line
      line.mergedFrom = source.number
      return line
    }
    timeline = (timeline + lines).enumerated().sorted {
      ($0.element.sequence, $0.offset) < ($1.element.sequence, $1.offset)
    }
    .map(\.element)
    evidence += source.evidence.filter { !evidence.contains($0) }
    trimTimeline()
  }

  /// Gives back what a merge brought in; the signals as they are now.
  mutating func release(_ number: Int, _ entry: JournalEntry, at: Timestamp) -> [IncidentSignal] {
    rev = entry.data.int("into_rev") ?? rev &+ 1
    changedBy = entry.actor.displayName
    changedAt = at
    merged.removeAll { $0 == number }
    let released = signals.filter { $0.mergedFrom == number }
    signals.removeAll { $0.mergedFrom == number }
    timeline.removeAll { $0.mergedFrom == number }
    note(
      TimelineEntry(
        sequence: entry.sequence, at: at, actor: entry.actor.displayName, verb: entry.act,
        detail: "\(Incident.name(number)) taken out again"))
    return released
  }

  /// Takes a signal back after a merge was undone.
  mutating func take(back signal: IncidentSignal) {
    var signal = signal
    signal.mergedFrom = nil
    if let index = signals.firstIndex(where: { $0.key == signal.key }) {
      signals[index] = signal
    } else {
      signals.append(signal)
    }
  }
}
