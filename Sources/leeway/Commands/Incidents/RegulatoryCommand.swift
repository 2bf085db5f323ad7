import ArgumentParser
import Domain
import Engine
import Incidents
import Screen
import Settings
import Storage

/// `leeway regulatory`: serious-incident assessments and their clocks.
struct RegulatoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "regulatory", abstract: "Serious-incident assessments, their clocks and draft reports.",
    discussion: """
      The deadlines are those of the EU AI Act's article 73 unless the configuration's 'incidents' says otherwise. Whether
      an incident is serious, and whether the article applies to your system yet, are for your lawyers to say.
      """,
    subcommands: [Assess.self, Sent.self, List.self, Report.self])

  struct Assess: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Say whether an incident must be reported.")
    @OptionGroup var target: IncidentsCommand.Target
    @Option(
      name: [.customLong("class"), .customLong("classify")],
      help: "critical_infrastructure, death, other, or not_serious (with a reason).")
    var kind: String
    @Option(
      name: [.customLong("aware"), .customLong("aware-at")],
      help: "When the provider became aware, RFC 3339 (default: when the incident was opened).")
    var aware: String?

    func run() throws {
      let found = RegulatoryClock.Class(rawValue: kind)
      guard found != nil || kind == "not_serious" else {
        let names = RegulatoryClock.Class.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("--class takes one of \(names), not_serious; not '\(kind)'")
      }
      try target.act.perform(
        .assess(found, awareAt: try Metrics.instant(aware, "--aware"), reason: target.act.reason), on: target.incident)
    }
  }

  struct Sent: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Say that a report went to the authority.")
    @OptionGroup var target: IncidentsCommand.Target
    @Flag(help: "It is the complete report (default: the initial one, which may be incomplete).") var complete = false
    @Flag(help: "It is the initial report.") var initial = false
    @Option(help: "The authority's reference.") var reference: String?
    @Option(help: "When it went out, RFC 3339 (default: now).") var at: String?

    func validate() throws {
      if complete, initial { throw ValidationError("a report is --initial or --complete, not both") }
    }

    func run() throws {
      try target.act.perform(
        .sent(complete: complete, reference: reference, at: try Metrics.instant(at, "--at")), on: target.incident)
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Assessed incidents with their deadlines.")
    @OptionGroup var shared: SharedOptions
    @Flag(help: "Incidents that nobody has assessed as well.") var all = false

    func run() throws {
      let desk = IncidentDesk(store: try shared.openStore(.readOnly), policy: .standard)
      let now = SystemWallClock().now()
      let incidents = try desk.current().book.incidents.filter { all || $0.regulatory != nil }
        .sorted {
          ($0.regulatory?.dueAt ?? .distantFuture, $0.number) < ($1.regulatory?.dueAt ?? .distantFuture, $1.number)
        }
      if shared.json {
        let rows = incidents.map { incident -> JSON in
          var row = incident.regulatory?.json(at: now).object ?? JSONObject([("state", "unassessed")])
          row["incident"] = .string(incident.name)
          row["title"] = .string(incident.title)
          return .object(row)
        }
        StandardOutput.json(["schema": 1, "regulatory": .array(rows)])
        return
      }
      for incident in incidents {
        let standing = incident.regulatory.map { regulatory in
          let due = regulatory.dueAt.map { due in
            regulatory.initialSentAt != nil
              ? "" : ", due \(due.formatted(.seconds)) (\(due < now ? "OVERDUE" : "in \((due - now).short)"))"
          }
          return regulatory.state + (due ?? "")
        }
        StandardOutput.line(SanitisedText.string("\(incident.name) \(standing ?? "unassessed"): \(incident.title)"))
      }
    }
  }

  struct Report: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "A draft report of an incident, as Markdown or with --json.",
      discussion: "A draft: it holds what the journal knows and names what a person has still to add.")
    @OptionGroup var shared: SharedOptions
    @Argument(help: "The incident: 412, INC-412 or its id.") var incident: String

    func run() throws {
      let desk = IncidentDesk(store: try shared.openStore(.readOnly), policy: .standard)
      let book = try desk.current().book
      guard let number = book.number(named: incident), let found = book.incident(number: number) else {
        throw ActOptions.unknown(incident)
      }
      let now = SystemWallClock().now()
      if shared.json {
        StandardOutput.json([
          "schema": 1, "draft": true, "incident": found.json(detail: true, similar: book.similar(to: found), now: now),
          "missing": .array(RegulatoryReport.missing(found).map(JSON.string)),
        ])
      } else {
        for line in RegulatoryReport.markdown(found, at: now) { StandardOutput.line(SanitisedText.string(line)) }
      }
    }
  }
}
