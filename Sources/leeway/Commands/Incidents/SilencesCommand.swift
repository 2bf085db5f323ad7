import ArgumentParser
import Domain
import Engine
import Incidents
import Screen
import Storage

/// `leeway silences`: keep known trouble out of the queue for a while, with author, preview and cost.
struct SilencesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "silences", abstract: "Keep known trouble out of the queue for a while.",
    discussion: """
      A matcher compares a rule, title, category, severity or a signal's label: rule=pii-*, tenant=t1, severity!=alarm.
      All matchers of a silence must match. Incidents go on being recorded, their all-clear is delivered, and when the
      silence ends what still fires is back in the queue, marked.
      """,
    subcommands: [Add.self, List.self, Preview.self, Expire.self])

  struct Matchers: ParsableArguments {
    @Argument(help: "What to match: NAME=VALUE or NAME!=VALUE; * stands for any text.") var matchers: [String] = []
    @Option(name: .customLong("matcher"), help: "The same as an option. May be repeated.") var others: [String] = []

    func parsed() throws -> [Silence.Matcher] {
      try (matchers + others).map { text in
        guard let matcher = Silence.Matcher(text) else {
          throw ValidationError("a matcher is NAME=VALUE or NAME!=VALUE, not '\(text)'")
        }
        return matcher
      }
    }
  }

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Silence what matches.")
    @OptionGroup var matchers: Matchers
    @OptionGroup var act: ActOptions
    @Option(name: .customLong("for"), help: "For how long, such as 2h.") var duration: String?
    @Option(help: "Until when, RFC 3339.") var until: String?
    @Option(help: "From when, RFC 3339 (default: now).") var from: String?
    @Flag(help: "Silence although nothing matches now.") var acceptNoMatch = false

    func run() throws {
      let now = SystemWallClock().now()
      let from = try Metrics.instant(from, "--from")
      let end: Timestamp
      if let instant = try Metrics.instant(until, "--until") {
        end = instant
      } else if let text = duration, let length = Duration(text: text) {
        end = (from ?? now) + length
      } else {
        throw ValidationError("a silence needs --for DURATION such as 2h, or --until T")
      }
      let desk = IncidentDesk(store: try act.shared.openStore(.readWrite), policy: .standard)
      let parsed = try matchers.parsed()
      if !act.shared.json {
        SilencesCommand.tell(try desk.current().book.reach(of: parsed, at: now))
      }
      try SilencesCommand.perform(
        .add(matchers: parsed, from: from, until: end, reason: act.reason, acceptsNoMatch: acceptNoMatch), desk, act)
    }
  }

  struct Expire: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "End a silence now.")
    @Argument(help: "The silence: S-1.") var silence: String
    @OptionGroup var act: ActOptions

    func run() throws {
      let desk = IncidentDesk(store: try act.shared.openStore(.existing), policy: .standard)
      try SilencesCommand.perform(.expire(id: silence, reason: act.reason), desk, act)
    }
  }

  struct Preview: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "What a silence would hide, now and in the last week.")
    @OptionGroup var matchers: Matchers
    @OptionGroup var shared: SharedOptions

    func run() throws {
      let desk = IncidentDesk(store: try shared.openStore(.readOnly), policy: .standard)
      let reach = try desk.current().book.reach(of: try matchers.parsed(), at: SystemWallClock().now())
      if shared.json {
        StandardOutput.json(["schema": 1, "preview": reach.json])
      } else {
        SilencesCommand.tell(reach)
      }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Every silence, with what it hid and what that cost.")
    @OptionGroup var shared: SharedOptions
    @Flag(help: "Only those that are active.") var active = false

    func run() throws {
      let desk = IncidentDesk(store: try shared.openStore(.readOnly), policy: .standard)
      let book = try desk.current().book
      let now = SystemWallClock().now()
      let silences = book.silences.filter { !active || $0.isActive(at: now) }
      if shared.json {
        StandardOutput.json([
          "schema": 1, "silences": .array(silences.map { $0.json(at: now, cost: book.cost(of: $0, at: now)) }),
        ])
      } else {
        for silence in silences { SilencesCommand.tell(silence, book, now) }
      }
    }
  }

  private static func perform(_ request: SilenceRequest, _ desk: IncidentDesk, _ act: ActOptions) throws {
    let actor = OperatorIdentity.current(claimed: act.claimedName)
    switch try desk.perform(request, actor: actor, clock: SystemWallClock()) {
    case .success(let silence):
      let book = try desk.current().book
      let now = SystemWallClock().now()
      if act.shared.json {
        StandardOutput.json(["schema": 1, "silence": silence.json(at: now, cost: book.cost(of: silence, at: now))])
      } else {
        tell(silence, book, now)
      }
    case .failure(let refusal):
      if act.shared.json { StandardOutput.json(refusal.json) } else { StandardError.line("leeway: \(refusal)") }
      throw CommandFailure(.answerIsNo)
    }
  }

  private static func tell(_ reach: SilenceReach) {
    let open = reach.open.map(Incident.name).joined(separator: ", ")
    StandardOutput.line(
      "matches \(reach.open.count) of \(reach.openCount) open incidents" + (open.isEmpty ? "" : ": \(open)"))
    StandardOutput.line(
      "in the last 7 days it would have hidden \(reach.recent.count), of which \(reach.recentReal) were judged real")
  }

  private static func tell(_ silence: Silence, _ book: IncidentBook, _ now: Timestamp) {
    let matchers = silence.matchers.map(\.description).joined(separator: " ")
    let cost = book.cost(of: silence, at: now)
    let hid =
      silence.hidden.isEmpty
      ? "never matched"
      : "hid \(silence.hidden.count), \(cost.real) of them real (\(Int(cost.minutes.rounded())) min)"
    StandardOutput.line(
      SanitisedText.string(
        "\(silence.id) \(silence.state(at: now)) until \(silence.endsAt.formatted(.seconds)) by "
          + "\(silence.author.displayName): \(matchers); \(silence.reason); \(hid)"))
  }
}
