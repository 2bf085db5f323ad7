public import Domain

extension IncidentBook {
  /// The entries that the passing of time calls for: snoozes that end, acknowledgements that lapse, watch windows that
  /// stayed clear.
  ///
  /// - Parameter now: the clock that the journal's times come from: wall time, or event time in a replay.
  public func tick(now: Timestamp, policy: IncidentPolicy = .standard) -> [EntryDraft] {
    silenceEnds(at: now.journalled)
      + timedNumbers.sorted().flatMap { number -> [EntryDraft] in
        guard let incident = incident(number: number) else { return [] }
        return drafts(incident, now: now.journalled, policy)
      }
  }

  private func drafts(_ incident: Incident, now: Timestamp, _ policy: IncidentPolicy) -> [EntryDraft] {
    var writer = EntryWriter(incident)
    var isSnoozed = incident.snoozedUntil != nil
    let woke = incident.snoozedUntil.map { $0 <= now } ?? false
    if woke {
      writer.change(.wake)
      isSnoozed = false
    }
    if incident.state == .mitigating, let cleared = incident.clearedAt {
      writer.change(.monitor, to: .monitoring) { data in
        data["mitigated_at"] = .time(cleared)
        data["reason"] = "every signal has cleared"
      }
    } else if incident.state == .monitoring, let since = incident.watchedSince,
      incident.signals.allSatisfy(\.isClear), now - since >= policy.watchWindow
    {
      resolve(incident, at: min(now, incident.clearedAt ?? since), "clear for \(policy.watchWindow.short)", &writer)
    } else if policy.autoResolve, incident.state == .new || incident.state == .acknowledged, !isSnoozed,
      let cleared = incident.clearedAt, now - cleared >= policy.watchWindow
    {
      resolve(incident, at: min(now, cleared), "clear for \(policy.watchWindow.short)", &writer)
    } else if incident.state == .acknowledged, !isSnoozed, !woke, let expiry = incident.ackExpiresAt, expiry <= now {
      writer.change(.ackExpired, to: .new)
    }
    return writer.drafts
  }

  private func resolve(_ incident: Incident, at: Timestamp, _ reason: String, _ writer: inout EntryWriter) {
    writer.change(.resolve, to: .resolved) { data in
      data["resolved_at"] = .time(at)
      data["reason"] = .string(reason)
    }
  }
}
