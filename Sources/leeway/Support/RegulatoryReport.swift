import Domain
import Incidents

/// The draft of a serious-incident report: what the journal knows, in the order in which authorities ask.
enum RegulatoryReport {
  /// What a person has still to add.
  static func missing(_ incident: Incident) -> [String] {
    var missing = [
      "the AI system's name, version and intended purpose", "provider and deployer", "who was harmed or nearly harmed",
      "the member states concerned",
    ]
    if incident.regulatory == nil { missing.insert("an assessment: leeway regulatory assess", at: 0) }
    if incident.actions.isEmpty { missing.append("corrective actions") }
    if incident.evidence.isEmpty { missing.append("evidence") }
    if incident.verdict == nil { missing.append("the verdict") }
    return missing
  }

  /// The draft as lines of Markdown.
  static func markdown(_ incident: Incident, at now: Timestamp) -> [String] {
    var lines = ["# Draft report of a serious incident: \(incident.name)", ""]
    lines.append("\(incident.title). Drafted \(now.formatted(.seconds)) from the journal; not a legal assessment.")
    lines += ["", "## Assessment", ""]
    if let regulatory = incident.regulatory {
      lines.append("- state: \(regulatory.state)")
      if case .serious(let kind) = regulatory.assessment { lines.append("- rule: \(kind.rule)") }
      lines.append("- provider aware: \(regulatory.awareAt.formatted(.seconds))")
      if let due = regulatory.dueAt { lines.append("- due: \(due.formatted(.seconds))") }
      lines.append("- assessed by \(regulatory.assessedBy.displayName), \(regulatory.assessedAt.formatted(.seconds))")
      if let reason = regulatory.reason { lines.append("- reason: \(reason)") }
    } else {
      lines.append("- not assessed yet")
    }
    lines += ["", "## Times", "", "| episode | impact began | detected | acknowledged | mitigated | resolved |"]
    lines.append("|---|---|---|---|---|---|")
    for episode in incident.episodes {
      let times = [
        episode.impactStartedAt, episode.openedAt, episode.acknowledgedAt, episode.mitigatedAt, episode.resolvedAt,
      ].map { $0?.formatted(.seconds) ?? "–" }
      lines.append("| \(episode.number) | " + times.joined(separator: " | ") + " |")
    }
    lines += ["", "## Actions", ""]
    for action in incident.actions { lines.append("- \(action.sentence) [\(action.state.rawValue)]") }
    for check in incident.checks {
      lines.append("- \(check.id) of \(check.action): " + (check.measurement?.sentence ?? "not measured yet"))
    }
    if incident.actions.isEmpty { lines.append("- none recorded") }
    lines += ["", "## Evidence", ""]
    for evidence in incident.evidence {
      lines.append("- \(evidence.kind): \(evidence.reference) (\(evidence.capturedAt.formatted(.seconds)))")
    }
    if incident.evidence.isEmpty { lines.append("- none recorded") }
    lines += ["", "## Timeline", ""]
    for entry in incident.timeline {
      lines.append("- \(entry.at.formatted(.seconds)) \(entry.actor) \(entry.verb): \(entry.detail)")
    }
    lines += ["", "## Still to be added", ""]
    lines += missing(incident).map { "- \($0)" }
    return lines
  }
}
