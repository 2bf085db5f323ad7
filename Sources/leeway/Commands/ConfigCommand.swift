import ArgumentParser
import Domain
import Drift
import Engine
import Glibc
import Screen
import Settings
import Storage

/// `leeway config`: write, check, show and explain the configuration.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Write, check, show and explain the configuration.",
    subcommands: [Init.self, Check.self, Show.self, Docs.self])

  struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write a commented configuration for some files.",
      discussion: "It goes to standard output, or with --output into a new file that only you may read.")

    @OptionGroup var shared: SharedOptions

    @Argument(help: "The files that are to be watched.", completion: .file())
    var files: [String]

    @Option(help: "The file to write; one that is there is never overwritten.", completion: .file())
    var output: String?

    func run() throws {
      let samples = try files.map {
        ConfigurationDraft.Sample(path: written($0), head: try InputFile.head(of: $0, limit: 256 << 10))
      }
      let yaml = ConfigurationDraft(samples, now: SystemWallClock().now()).yaml
      guard let output else {
        StandardOutput.write(yaml)
        return
      }
      try OutputFile.create(Array(yaml.utf8), at: output)
      if shared.json {
        StandardOutput.json(["schema": 1, "file": .string(output), "sources": JSON(files.count)])
      } else {
        StandardError.line("wrote \(output): fill in owners, whys and tolerances, then leeway config check \(output)")
      }
    }

    /// Relative paths count from the configuration's directory, so they stay so only beside it.
    private func written(_ path: String) -> String {
      guard !path.hasPrefix("/"), output?.contains("/") ?? false else { return path }
      return Environment.workingDirectory + "/" + path
    }
  }

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Report every mistake at once, each with file, line and column.",
      discussion: "Exit 78 when there are errors; warnings alone are exit 0.")

    @OptionGroup var shared: SharedOptions

    @Argument(help: "The configuration (default: the one that applies).", completion: .file())
    var file: String?

    func run() throws {
      guard let file = file ?? shared.configurationFile else {
        throw CommandFailure(.noSuchInput, "there is no configuration: name one, or write one with leeway config init")
      }
      let text = try InputFile.text(of: file, limit: 1 << 20)
      let (_, problems) = ConfigurationLoader.load(yaml: text, file: file, surroundings: surroundings)
      let errors = problems.count { $0.isError }
      if shared.json {
        StandardOutput.json([
          "schema": 1, "ok": .bool(errors == 0), "problems": .array(problems.map(ConfigCommand.json)),
        ])
      } else {
        for problem in problems { StandardOutput.line(SanitisedText.string(problem.description)) }
        let warnings = problems.count - errors
        StandardOutput.line(
          SanitisedText.string(
            "\(file): \(errors) error\(errors == 1 ? "" : "s"), \(warnings) warning\(warnings == 1 ? "" : "s")"))
      }
      if errors > 0 { throw CommandFailure(.configuration) }
    }

    private var surroundings: ConfigurationSurroundings {
      let store = try? shared.openStore(.readOnly)
      let references = try? store?.read { try $0.references().compactMap { Reference(json: $0)?.name } }
      return ConfigurationSurroundings(references: references.map { Set($0) }) { SourceFiles.exist(matching: $0) }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The configuration in effect, defaults filled in.", discussion: "As YAML, or with --json as JSON.")

    @OptionGroup var shared: SharedOptions

    func run() throws {
      guard let configuration = try shared.loadConfiguration() else {
        throw CommandFailure(.noSuchInput, "there is no configuration: the built-in defaults apply")
      }
      guard shared.json else {
        StandardOutput.write(YAMLWriter.text(configuration.document))
        return
      }
      var document = JSONObject([("schema", 1), ("file", .string(configuration.file))])
      document.members += configuration.document.object?.members ?? []
      StandardOutput.json(.object(document))
    }
  }

  struct Docs: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The reference of every key, as Markdown.")

    func run() { StandardOutput.write(ConfigurationReference.markdown) }
  }

  private static func json(_ problem: ConfigurationProblem) -> JSON {
    [
      "file": .string(problem.file), "line": JSON(problem.line), "column": JSON(problem.column),
      "severity": .string(problem.gravity.rawValue), "message": .string(problem.message),
      "what": .string(problem.what), "expected": JSON(problem.expected),
    ]
  }
}
