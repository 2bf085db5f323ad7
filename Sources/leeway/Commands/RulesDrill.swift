import ArgumentParser
import Domain
import Engine
import Glibc
import Screen
import Settings
import Traces

extension Rules {
  /// `leeway rules drill FILE`: which known faults do the live rules catch? `leeway rules drill --traces DIR`: do they see
  /// attacks, and stay quiet on their benign twins?
  struct Drill: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Inject known faults, or replay attacks, through the live rules: covered, noisy or missed.",
      discussion: """
        With FILE, a log of JSON lines that covers an hour or more: a gap, five times the records, a fifth of them, and in each
        measured field a shift, a freeze, missing values and unknown words are put into its last third, one fault at a
        time. The share that some rule catches is the mutation score; --fail-below makes it an exit status. Without FILE
        the log of the configuration's source is taken.
        With --traces, every file of DIR whose name holds '.attack.' must make a rule fire, and none with '.benign.' may
        raise an alarm; rules that only warn are shown in brackets. Exit 1 when an attack is missed or a benign trace
        raises an alarm.
        The configuration's rules and policy apply; without a configuration, the shipped rules and --policy. What a drill
        finds is journaled as drill.run where the state directory has a store.
        """)

    @OptionGroup var shared: SharedOptions

    @Argument(help: "The log that faults are injected into.", completion: .file())
    var file: String?

    @Option(help: "A directory of traces to replay instead.", completion: .directory)
    var traces: String?

    @Option(help: "Exit with 1 when a smaller share of the injected faults is caught, such as 0.8.")
    var failBelow: Double?

    @Option(help: "How many of the newest lines of FILE are read for each fault.")
    var lines = FaultDrill.usualLines

    @Option(help: "What the agents may do, instead of the configuration's policy.", completion: .file())
    var policy: String?

    @Option(help: "The configuration's source that the file or traces are read as; by path, else the first one.")
    var source: String?

    @Flag(help: "Run with the lowest priority, as the collector does by itself with 'drills:'.")
    var nice = false

    @Option(name: .customLong("as"), help: "The name to record beside your login.")
    var claimedName: String?

    /// What became of one trace.
    private enum Outcome: String, CaseIterable {
      case covered, missed, noisy, quiet
    }

    func validate() throws {
      if file != nil, traces != nil { throw ValidationError("FILE and --traces are two drills: name one of them") }
      if let failBelow, !(0...1).contains(failBelow) { throw ValidationError("--fail-below is a share from 0 to 1") }
      guard lines >= 1_000 else { throw ValidationError("--lines is 1000 at least") }
    }

    func run() throws {
      if nice { _ = Glibc.nice(19) }
      if let traces { try runTraces(traces) } else { try runFaults() }
    }

    private func runTraces(_ traces: String) throws {
      let files = try InputFile.names(in: traces).filter { $0.contains(".attack.") || $0.contains(".benign.") }
      guard !files.isEmpty else {
        throw CommandFailure(
          .noSuchInput, "\(traces) holds no traces: name files NAME.attack.EXTENSION and NAME.benign.EXTENSION")
      }
      var cases: [JSON] = []
      var counts: [Outcome: Int] = [:]
      var seen: Set<String> = []
      var missed: [String] = []
      for file in files {
        let (rules, warnings) = try replay(traces + "/" + file)
        let isAttack = file.contains(".attack.")
        let isSeen = !rules.isEmpty || !warnings.isEmpty
        let outcome: Outcome = isAttack ? (isSeen ? .covered : .missed) : (rules.isEmpty ? .quiet : .noisy)
        counts[outcome, default: 0] += 1
        if isAttack { seen.formUnion(rules + warnings) }
        if outcome == .missed { missed.append(file) }
        cases.append([
          "file": .string(file), "kind": isAttack ? "attack" : "benign", "outcome": .string(outcome.rawValue),
          "alarms": .array(rules.map(JSON.string)), "warnings": .array(warnings.map(JSON.string)),
        ])
        if !shared.json {
          let seen = rules + warnings.map { "(\($0))" }
          StandardOutput.line(
            SanitisedText.string(
              "\(outcome.rawValue) \(file)" + (seen.isEmpty ? "" : ": \(seen.joined(separator: ", "))")))
        }
      }
      try journal(
        DrillRecord(
          kind: "traces", source: source ?? "", input: traces, covered: seen.sorted(), missed: missed,
          score: Proportion(counts[.covered] ?? 0, of: (counts[.covered] ?? 0) + missed.count)))
      if shared.json {
        var document = JSONObject([("schema", 1), ("drill", "traces"), ("cases", .array(cases))])
        for outcome in Outcome.allCases { document[outcome.rawValue] = JSON(counts[outcome] ?? 0) }
        StandardOutput.json(.object(document))
      } else {
        StandardOutput.line(Outcome.allCases.map { "\(counts[$0] ?? 0) \($0.rawValue)" }.joined(separator: ", "))
      }
      if (counts[.missed] ?? 0) + (counts[.noisy] ?? 0) > 0 { throw CommandFailure(.answerIsNo) }
    }

    /// The rules that a trace lets fire: those of alarms, and those of less.
    private func replay(_ path: String) throws -> (alarms: [String], warnings: [String]) {
      let input = Replayer.Input(path: path, bytes: try InputFile.bytes(of: path, limit: 256 << 20))
      var options = CollectorOptions(paths: [path])
      var inputs = [[input]]
      if let configuration = try shared.loadConfiguration() {
        options = CollectorOptions(configuration: configuration)
        options.policies = try PolicyFile.load(of: configuration)
        let place =
          source.map { name in options.sources.firstIndex { $0.name == name } } ?? options.sources.indices.first
        guard let place else {
          throw CommandFailure(.configuration, "\(configuration.file) has no source '\(source ?? "")': name another")
        }
        inputs = options.sources.indices.map { $0 == place ? [input] : [] }
      }
      if let policies = try PolicyFile.load(policy) { options.policies = policies }
      var alarms: [String] = []
      var warnings: [String] = []
      do {
        _ = try Replayer(options: options, until: nil, wallTime: SystemWallClock().now()).run(inputs) { event in
          guard case .signal(let transition) = event, transition.to == .firing else { return }
          let name = transition.key.rule
          if transition.rule.severity == .alarm {
            if !alarms.contains(name) { alarms.append(name) }
          } else if !warnings.contains(name) {
            warnings.append(name)
          }
        }
      } catch let error as ReplayError {
        throw CommandFailure(.inputUnusable, error.description)
      }
      return (alarms, warnings)
    }
  }
}
