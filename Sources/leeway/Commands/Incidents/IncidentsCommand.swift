import ArgumentParser
import Domain
import Engine
import Incidents
import Storage

/// `leeway incidents`: triage from scripts.
struct IncidentsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "incidents", abstract: "List, show and work on incidents.",
    discussion: """
      An incident is named by its number (412), by INC-412, or by its id. With --rev N an act is lost when the incident
      has changed since revision N (exit 1, and who was faster). An act that the state forbids is refused (exit 1, with
      what is allowed), and the refusal is recorded.
      """,
    subcommands: [
      List.self, Show.self, EvidenceCommand.self, HoldCommand.self, ReleaseCommand.self, Open.self, Acknowledge.self,
      Assign.self, Note.self, Snooze.self, Contain.self, Monitor.self, Resolve.self, Review.self, Close.self,
      Dismiss.self, Merge.self, Unmerge.self, Reopen.self, Undo.self,
      SeverityCommand.self, Step.self,
    ])

  /// The incident that a verb acts on.
  struct Target: ParsableArguments {
    @Argument(help: "The incident: 412, INC-412 or its id.")
    var incident: String

    @OptionGroup var act: ActOptions
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The incidents, worst and newest first.")
    @OptionGroup var shared: SharedOptions

    @Option(help: "Only those in this state, such as new.")
    var stateIs: String?

    @Flag(help: "Only those that are open.")
    var open = false

    func validate() throws {
      guard let stateIs, IncidentState(rawValue: stateIs) == nil else { return }
      let states = IncidentState.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--state-is takes one of \(states), not '\(stateIs)'")
    }

    func run() throws {
      let desk = IncidentDesk(store: try shared.openStore(.readOnly), policy: .standard)
      let book = try desk.current().book
      let now = SystemWallClock().now()
      let incidents = book.incidents.filter { incident in
        (!open || incident.state.isOpen) && (stateIs.map { $0 == incident.state.rawValue } ?? true)
      }
      let sorted = incidents.sorted {
        if $0.state.isOpen != $1.state.isOpen { return $0.state.isOpen }
        if $0.severity != $1.severity { return $0.severity > $1.severity }
        return $0.number > $1.number
      }
      if shared.json {
        StandardOutput.json([
          "schema": 1,
          "incidents": .array(sorted.map { $0.json(detail: false, silence: book.silence(of: $0, at: now), now: now) }),
        ])
      } else {
        sorted.forEach(IncidentText.printLine)
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "One incident with its timeline, signals and actions.")
    @OptionGroup var shared: SharedOptions

    @Argument(help: "The incident: 412, INC-412 or its id.")
    var incident: String

    func run() throws {
      let store = try shared.openStore(.readOnly)
      let book = try IncidentDesk(store: store, policy: .standard).current().book
      guard let number = book.number(named: incident), let found = book.incident(number: number) else {
        throw ActOptions.unknown(incident)
      }
      let harm = try harm(of: found, store)
      if shared.json {
        var document = JSONObject([("schema", 1)])
        let now = SystemWallClock().now()
        let json = found.json(
          detail: true, similar: book.similar(to: found), silence: book.silence(of: found, at: now), now: now)
        document["incident"] = json
        for member in json.object?.members ?? [] { document[member.name] = member.value }
        if !harm.isEmpty { document["harm"] = .array(harm.map(JSON.string)) }
        StandardOutput.json(.object(document))
      } else {
        IncidentText.printDetail(found, harm: harm)
      }
    }

    private func harm(of incident: Incident, _ store: Store) throws -> [String] {
      try store.read { reader in
        guard let plan = try WatchPlan.stored(reader) else { return [] }
        let ends = SourceEnds(
          try reader.sources().map { StoredSource(name: $0.name, state: $0.state) }, now: SystemWallClock().now())
        var calibrations = ScoreCalibrations()
        return try DriftHarm.sentences(
          of: incident, words: SignalWords(plan), plan: plan, end: ends.common, &calibrations, reader)
      }
    }
  }

  struct Open: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Open an incident by hand.")
    @OptionGroup var act: ActOptions
    @Option(help: "One line that says what is wrong.") var title: String
    @Option(help: "notice, warn or alarm.") var severity: String
    @Option(help: "Such as performance, security, privacy or safety_control_failure.") var category: String?

    func run() throws {
      try act.perform(
        .open(title: title, severity: try SeverityCommand.parse(severity), category: category), on: nil)
    }
  }

  struct Acknowledge: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "ack", abstract: "Take an incident, or several.",
      discussion: """
        Of several, each may name the revision that you saw: 412@3 413@1. Those that somebody else was faster with are
        listed, the others are taken, and the exit code is 1 unless all were.
        """)

    @Argument(help: "The incidents: 412, INC-412 or an id; with @REVISION that revision.")
    var incidents: [String]

    @OptionGroup var act: ActOptions

    func validate() throws {
      if incidents.count > 1, act.rev != nil {
        throw ValidationError("--rev is one incident's: name the revisions of several as 412@3 413@1")
      }
    }

    func run() throws {
      let targets = try incidents.map(BulkTarget.init)
      guard targets.count > 1 else {
        var single = act
        single.rev = act.rev ?? targets[0].revision
        return try single.perform(.ack(reason: act.reason), on: targets[0].name)
      }
      try act.performAll(.ack(reason: act.reason), on: targets)
    }
  }

  struct Assign: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Make somebody the owner.")
    @OptionGroup var target: Target
    @Argument(help: "The new owner.") var name: String?
    @Option(name: [.customLong("to"), .customLong("owner")], help: "The new owner.") var owner: String?

    func run() throws {
      guard let owner = owner ?? name else { throw ValidationError("assign needs the new owner's name") }
      try target.act.perform(.assign(owner: owner), on: target.incident)
    }
  }

  struct Note: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Write into the timeline.")
    @OptionGroup var target: Target
    @Argument(help: "The note.") var note: String?
    @Option(help: "The note (or give it with --reason).") var text: String?

    func run() throws {
      guard let text = note ?? text ?? target.act.reason else { throw ValidationError("a note needs its text") }
      try target.act.perform(.note(text: text), on: target.incident)
    }
  }

  struct Snooze: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Hide an incident for a while.")
    @OptionGroup var target: Target
    @Option(help: "Until when, RFC 3339.") var until: String?
    @Option(name: .customLong("for"), help: "For how long, such as 30m.") var duration: String?

    func run() throws {
      let end: Timestamp
      if let until {
        guard let instant = try Metrics.instant(until, "--until") else { return }
        end = instant
      } else if let text = duration, let length = Duration(text: text) {
        end = SystemWallClock().now() + length
      } else {
        throw ValidationError("snooze needs --until T or --for DURATION such as 30m")
      }
      try target.act.perform(.snooze(until: end), on: target.incident)
    }
  }

  struct Contain: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Record what stops the harm.")
    @OptionGroup var target: Target
    @OptionGroup var effect: EffectOptions

    func run() throws {
      let plan = try effect.plan(kind: .containment, reason: target.act.reason)
      try target.act.perform(.contain(plan), on: target.incident)
    }
  }

  struct Monitor: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Claim that the impact has ended and start watching.")
    @OptionGroup var target: Target
    func run() throws { try target.act.perform(.monitor(reason: target.act.reason), on: target.incident) }
  }

  struct Resolve: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Declare the impact over.")
    @OptionGroup var target: Target
    func run() throws { try target.act.perform(.resolve(reason: target.act.reason), on: target.incident) }
  }

  struct Review: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Start the review of a resolved incident.")
    @OptionGroup var target: Target
    func run() throws { try target.act.perform(.review(reason: target.act.reason), on: target.incident) }
  }

  struct Close: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Finish an incident; needs a verdict and proven actions.")
    @OptionGroup var target: Target
    @Option(help: "true_positive, false_positive, expected, duplicate or test.") var verdict: String?
    @Flag(help: "Close over unproven actions, as a second operator, with a reason.") var waive = false

    func run() throws {
      try target.act.perform(
        .close(verdict: try Dismiss.parse(verdict), reason: target.act.reason, waive: waive), on: target.incident)
    }
  }

  struct Dismiss: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Declare that it was no incident.")
    @OptionGroup var target: Target
    @Option(help: "false_positive, expected, duplicate or test.") var verdict: String?

    func run() throws {
      try target.act.perform(
        .dismiss(verdict: try Dismiss.parse(verdict), reason: target.act.reason), on: target.incident)
    }

    static func parse(_ text: String?) throws -> Verdict? {
      guard let text else { return nil }
      guard let verdict = Verdict(rawValue: text) else {
        let verdicts = Verdict.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("--verdict takes one of \(verdicts), not '\(text)'")
      }
      return verdict
    }
  }

  struct Merge: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Let another incident carry this one on.")
    @OptionGroup var target: Target
    @Option(help: "The incident that carries it on.") var into: String

    func run() throws {
      let desk = IncidentDesk(store: try target.act.shared.openStore(.existing), policy: .standard)
      guard let other = try desk.number(named: into) else { throw ActOptions.unknown(into) }
      try target.act.perform(.merge(into: other), on: target.incident)
    }
  }

  struct Unmerge: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Take a merge back.")
    @OptionGroup var target: Target
    func run() throws { try target.act.perform(.unmerge, on: target.incident) }
  }

  struct Reopen: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Start a new episode of an ended incident.")
    @OptionGroup var target: Target
    func run() throws { try target.act.perform(.reopen(reason: target.act.reason), on: target.incident) }
  }

  struct Undo: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take back an own acknowledgement within 10 s, a dismissal or a merge.")
    @OptionGroup var target: Target
    func run() throws { try target.act.perform(.undo, on: target.incident) }
  }

  struct Step: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Tick a step of the runbook, or take the tick back.")
    @OptionGroup var target: Target
    @Argument(help: "The step, counted from 1.") var step: Int
    @Flag(name: .customLong("undo"), help: "Take the tick back.") var isUndone = false

    func run() throws {
      try target.act.perform(.step(step, text: target.act.reason, isDone: !isUndone), on: target.incident)
    }
  }

  struct SeverityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "severity", abstract: "Change the severity; lowering it needs a reason.")
    @OptionGroup var target: Target
    @Argument(help: "notice, warn or alarm.") var level: String?
    @Option(name: [.customLong("to"), .customLong("severity")], help: "notice, warn or alarm.") var severity: String?

    func run() throws {
      guard let severity = severity ?? level else { throw ValidationError("a severity is notice, warn or alarm") }
      try target.act.perform(
        .severity(try SeverityCommand.parse(severity), reason: target.act.reason), on: target.incident)
    }

    static func parse(_ text: String) throws -> Severity {
      guard let severity = Severity(rawValue: text) else {
        throw ValidationError("a severity is notice, warn or alarm, not '\(text)'")
      }
      return severity
    }
  }
}
