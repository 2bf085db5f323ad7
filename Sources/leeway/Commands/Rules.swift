import ArgumentParser
import Detection
import Domain
import Screen
import Settings

/// `leeway rules`: validate rules.
struct Rules: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Validate rules, and drill them.", subcommands: [Check.self, Drill.self])

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check the configuration's rules and list them with what they need.")

    @OptionGroup var shared: SharedOptions

    func run() throws {
      guard let configuration = try shared.loadConfiguration() else {
        throw CommandFailure(.noSuchInput, "there is no configuration: name one with --config")
      }
      let set = configuration.ruleSet
      if shared.json {
        StandardOutput.json([
          "schema": 1,
          "rules": .array(
            set.definitions.map {
              ["name": .string($0.name), "when": .string($0.whenText), "severity": .string($0.severity.rawValue)]
            }),
          "problems": .array(set.problems.map { .string($0.description) }),
        ])
      } else {
        for rule in set.definitions {
          StandardOutput.line(SanitisedText.string("\(rule.severity.rawValue) \(rule.name): \(rule.whenText)"))
        }
        for problem in set.problems { StandardOutput.line(SanitisedText.string("problem: \(problem)")) }
      }
      if !set.problems.isEmpty { throw CommandFailure(.answerIsNo) }
    }
  }
}
