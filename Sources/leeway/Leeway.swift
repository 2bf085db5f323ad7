import ArgumentParser
import Glibc

/// The command line: parses, runs, and turns every error into one line and an exit code of the contract.
@main
struct Leeway: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "leeway",
    abstract: "Watch AI systems: metrics, drift, agent runs and incidents, live in the terminal.",
    discussion: """
      leeway FILE… opens the dashboard on the files that your AI systems write; nothing needs a configuration.
      leeway demo shows it on a living example.
      """,
    version: version,
    subcommands: [
      Watch.self, Demo.self, Collect.self, Status.self, Metrics.self, Drift.self, Detect.self, Baseline.self,
      IncidentsCommand.self, ActionCommand.self, CheckCommand.self, SilencesCommand.self, RegulatoryCommand.self,
      AssessCommand.self, VersionsCommand.self, HealthCommand.self, ReportCommand.self,
      TracesCommand.self, Sniff.self, Replay.self, Rules.self, Audit.self, Render.self, ConfigCommand.self, Bench.self,
    ],
    defaultSubcommand: Watch.self)

  static func main() {
    // Everything that Leeway creates is its owner's alone.
    umask(0o077)
    signal(SIGPIPE, SIG_IGN)
    // A parent may have left signals blocked; this program must be able to be told to stop.
    var none = sigset_t()
    sigemptyset(&none)
    sigprocmask(SIG_SETMASK, &none, nil)
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      exit(withReport: error)
    }
  }

  private static func exit(withReport error: any Error) -> Never {
    guard let failure = CommandFailure(error) else {
      // Help and version texts are answers; anything else is one line.
      guard exitCode(for: error) != .success else { exit(withError: error) }
      let message = message(for: error).split(separator: "\n").joined(separator: " ")
      StandardError.line("leeway: \(message) (leeway --help shows the usage)")
      Glibc.exit(ExitStatus.usage.rawValue)
    }
    if !failure.message.isEmpty { StandardError.line("leeway: " + failure.message) }
    Glibc.exit(failure.code.rawValue)
  }
}
