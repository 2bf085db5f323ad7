import ArgumentParser
import Detection
import Domain
import Engine
import Screen
import Settings

/// `leeway rules`: validate and test rules.
struct Rules: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Validate, test, drill and improve rules.",
    subcommands: [Check.self, Test.self, Drill.self, Suggest.self, Decide.self])

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the rules that watch each source, and those that are blind for lack of a field.",
      discussion: """
        With files, what they hold decides which of the shipped rules apply; those that do not are listed with the field
        that they would need. Without files the configuration's rules are checked by themselves.
        """)

    @OptionGroup var shared: SharedOptions

    @Argument(help: "Files of the sources.", completion: .file())
    var files: [String] = []

    func run() throws {
      let configuration = try shared.loadConfiguration()
      guard configuration != nil || !files.isEmpty else {
        throw CommandFailure(.noSuchInput, "there is no configuration: name one with --config, or name files")
      }
      let inventory: RuleInventory
      do {
        inventory = try self.inventory(configuration)
      } catch let error as ReplayError {
        throw CommandFailure(.inputUnusable, error.description)
      }
      if shared.json { StandardOutput.json(Rules.json(inventory)) } else { print(inventory) }
      if inventory.sources.contains(where: { !$0.problems.isEmpty }) { throw CommandFailure(.answerIsNo) }
    }

    private func inventory(_ configuration: Configuration?) throws -> RuleInventory {
      let heads = try files.map { Array(try InputFile.bytes(of: $0, limit: 4 << 30).prefix(256 << 10)) }
      guard let configuration else { return try RuleInventory(options: CollectorOptions(paths: files), heads: heads) }
      let options = CollectorOptions(configuration: configuration)
      var bySource: [[UInt8]] = options.sources.map { _ in [] }
      for (file, head) in zip(files, heads) {
        let source = Replay.source(of: file, among: options.sources)
        if bySource.indices.contains(source), bySource[source].isEmpty { bySource[source] = head }
      }
      return try RuleInventory(options: options, heads: bySource)
    }

    private func print(_ inventory: RuleInventory) {
      func line(_ text: String) { StandardOutput.line(SanitisedText.string(text)) }
      for source in inventory.sources {
        line("\(source.name): \(source.rules.count) rules, \(source.blind.count) blind")
        for rule in source.rules {
          let classes = (rule.owasp + rule.atlas).joined(separator: " ")
          line("  \(rule.severity.rawValue) \(rule.name): \(rule.whenText)\(classes.isEmpty ? "" : "  [\(classes)]")")
        }
        for blind in source.blind { line("  blind \(blind.rule): no record has \(blind.missing)") }
        for problem in source.problems { line("  problem: \(problem)") }
      }
    }
  }

  struct Test: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Run unit tests of rules: records in, expected states of signals out.",
      discussion: """
        A test file names a configuration (config:) or holds rules (rules:), and lists tests. Exit status 1 when one
        fails. docs/RULES.md has an example.
        """)

    @OptionGroup var shared: SharedOptions

    @Argument(help: "Files of tests.", completion: .file())
    var files: [String]

    func run() throws {
      var results: [JSON] = []
      var failed = 0
      for file in files {
        for outcome in try outcomes(of: file) {
          if !outcome.isPassed { failed += 1 }
          results.append([
            "file": .string(file), "name": .string(outcome.name), "passed": .bool(outcome.isPassed),
            "differences": .array(outcome.differences.map(JSON.string)),
          ])
          guard !shared.json else { continue }
          StandardOutput.line(SanitisedText.string("\(outcome.isPassed ? "ok    " : "FAILED") \(outcome.name)"))
          for difference in outcome.differences { StandardOutput.line(SanitisedText.string("  \(difference)")) }
        }
      }
      if shared.json {
        StandardOutput.json([
          "schema": 1, "passed": JSON(results.count - failed), "failed": JSON(failed), "tests": .array(results),
        ])
      }
      if failed > 0 { throw CommandFailure(.answerIsNo) }
    }

    private func outcomes(of file: String) throws -> [RuleTestRunner.Outcome] {
      let text = try InputFile.text(of: file, limit: 1 << 20)
      var unusable: [String] = []
      let (tests, problems) = RuleTestFile.load(yaml: text, file: file) { path in
        guard let text = try? InputFile.text(of: path, limit: 1 << 20) else {
          unusable.append("\(path) cannot be read")
          return nil
        }
        let (configuration, problems) = ConfigurationLoader.load(yaml: text, file: path)
        unusable += problems.filter(\.isError).map(\.description)
        return configuration
      }
      guard let tests else {
        for problem in unusable + problems.filter(\.isError).map(\.description) { StandardError.line(problem) }
        throw CommandFailure(.configuration, "\(file) cannot be used: mend it and try again")
      }
      do {
        return try RuleTestRunner(tests).run()
      } catch let error as ReplayError {
        throw CommandFailure(.inputUnusable, error.description)
      }
    }
  }

  private static func json(_ inventory: RuleInventory) -> JSON {
    func rule(_ rule: RuleDefinition, _ source: String) -> JSON {
      [
        "name": .string(rule.name), "source": .string(source), "when": .string(rule.whenText),
        "severity": .string(rule.severity.rawValue), "category": JSON(rule.category),
        "by": .array(rule.by.map(JSON.string)), "owasp": .array(rule.owasp.map(JSON.string)),
        "atlas": .array(rule.atlas.map(JSON.string)), "runbook": JSON(rule.runbook), "title": JSON(rule.title),
      ]
    }
    return [
      "schema": 1,
      "rules": .array(inventory.sources.flatMap { source in source.rules.map { rule($0, source.name) } }),
      "blind": .array(
        inventory.sources.flatMap { source in
          source.blind.map {
            ["source": .string(source.name), "rule": .string($0.rule), "missing": .string($0.missing)]
          }
        }),
      "problems": .array(inventory.sources.flatMap { $0.problems.map { .string($0.description) } }),
    ]
  }
}
