import ArgumentParser
import Domain
import Engine
import Incidents
import Screen
import Storage

/// `leeway action`: corrective actions of incidents.
struct ActionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "action", abstract: "Record corrective actions and what they are expected to change.",
    subcommands: [Add.self, Approve.self, Start.self, Implement.self, Cancel.self, List.self])

  /// The incident and the action that a verb acts on.
  struct Target: ParsableArguments {
    @Argument(help: "The incident: 412, INC-412 or its id.")
    var incident: String

    @Argument(help: "The action: A-1.")
    var action: String

    @OptionGroup var act: ActOptions
  }

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Propose an action; name its expected effect, or a reason why none can be named.")

    @Argument(help: "The incident: 412, INC-412 or its id.")
    var incident: String

    @OptionGroup var act: ActOptions
    @OptionGroup var effect: EffectOptions

    func run() throws { try act.perform(.addAction(try effect.plan(reason: act.reason)), on: incident) }
  }

  struct Approve: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Approve an action.")
    @OptionGroup var target: Target
    func run() throws { try target.act.perform(.approve(action: target.action), on: target.incident) }
  }

  struct Start: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Start an action.")
    @OptionGroup var target: Target
    func run() throws { try target.act.perform(.start(action: target.action), on: target.incident) }
  }

  struct Implement: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Say that an action is done, with what shows it.")
    @OptionGroup var target: Target
    @Option(help: "What shows that it is done. May be repeated.") var evidence: [String] = []
    @Option(help: "When it was done, RFC 3339 (default: now).") var at: String?

    func run() throws {
      let at = try Metrics.instant(at, "--at")
      try target.act.perform(
        .implement(action: target.action, evidence: evidence, at: at, reason: target.act.reason), on: target.incident)
    }
  }

  struct Cancel: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Give an action up; needs a reason.")
    @OptionGroup var target: Target

    func run() throws {
      try target.act.perform(.cancel(action: target.action, reason: target.act.reason), on: target.incident)
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The actions of all incidents, or of one.")
    @OptionGroup var shared: SharedOptions
    @Argument(help: "The incident: 412, INC-412 or its id.") var incident: String?

    func run() throws {
      let desk = IncidentDesk(store: try shared.openStore(.readOnly), policy: .standard)
      let book = try desk.current().book
      var incidents = book.incidents
      if let incident {
        guard let number = book.number(named: incident) else { throw ActOptions.unknown(incident) }
        incidents = incidents.filter { $0.number == number }
      }
      var rows: [JSON] = []
      let now = SystemWallClock().now()
      for incident in incidents {
        let actions = incident.json(detail: true, now: now)["actions"]?.array ?? []
        for (action, json) in zip(incident.actions, actions) {
          if shared.json {
            var row = json.object ?? JSONObject()
            row["incident"] = .string(incident.name)
            rows.append(.object(row))
          } else {
            StandardOutput.line(
              SanitisedText.string(
                "\(incident.name) \(action.sentence) [\(IncidentText.standing(of: action, at: now))]"))
          }
        }
      }
      if shared.json { StandardOutput.json(["schema": 1, "actions": .array(rows)]) }
    }
  }
}
