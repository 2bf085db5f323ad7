import Domain

/// Assessing an incident and reporting it.
extension RequestWriter {
  /// Records whether an incident must be reported, and from when its clock runs.
  func assess(
    _ kind: RegulatoryClock.Class?, awareAt: Timestamp?, _ reason: String?, _ writer: inout EntryWriter
  ) throws(Objection) {
    try bounded(reason)
    let awareAt = awareAt ?? incident.regulatory?.awareAt ?? incident.openedAt
    guard awareAt <= now else { throw Objection("\(awareAt.formatted(.seconds)) is still to come") }
    if kind == nil { try written(reason, "a reason why it need not be reported") }
    if incident.regulatory?.initialSentAt != nil, kind == nil {
      throw Objection("it was reported already; an assessment cannot take that back")
    }
    writer.change(.regulatoryAssess) { data in
      data["class"] = .string(kind?.rawValue ?? "not_serious")
      data["aware_at"] = .time(awareAt.journalled)
      if let kind {
        data["due_at"] = .time(policy.regulatory.due(kind, awareAt: awareAt).journalled)
        data["rule"] = .string(kind.rule)
      }
      data.set("reason", reason)
    }
  }

  /// Records that a report went out.
  func sent(
    complete: Bool, reference: String?, at: Timestamp?, _ writer: inout EntryWriter
  ) throws(Objection) {
    guard let regulatory = incident.regulatory, regulatory.isSerious else {
      throw Objection("it was not assessed as serious; 'leeway regulatory assess' comes first")
    }
    let at = at ?? now
    guard at <= now else { throw Objection("\(at.formatted(.seconds)) is still to come") }
    guard at >= regulatory.awareAt else {
      throw Objection(
        "\(at.formatted(.seconds)) is before anybody was aware of it (\(regulatory.awareAt.formatted(.seconds)))")
    }
    if let reference { try named(reference, "reference") }
    guard complete ? regulatory.completeSentAt == nil : regulatory.initialSentAt == nil else {
      throw Objection("the \(complete ? "complete" : "initial") report has been sent already")
    }
    writer.change(.regulatorySent) { data in
      data["report"] = .string(complete ? "complete" : "initial")
      data["sent_at"] = .time(at.journalled)
      data.set("reference", reference)
    }
  }

  /// Before the authority knows, what alters the system needs a reason (Art. 73(6)).
  func evidenceHold(_ reason: String?) throws(Objection) {
    guard incident.regulatory?.holdsEvidence == true, FreeText.isBlank(reason) else { return }
    throw Objection(
      "it is reportable and the authority is not informed: AI Act Art. 73(6) forbids altering the system in a way that "
        + "may affect the later evaluation of its causes before that; give the reason for acting now")
  }
}

extension Incident {
  /// Takes the entries about the duty to report.
  mutating func updateRegulatory(_ act: JournalAct, _ entry: JournalEntry, at: Timestamp) {
    let data = entry.data
    if act == .regulatoryAssess {
      guard let awareAt = data.time("aware_at"), let kind = data.text("class") else { return }
      let found = RegulatoryClock.Class(rawValue: kind)
      guard found != nil || kind == "not_serious" else { return }
      var next = RegulatoryState(
        assessment: found.map(RegulatoryState.Assessment.serious) ?? .notSerious, assessedBy: entry.actor,
        assessedAt: at, reason: data.text("reason"), awareAt: awareAt, dueAt: data.time("due_at"))
      next.initialSentAt = regulatory?.initialSentAt
      next.completeSentAt = regulatory?.completeSentAt
      next.references = regulatory?.references ?? []
      regulatory = next
      return
    }
    guard regulatory != nil else { return }
    let sentAt = data.time("sent_at") ?? at
    if data.text("report") == "complete" { regulatory?.completeSentAt = sentAt }
    if regulatory?.initialSentAt == nil { regulatory?.initialSentAt = sentAt }
    if let reference = data.text("reference") { regulatory?.references.append(reference) }
  }
}
