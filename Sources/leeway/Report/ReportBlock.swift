import Assurance
import Dashboard
import Domain
import Engine
import Incidents
import Measures
import Settings
import Storage

/// A piece of the report that every form can show.
enum ReportBlock {
  case heading(String)
  case paragraph(String)
  case list([String])
  case table(header: [String], rows: [[String]])
}

extension OversightReport {
  /// The report in pieces, the hand-over first: each with the command that shows its figures.
  var blocks: [ReportBlock] {
    handOver + practiceBlocks + incidentBlocks + qualityBlocks + actionBlocks + assessmentBlocks + oversightBlocks
  }

  private var range: String { "\(from.formatted(.seconds)) to \(to.formatted(.seconds))" }

  private var handOver: [ReportBlock] {
    let open = incidents.filter(\.state.isOpen).sorted { $0.severity > $1.severity }
    var blocks: [ReportBlock] = [
      .paragraph("\(service), \(range). Made \(madeAt.formatted(.seconds))."), .heading("Hand-over"),
    ]
    blocks.append(
      open.isEmpty
        ? .paragraph("No incident is open.")
        : .table(
          header: ["incident", "severity", "state", "owner", "since", "what", "last action"],
          rows: open.map { incident in
            [
              incident.name, incident.severity.rawValue, incident.state.rawValue, incident.owner ?? "nobody",
              incident.episode.openedAt.formatted(.seconds), incident.title,
              incident.actions.last.map { "\($0.statement) [\($0.state.rawValue)]" } ?? "none",
            ]
          }))
    let due = assessments.filter { [.due, .overdue].contains($0.state(at: madeAt)) }
    if !due.isEmpty {
      blocks.append(.list(due.map { "\($0.state(at: madeAt).rawValue): \($0.plan.name) (\($0.because))" }))
    }
    blocks.append(
      .paragraph("Journal: \(verification.entries) entries; root in words: \(SpokenRoot.words(verification.root))"))
    return blocks
  }

  private var practiceBlocks: [ReportBlock] {
    [
      .heading("Is this sufficient for an audit?"),
      isSufficient
        ? .paragraph("Yes: nothing that is asked for is missing.") : .paragraph("No. What is missing:"),
      .list(missing), .heading("Practices"),
      .table(header: ["practice", "mark", "why"], rows: practices.map { [$0.id, $0.mark, $0.sentence] }),
      .paragraph("Shown again by: leeway status --json, leeway health"),
      .table(
        header: ["check", "state", "detail", "owner"],
        rows: health.checks.map { ["\($0.kind) \($0.name)", $0.state.rawValue, $0.detail, $0.owner ?? "–"] }),
    ]
  }

  private var incidentBlocks: [ReportBlock] {
    let ended = incidents.filter { !$0.state.isOpen }
    guard !ended.isEmpty else { return [.heading("Incidents that ended"), .paragraph("None.")] }
    return [
      .heading("Incidents that ended"),
      .table(
        header: ["incident", "severity", "state", "verdict", "opened", "resolved", "what"],
        rows: ended.map { incident in
          [
            incident.name, incident.severity.rawValue, incident.state.rawValue, incident.verdict?.rawValue ?? "none",
            incident.openedAt.formatted(.seconds), incident.episode.resolvedAt?.formatted(.seconds) ?? "–",
            incident.title,
          ]
        }), .paragraph("Shown again by: leeway incidents list --json"),
    ]
  }

  private var qualityBlocks: [ReportBlock] {
    func seconds(_ value: Double?) -> String { value.map { Duration.nanoseconds(Int64($0 * 1e9)).short } ?? "–" }
    return [
      .heading("How good are the rules?"),
      .paragraph(
        "Recall \(quality.recall.sentence)"
          + (quality.missed.isEmpty
            ? "" : "; missed: " + quality.missed.prefix(16).map(Incident.name).joined(separator: ", "))),
      .table(
        header: ["rule", "incidents", "precision", "unjudged", "to detect", "to acknowledge", "to mitigate", "noise"],
        rows: quality.rules.map { rule in
          [
            rule.rule, "\(rule.incidents)", rule.precision.sentence, "\(rule.unjudged)",
            seconds(rule.timeToDetect.quantile(0.5)), seconds(rule.timeToAcknowledge.quantile(0.5)),
            seconds(rule.timeToMitigate.quantile(0.5)), rule.noise.sentence,
          ]
        }), .paragraph("What the verdicts speak for (`leeway rules suggest`):"),
      suggestions.isEmpty
        ? .paragraph("Nothing: no rule has five judged incidents that say so.")
        : .table(header: ["rule", "suggestion"], rows: suggestions.map { [$0.rule, $0.sentence] }),
      .paragraph("Rules that have never fired:"),
      silent.isEmpty
        ? .paragraph("None.")
        : .table(
          header: ["rule", "source", "why"], rows: silent.map { [$0.rule, $0.source, $0.sentence] }),
    ]
  }

