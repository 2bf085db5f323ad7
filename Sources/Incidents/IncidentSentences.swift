import Domain

extension Incident {
  /// The timeline's line for an entry that the incident has just taken.
  func line(_ act: JournalAct, _ entry: JournalEntry, at: Timestamp) -> TimelineEntry {
    TimelineEntry(
      sequence: entry.sequence, at: at, actor: entry.actor.displayName, verb: entry.act,
      detail: FreeText.bounded(sentence(act, entry)))
  }

  private func sentence(_ act: JournalAct, _ entry: JournalEntry) -> String {
    let data = entry.data
    switch act {
    case .open:
      if let before = recurrenceOf { return "opened: \(title); repeats \(Incident.name(before))" + reading(data) }
      return "opened: \(title)" + reading(data)
    case .attach: return "fired again: \(signalName(data))" + reading(data) + moved(data)
    case .ack: return "acknowledged" + because(data)
    case .ackExpired: return "acknowledgement lapsed; nobody was active for it"
    case .assign: return "owner \(data.text("previous") ?? "nobody") → \(data.text("owner") ?? "nobody")"
    case .note: return data.text("text") ?? ""
    case .evidence:
      let lines = data["lines"]?.array ?? []
      let file = lines.first?["file"]?.string?.split(separator: "/").last.map { " of \($0)" } ?? ""
      return "kept as evidence: \(lines.count) of \(data.int("matched") ?? lines.count) lines\(file)"
    case .snooze: return "snoozed until \(data.time("until").map { $0.formatted(.seconds) } ?? "?")" + because(data)
    case .wake: return "snooze ended"
    case .contain, .actionAdd: return actions.last?.sentence ?? "action recorded"
    case .monitor: return "monitoring" + because(data)
    case .resolve: return "resolved" + because(data)
    case .review: return "review started" + because(data)
    case .close: return "closed as \(verdict?.rawValue ?? "unknown")" + waiver(data) + because(data)
    case .dismiss: return "dismissed as \(verdict?.rawValue ?? "unknown")" + because(data)
    case .reopen: return "episode \(episode.number)" + because(data) + reading(data)
    case .merge: return "merged into \(data.int("into").map(Incident.name) ?? "?")"
    case .unmerge: return "merge taken back; \(state.rawValue) again"
    case .undo: return "\(data.text("from") ?? "it") taken back; \(state.rawValue) again"
    case .severity: return "severity \(data.text("previous") ?? "?") → \(severity.rawValue)" + because(data)
    case .actionApprove, .actionStart, .actionImplement, .actionCancel: return actionSentence(entry) + because(data)
    case .checkPlan, .checkMeasured, .checkVerdict: return checkSentence(act, entry) + because(data)
    case .signalPending: return "pending: \(signalName(data))" + reading(data)
    case .signalCleared: return "no longer pending: \(signalName(data))"
    case .signalFiring: return "data is back, still firing: \(signalName(data))" + reading(data)
    case .signalResolved:
      if data["late"]?.bool == true { return "late clear of an earlier episode: \(signalName(data))" }
      return "cleared: \(signalName(data))" + reading(data)
    case .signalStale: return "no data: \(signalName(data)); whether it still fires is unknown"
    case .signalError: return "rule failed: \(signalName(data)); whether it still fires is unknown"
    case .step:
      let what = data.text("text").map { ": \($0)" } ?? ""
      return "runbook step \(data.int("step") ?? 0) \(data["done"]?.bool == false ? "open again" : "done")\(what)"
    case .hold: return "evidence held" + because(data)
    case .release: return "evidence no longer held" + because(data)
    case .regulatoryAssess:
      guard let kind = data.text("class"), kind != "not_serious" else { return "need not be reported" + because(data) }
      let due = data.time("due_at").map { ", due \($0.formatted(.seconds))" } ?? ""
      return "reportable (\(kind))\(due): \(data.text("rule") ?? "")" + because(data)
    case .regulatorySent:
      return "\(data.text("report") ?? "a") report sent" + (data.text("reference").map { ", \($0)" } ?? "")
    case .versionSeen: return "version changed"
    case .silenceAdd, .silenceExpire, .silenceEnded: return "silence changed"
    }
  }

  private func actionSentence(_ entry: JournalEntry) -> String {
    guard let id = entry.object.text("action"), let action = actions.first(where: { $0.id == id }) else {
      return "action unknown"
    }
    return "\(id) \(action.state.rawValue): \(action.statement)"
  }

  private func checkSentence(_ act: JournalAct, _ entry: JournalEntry) -> String {
    guard let id = entry.object.text("check"), let check = checks.first(where: { $0.id == id }) else {
      return "check unknown"
    }
    let name = "\(id) of \(check.action)"
    switch act {
    case .checkMeasured: return "\(name) measured: " + (check.measurement?.sentence ?? "nothing")
    case .checkVerdict: return "\(name): \(check.verdict?.rawValue ?? "no verdict")"
    default: return "\(name) registered: \(check.plan.sentence)"
    }
  }

  private func because(_ data: JSON) -> String { data.text("reason").map { ": \($0)" } ?? "" }

  private func waiver(_ data: JSON) -> String {
    let waived = (data["waived"]?.array ?? []).compactMap(\.string)
    return waived.isEmpty ? "" : ", effectiveness of \(waived.joined(separator: ", ")) waived"
  }

  private func moved(_ data: JSON) -> String {
    guard let from = data.text("from"), let to = data.text("to"), from != to else { return "" }
    return "; \(to) again"
  }

  private func signalName(_ data: JSON) -> String {
    SignalFacts(data: data["signal"] ?? data)?.key.description ?? "signal"
  }

  private func reading(_ data: JSON) -> String {
    guard let text = SignalFacts(data: data["signal"] ?? data)?.reading, !text.isEmpty else { return "" }
    return " (\(text))"
  }
}
