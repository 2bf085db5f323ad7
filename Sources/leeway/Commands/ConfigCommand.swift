import ArgumentParser
import Detection
import Domain
import Measures
import Screen
import Settings

/// `leeway config`: check and show the configuration.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Check and show the configuration.", subcommands: [Check.self, Show.self])

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Report every mistake at once, each with file, line and column.",
      discussion: "Exit 78 when there are errors; warnings alone are exit 0.")

    @OptionGroup var shared: SharedOptions

    @Argument(help: "The configuration (default: the one that applies).", completion: .file())
    var file: String?

    func run() throws {
      guard let file = file ?? shared.configurationFile else {
        throw CommandFailure(.noSuchInput, "there is no configuration: name one")
      }
      let text = try InputFile.text(of: file, limit: 1 << 20)
      let (_, problems) = ConfigurationLoader.load(yaml: text, file: file)
      let errors = problems.count { $0.isError }
      if shared.json {
        StandardOutput.json([
          "schema": 1, "ok": .bool(errors == 0),
          "problems": .array(
            problems.map {
              [
                "gravity": .string($0.gravity.rawValue), "file": .string($0.file), "line": JSON($0.line),
                "column": JSON($0.column), "what": .string($0.what), "expected": JSON($0.expected),
              ]
            }),
        ])
      } else {
        for problem in problems { StandardOutput.line(SanitisedText.string(problem.description)) }
        StandardOutput.line(
          "\(file): \(errors) error\(errors == 1 ? "" : "s"), \(problems.count - errors) warnings")
      }
      if errors > 0 { throw CommandFailure(.configuration) }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "What the configuration comes to.")

    @OptionGroup var shared: SharedOptions

    func run() throws {
      guard let configuration = try shared.loadConfiguration() else {
        throw CommandFailure(.noSuchInput, "there is no configuration: the built-in defaults apply")
      }
      let document: JSON = [
        "schema": 1, "file": .string(configuration.file), "service": .string(configuration.service),
        "evaluate": JSON(configuration.evaluate.inSeconds),
        "sources": .array(
          configuration.sources.map { source in
            [
              "name": .string(source.name), "paths": .array(source.paths.map { .string($0.resolved) }),
              "format": .string(source.format), "time": JSON(source.time?.description),
              "start": .string(source.start.rawValue),
            ]
          }),
        "metrics": .array(
          configuration.metrics.map { metric in
            [
              "name": .string(metric.name), "source": .string(metric.source), "kind": .string(metric.kind.rawValue),
              "owner": JSON(metric.owner), "why": JSON(metric.why), "unit": JSON(metric.unit),
            ]
          }),
        "rules": .array(
          configuration.rules.map { ["name": .string($0.name), "when": .string($0.whenText)] }),
        "heartbeats": .array(configuration.heartbeats.map { .string($0.source) }),
      ]
      if shared.json {
        StandardOutput.json(document)
      } else {
        for (name, value) in document.object?.members ?? [] where name != "schema" {
          if let elements = value.array {
            StandardOutput.line("\(name):")
            for element in elements { StandardOutput.line(SanitisedText.string("  \(element.text)")) }
          } else {
            StandardOutput.line(SanitisedText.string("\(name): \(value.string ?? value.text)"))
          }
        }
      }
    }
  }
}