  private var actionBlocks: [ReportBlock] {
    let rows = incidents.flatMap { incident in
      incident.actions.map { action -> [String] in
        let checks = incident.checks.filter { $0.action == action.id }
        let measured = checks.compactMap { $0.measurement?.sentence }.joined(separator: "; ")
        let late =
          action.lateness(at: madeAt).map {
            action.isOverdue(at: madeAt) ? ", \($0.short) OVERDUE" : ", done \($0.short) late"
          } ?? ""
        return [
          "\(incident.name) \(action.id)", action.kind.rawValue, action.statement, action.state.rawValue + late,
          action.owner ?? "nobody", measured.isEmpty ? "not measured" : measured,
        ]
      }
    }
    var blocks: [ReportBlock] = [
      .heading("Corrective actions, and whether they worked"),
      rows.isEmpty
        ? .paragraph("None.")
        : .table(header: ["action", "kind", "what", "state", "owner", "measured"], rows: rows),
    ]
    if !silences.isEmpty {
      blocks += [
        .heading("Silences"),
        .table(
          header: ["silence", "by", "matched", "until", "hid", "real ones hidden"],
          rows: silences.map { silence, cost in
            [
              silence.id, silence.author.displayName, silence.matchers.map(\.description).joined(separator: " "),
              silence.endsAt.formatted(.seconds), "\(silence.hidden.count)",
              "\(cost.real) for \(Int(cost.minutes.rounded())) min",
            ]
          }),
      ]
    }
    return blocks
  }

  private var assessmentBlocks: [ReportBlock] {
    guard !assessments.isEmpty else { return [.heading("Assessments"), .paragraph("None is registered.")] }
    var blocks: [ReportBlock] = [
      .heading("Assessments"),
      .table(
        header: ["assessment", "kind", "owner", "state", "because", "last decision", "canaries caught"],
        rows: assessments.map { assessment in
          [
            assessment.plan.name, assessment.plan.kind.rawValue, assessment.plan.owner ?? "nobody",
            assessment.state(at: madeAt).rawValue, assessment.because,
            assessment.last.map { "\($0.decision.rawValue) by \($0.approver)" } ?? "never",
            assessment.last?.canaries.map { "\($0.hits) of \($0.count)" } ?? "–",
          ]
        }),
    ]
    if !openRisks.isEmpty {
      blocks.append(
        .table(
          header: ["assessment", "open risk", "accepted by", "until"],
          rows: openRisks.map { [$0.name, $0.risk, $0.acceptor, $0.until?.formatted(.seconds) ?? "no end"] }))
    }
    return blocks
  }

  private var oversightBlocks: [ReportBlock] {
    [
      .heading("What changed"),
      versions.isEmpty
        ? .paragraph("No new version.")
        : .list(versions.map { "\($0.version) first seen in \($0.source) at \($0.since.formatted(.seconds))" }),
      .heading("Improvements"), improvements.isEmpty ? .paragraph("None recorded.") : .list(improvements),
      .heading("Coverage of OWASP LLM classes by rules"),
      coverage.isEmpty
        ? .paragraph("No rule names a class.")
        : .table(
          header: ["class", "rules", "shown to fire by a drill in 30 days"],
          rows: coverage.map { row in
            let shown = row.rules.filter(drilled.contains)
            return [
              row.owasp, row.rules.joined(separator: ", "), shown.isEmpty ? "none" : shown.joined(separator: ", "),
            ]
          }),
      .heading("Gaps in the data"),
      gaps.isEmpty
        ? .paragraph("None.") : .list(gaps.map { "\($0.path) bytes \($0.from)–\($0.to): \($0.reason)" }),
    ]
  }
}
