public import Domain

extension Incident {
  /// The incident as `incidents list` shows it, or with its details as `incidents show` does.
  ///
  /// `opened_at` is the first episode's; the other times are the current episode's, and `episodes` has all of them.
  /// - Parameters:
  ///   - similar: what the book found with ``IncidentBook/similar(to:limit:)``.
  ///   - silence: the silence that hides it, from ``IncidentBook/silence(of:at:)``.
  ///   - now: wall time, by which checks, deadlines and late actions are told; nil leaves them out.
  public func json(
    detail: Bool, similar: [Incident] = [], silence: Silence? = nil, now: Timestamp? = nil
  ) -> JSON {
    let current = episode
    var object = JSONObject([
      ("id", .string(id)), ("number", JSON(number)), ("rev", JSON(rev)), ("title", .string(title)),
      ("state", .string(state.rawValue)), ("severity", .string(severity.rawValue)), ("category", JSON(category)),
      ("verdict", JSON(verdict?.rawValue)), ("owner", JSON(owner)), ("episode", JSON(current.number)),
      ("opened_at", JSON(openedAt)), ("acknowledged_at", JSON(current.acknowledgedAt)),
      ("mitigated_at", JSON(current.mitigatedAt)), ("resolved_at", JSON(current.resolvedAt)),
      ("closed_at", JSON(current.closedAt)), ("ack_expires_at", JSON(ackExpiresAt)), ("flapping", .bool(isFlapping)),
      ("snoozed_until", JSON(snoozedUntil)), ("recurrence_of", JSON(recurrenceOf)), ("merged_into", JSON(mergedInto)),
      ("signals", .array(signals.map(\.json))), ("actions", .array(actions.map { $0.json(detail: detail, now: now) })),
      ("episodes", .array(episodes.map(\.json))),
      (
        "silenced",
        silence.map {
          ["id": .string($0.id), "by": .string($0.author.displayName), "until": JSON($0.endsAt)]
        } ?? .null
      ),
    ])
    if detail {
      object["timeline"] = .array(timeline.map(\.json))
      object["timeline_omitted"] = JSON(timelineOmitted)
      object["evidence"] = .array(evidence.map(\.json))
      object["held"] = hold.map { ["by": .string($0.by), "at": JSON($0.at), "reason": .string($0.reason)] } ?? .null
      object["runbook"] = JSON(runbook)
      object["runbook_steps_done"] = .array(
        stepsDone.sorted { $0.key < $1.key }.map {
          ["step": JSON($0.key), "by": .string($0.value.by), "at": JSON($0.value.at)]
        })
      object["owasp"] = .array(owasp.map(JSON.string))
      object["atlas"] = .array(atlas.map(JSON.string))
      object["detected_by"] = .string(detectedBy)
      object["merged"] = .array(merged.map { JSON($0) })
      if let now {
        object["checks"] = .array(checks.map { $0.json(at: now) })
        object["regulatory"] = regulatory?.json(at: now) ?? .null
      }
      object["similar"] = .array(similar.map(\.summary))
    }
    return .object(object)
  }

  private var summary: JSON {
    [
      "id": .string(id), "number": JSON(number), "title": .string(title), "state": .string(state.rawValue),
      "verdict": JSON(verdict?.rawValue), "opened_at": JSON(openedAt),
      "actions": .array(
        actions.map {
          [
            "kind": .string($0.kind.rawValue), "statement": .string($0.statement),
            "state": .string($0.state.rawValue),
          ]
        }),
    ]
  }
}
