import ArgumentParser
import Assurance
import Domain
import Engine
import Incidents
import Screen
import Settings
import Storage

extension Rules {
  /// `leeway rules suggest`: which rules people's verdicts speak against, and what would be better.
  struct Suggest: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "What the verdicts on incidents say should change: raise, lower, retire, split, or steady a rule.",
      discussion: """
        A rule with five judged incidents or more is looked at. Nothing is changed: 'rules decide' records what somebody decided,
        once a replay has shown the difference, and the configuration is changed by hand.
        """)

    @OptionGroup var shared: SharedOptions

    @Argument(help: "Only this rule.") var rule: String?

    func run() throws {
      var fold = JournalFold()
      try shared.openStore(.readOnly).read { try fold.refresh($0) }
      let all = fold.suggestions
      let chosen = all.filter { rule == nil || $0.rule == rule }
      if shared.json {
        StandardOutput.json(["schema": 1, "suggestions": .array(chosen.map(\.json))])
      } else if chosen.isEmpty {
        StandardOutput.line("no verdict speaks for a change: a rule takes five judged incidents")
      } else {
        for one in chosen { StandardOutput.line(SanitisedText.string("\(one.rule): \(one.sentence)")) }
      }
    }
  }

  /// `leeway rules decide`: what somebody decided about a rule, with what a replay says would have been different.
  struct Decide: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Record a decision about a rule, after replaying a log with and without it.",
      discussion: """
        With --bound or --retire the log is replayed with the configuration's rule as it is and as it would be, and the journal
        keeps both counts with the decision (rule.decide). The configuration is changed by hand; that it was is an entry of its
        own (config.loaded).
        """)

    @OptionGroup var shared: SharedOptions

    @Argument(help: "The rule.") var rule: String

    @Option(help: "The new bound.") var bound: Double?

    @Flag(help: "The rule goes.") var retire = false

    @Flag(help: "The rule stays as it is.") var keep = false

    @Option(help: "A log to replay, with and without the change.", completion: .file()) var replay: String?

    @Option(help: "Why.") var reason: String

    @Option(help: "The incident that led to it.") var incident: String?

    @Option(name: .customLong("as"), help: "The name to record beside your login.") var claimedName: String?

    func validate() throws {
      guard [bound != nil, retire, keep].count(where: { $0 }) == 1 else {
        throw ValidationError("name one of --bound X, --retire and --keep")
      }
      if let bound, !bound.isFinite { throw ValidationError("--bound is a number") }
      if !keep, replay == nil {
        throw ValidationError(
          "--replay FILE is needed: nobody changes a rule without having seen what would be different")
      }
      if reason.allSatisfy(\.isWhitespace) { throw ValidationError("--reason is empty") }
    }

    func run() throws {
      var data = JSONObject([("decision", .string(keep ? "keep" : retire ? "retire" : "bound"))])
      var difference: RuleReplay.Difference?
      if !keep, let replay {
        let found = try RuleReplay(shared, file: replay).difference(rule: rule, bound: bound)
        difference = found
        if let old = found.oldBound { data["from"] = .string("\(old)") }
        if let bound { data["to"] = .string("\(bound)") }
        data["replay"] = found.json
      }
      data["reason"] = .string(reason)
      let store = try shared.openStore(.readWrite)
      var object = JSONObject([("rule", .string(rule))])
      if let incident {
        guard let number = try IncidentDesk(store: store, policy: .standard).number(named: incident) else {
          throw ActOptions.unknown(incident)
        }
        object["incident"] = .string("INC-\(number)")
      }
      let entry = try JournalDesk(store: store).record(
        EntryDraft(.ruleDecide, object: .object(object), data: .object(data)),
        actor: OperatorIdentity.current(claimed: claimedName), clock: SystemWallClock())
      if shared.json {
        StandardOutput.json([
          "schema": 1, "rule": .string(rule), "seq": JSON(entry?.sequence), "decision": data["decision"] ?? .null,
          "replay": data["replay"] ?? .null,
        ])
        return
      }
      if let difference { StandardOutput.line(SanitisedText.string(difference.sentence)) }
      StandardOutput.line("recorded as entry \(entry?.sequence ?? 0); the configuration is yours to change")
    }
  }
}
