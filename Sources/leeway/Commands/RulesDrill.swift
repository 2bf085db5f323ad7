import ArgumentParser
import Domain
import Engine
import Screen
import Settings
import Traces

extension Rules {
  /// `leeway rules drill --traces DIR`: do the live rules see attacks, and stay quiet on their benign twins?
  struct Drill: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Replay attack and benign traces through the live configuration: covered, noisy or missed.",
      discussion: """
        Every file of DIR whose name holds '.attack.' must make a rule fire, and none with '.benign.' may raise an alarm;
        rules that only warn are shown in brackets. The configuration's rules and policy apply; without a configuration, the shipped rules and --policy. Exit 1 when an
        attack is missed or a benign trace raises an alarm.
        """)

    @OptionGroup var shared: SharedOptions

    @Option(help: "The directory of the traces.", completion: .directory)
    var traces: String

    @Option(help: "What the agents may do, instead of the configuration's policy.", completion: .file())
    var policy: String?

    @Option(help: "The configuration's source that the traces are read as; the first one otherwise.")
    var source: String?

    /// What became of one trace.
    private enum Outcome: String, CaseIterable {
      case covered, missed, noisy, quiet
    }

    func run() throws {
      let files = try InputFile.names(in: traces).filter { $0.contains(".attack.") || $0.contains(".benign.") }
      guard !files.isEmpty else {
        throw CommandFailure(
          .noSuchInput, "\(traces) holds no traces: name files NAME.attack.EXTENSION and NAME.benign.EXTENSION")
      }
      var cases: [JSON] = []
      var counts: [Outcome: Int] = [:]
      for file in files {
        let (rules, warnings) = try replay(traces + "/" + file)
        let isAttack = file.contains(".attack.")
        let isSeen = !rules.isEmpty || !warnings.isEmpty
        let outcome: Outcome = isAttack ? (isSeen ? .covered : .missed) : (rules.isEmpty ? .quiet : .noisy)
        counts[outcome, default: 0] += 1
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
