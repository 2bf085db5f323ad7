public import Domain

extension IncidentBook {
  /// Decides what becomes of a request; changes nothing itself.
  ///
  /// The revision is compared first: a lost compare-and-set is a conflict even where the request would also be
  /// refused (spec: incidents, part 2). Refusals and conflicts come with an entry of their own for the journal.
  /// - Parameters:
  ///   - number: the incident; ignored by `open`.
  ///   - expectedRevision: the revision of the incident that the operator saw; nil takes the present one.
  ///   - now: wall time.
  public func decide(
    _ request: IncidentRequest, on number: Int?, expectedRevision: Int? = nil, actor: Actor, now: Timestamp,
    policy: IncidentPolicy = .standard
  ) -> Decision {
    if case .open(let title, let severity, let category) = request {
      return open(title: title, severity: severity, category: category)
    }
    guard let number, let incident = incident(number: number) else {
      let name = number.map(Incident.name) ?? "nothing"
      return .refused(
        drafts: [],
        Refusal(
          verb: request.verb, state: nil, allowed: [.open],
          reason: "there is no incident \(name); list them with 'leeway incidents list'"))
    }
    if let expectedRevision, expectedRevision != incident.rev {
      return conflict(request, incident, expectedRevision)
    }
    do throws(Objection) {
      guard request.verb.isAllowed(in: incident.state) else {
        throw Objection("the incident is \(incident.state.rawValue)")
      }
      let drafts = try RequestWriter(book: self, incident: incident, actor: actor, now: now.journalled, policy: policy)
        .drafts(for: request)
      return .entries(drafts, incident: number)
    } catch {
      return refused(request, incident, error)
    }
  }

  private func open(title: String, severity: Severity, category: String?) -> Decision {
    let objection: String? =
      if FreeText.isBlank(title) {
        "an incident needs a title"
      } else if title.utf8.count > FreeText.longest {
        "the title is longer than \(FreeText.longest) bytes"
      } else if let category, category.utf8.count > FreeText.longestName {
        "the category is longer than \(FreeText.longestName) bytes"
      } else {
        nil
      }
    if let objection {
      let draft = EntryDraft(JournalAct.open.verb, data: ["result": "refused", "reason": .string(objection)])
      return .refused(drafts: [draft], Refusal(verb: .open, state: nil, allowed: [.open], reason: objection))
    }
    var writer = EntryWriter(opening: nextNumber)
    writer.change(.open, to: .new) { data in
      data["title"] = .string(title)
      data["severity"] = .string(severity.rawValue)
      data.set("category", category)
      data["detected_by"] = "operator"
    }
    return .entries(writer.drafts, incident: nextNumber)
  }

  private func conflict(_ request: IncidentRequest, _ incident: Incident, _ expectedRevision: Int) -> Decision {
    let draft = EntryDraft(
      Verb(rawValue: request.verb.act),
      object: ["incident": .string(incident.name), "rev": JSON(incident.rev)],
      data: ["result": "conflict", "expected_rev": JSON(expectedRevision)])
    return .conflict(
      drafts: [draft],
      Conflict(
        rev: incident.rev, state: incident.state, owner: incident.owner, by: incident.changedBy,
        at: incident.changedAt))
  }

  private func refused(_ request: IncidentRequest, _ incident: Incident, _ objection: Objection) -> Decision {
    let refusal = Refusal(
      verb: request.verb, state: objection.actionState?.rawValue ?? incident.state.rawValue,
      allowed: objection.actionState?.allowedVerbs ?? incident.state.allowedVerbs, reason: objection.reason)
    let draft = EntryDraft(
      Verb(rawValue: request.verb.act),
      object: ["incident": .string(incident.name), "rev": JSON(incident.rev)],
      data: [
        "result": "refused", "state": JSON(refusal.state), "reason": .string(FreeText.bounded(objection.reason)),
      ])
    return .refused(drafts: [draft], refusal)
  }
}

/// Why a guard says no.
struct Objection: Error {
  var reason: String
  var actionState: CorrectiveAction.State?

  init(_ reason: String, actionState: CorrectiveAction.State? = nil) {
    self.reason = reason
    self.actionState = actionState
  }
}
