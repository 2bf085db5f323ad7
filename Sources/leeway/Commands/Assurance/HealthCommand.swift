import ArgumentParser
import Domain
import Engine
import Glibc
import Screen
import Storage

/// `leeway health`: the organisation's values, the sources, the metrics and Leeway itself, checked now.
struct HealthCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "health", abstract: "Check values, sources, metrics and Leeway itself now, and journal the result.",
    discussion: """
      What cannot be told is 'unknown' and never counts as well. --fail-on warn or alarm sets the exit code. The collector does the
      same by itself, as often as the shortest 'check_every' of the configuration's values says.
      """
  )

  @OptionGroup var shared: SharedOptions
  @Option(name: .customLong("fail-on"), help: "warn or alarm.") var failOn: String?
  @Option(name: .customLong("as"), help: "The name to record beside your login.") var claimedName: String?

  @Flag(help: "Run with the lowest priority, as the collector does by itself with 'check_every'.") var nice = false

  func run() throws {
    if nice { _ = Glibc.nice(19) }
    guard failOn == nil || failOn == "warn" || failOn == "alarm" else {
      throw ValidationError("--fail-on takes warn or alarm")
    }
    let store = try shared.openStore(.existing)
    let report = try HealthReport(store: store, configuration: try shared.loadConfiguration())
    func count(_ state: HealthReport.State) -> JSON { JSON(report.checks.count { $0.state == state }) }
    try JournalDesk(store: store).record(
      EntryDraft(
        .healthCheck,
        data: [
          "worst": .string(report.worst.rawValue), "ok": count(.ok), "warn": count(.warn), "alarm": count(.alarm),
          "unknown": count(.unknown),
          "values": .array(
            report.checks.filter { $0.kind == "value" }.map {
              ["name": .string($0.name), "state": .string($0.state.rawValue)]
            }),
        ]), actor: nice ? .leeway : OperatorIdentity.current(claimed: claimedName), clock: SystemWallClock())
    if shared.json {
      StandardOutput.json(report.json)
    } else {
      for check in report.checks {
        StandardOutput.line(
          SanitisedText.string("\(check.state.rawValue) \(check.kind) \(check.name): \(check.detail)"))
      }
    }
    let isBad = report.worst == .alarm || (failOn == "warn" && report.worst == .warn)
    if failOn != nil, isBad { throw CommandFailure(.answerIsNo) }
  }
}
