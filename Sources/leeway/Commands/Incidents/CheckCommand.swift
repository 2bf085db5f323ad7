import ArgumentParser
import Domain
import Engine
import Incidents
import Screen
import Settings
import Storage

/// `leeway check`: whether actions worked, registered before and measured after.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Effectiveness checks: registered before an action is implemented, then measured.",
    discussion: """
      An action that names its expected effect has a check of its own. 'check plan' registers a closer one while the
      action is not implemented yet. Leeway measures it from the stored summaries once the observation window is over;
      'check verdict' confirms the measurement, or says otherwise with a reason.
      """,
    subcommands: [Plan.self, VerdictCommand.self, List.self])

  struct Plan: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Register what will show whether an action works.")

    @OptionGroup var target: ActionCommand.Target
    @Option(help: "The metric that is measured.") var metric: String
    @Option(name: [.customLong("of"), .customLong("statistic")], help: "The statistic, such as p95 or mean.")
    var statistic: String?
    @Option(help: "Only series with this label, NAME=VALUE. May be repeated.") var label: [String] = []
    @Option(help: "The value that it should fall below.") var below: Double?
    @Option(help: "The value that it should rise above.") var above: Double?
    @Option(help: "How long before the implementation is measured for comparison.") var baseline = "1h"
    @Option(
      name: [.customLong("observe"), .customLong("for"), .customLong("within")],
      help: "How long after the implementation is measured.") var observation = "15m"
    @Option(name: [.customLong("min-n"), .customLong("minimum")], help: "The fewest rows that allow a verdict.")
    var minimumCount = CheckPlan.defaultMinimumCount
    @Option(
      help: ArgumentHelp(
        "What must not get worse: 'METRIC' (must not rise), 'METRIC<0.05' or 'METRIC>4'. May be repeated.",
        valueName: "guard"))
    var `guard`: [String] = []

    func run() throws {
      let relation: ExpectedEffect.Relation
      let bound: Double
      switch (below, above) {
      case (let value?, nil): (relation, bound) = (.less, value)
      case (nil, let value?): (relation, bound) = (.greater, value)
      default: throw ValidationError("a check takes one of --below and --above")
      }
      guard let before = Duration(text: baseline), let after = Duration(text: observation) else {
        throw ValidationError("--baseline and --observe take durations such as 1h")
      }
      let labels = try label.map { text in
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { throw ValidationError("--label takes NAME=VALUE, not '\(text)'") }
        return Labels.Label(name: parts[0], value: parts[1])
      }
      let plan = CheckPlan(
        metric: metric, statistic: statistic, labels: labels.isEmpty ? .none : Labels(labels), relation: relation,
        bound: bound, baseline: before, observation: after, minimumCount: minimumCount,
        guards: try self.guard.map(CheckCommand.rule))
      warnIfUnknown([metric] + plan.guards.map(\.metric))
      try target.act.perform(.planCheck(action: target.action, plan), on: target.incident)
    }

    private func warnIfUnknown(_ metrics: [String]) {
      guard let store = try? target.act.shared.openStore(.readOnly),
        let known = try? store.read({ try $0.metricNames() }), !known.isEmpty
      else { return }
      for metric in metrics where !known.contains(metric) {
        StandardError.line("leeway: no metric is named '\(metric)' yet; without rows the check stays inconclusive")
      }
    }
  }

  /// Reads `METRIC`, `METRIC<0.05` and `METRIC>4`.
  static func rule(_ text: String) throws -> CheckPlan.Guard {
    guard let sign = text.firstIndex(where: { $0 == "<" || $0 == ">" }) else {
      return CheckPlan.Guard(metric: text, relation: .lessOrEqual)
    }
    let metric = text[..<sign].split(separator: " ").joined(separator: " ")
    guard let bound = Double(text[text.index(after: sign)...].split(separator: " ").joined()) else {
      throw ValidationError("--guard takes METRIC, METRIC<NUMBER or METRIC>NUMBER, not '\(text)'")
    }
    return CheckPlan.Guard(metric: metric, relation: text[sign] == "<" ? .less : .greater, bound: bound)
  }

  struct VerdictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "verdict", abstract: "Confirm what a check has shown, or say otherwise with a reason.")

    @Argument(help: "The incident: 412, INC-412 or its id.") var incident: String
    @Argument(help: "The check: C-1.") var check: String
    @OptionGroup var act: ActOptions
    @Option(help: "effective, partly, ineffective or inconclusive (default: what was measured).") var verdict: String?
    @Option(help: "When it was looked at, RFC 3339 (default: now).") var performedAt: String?

    func run() throws {
      let policy = try act.shared.loadConfiguration()?.incidents ?? .standard
      let desk = IncidentDesk(store: try act.shared.openStore(.existing), policy: policy)
      // A measurement that is due raises the revision; it must not make the operator's own word lose.
      if act.rev == nil { try desk.measureDueChecks(clock: SystemWallClock()) }
      try act.perform(
        .verdict(
          check: check, verdict: verdict, reason: act.reason,
          performedAt: try Metrics.instant(performedAt, "--performed-at")), on: incident)
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The checks of all incidents, or of one.")
    @OptionGroup var shared: SharedOptions
    @Argument(help: "The incident: 412, INC-412 or its id.") var incident: String?

    func run() throws {
      let policy = try shared.loadConfiguration()?.incidents ?? .standard
      let desk = IncidentDesk(store: try shared.openStore(.existing), policy: policy)
      try desk.measureDueChecks(clock: SystemWallClock())
      let book = try desk.current().book
      var incidents = book.incidents
      if let incident {
        guard let number = book.number(named: incident) else { throw ActOptions.unknown(incident) }
        incidents = incidents.filter { $0.number == number }
      }
      let now = SystemWallClock().now()
      var rows: [JSON] = []
      for incident in incidents {
        for check in incident.checks {
          if shared.json {
            var row = check.json(at: now).object ?? JSONObject()
            row["incident"] = .string(incident.name)
            rows.append(.object(row))
          } else {
            StandardOutput.line(
              SanitisedText.string("\(incident.name) " + IncidentText.checkLine(check, at: now)))
          }
        }
      }
      if shared.json { StandardOutput.json(["schema": 1, "checks": .array(rows)]) }
    }
  }
}
