import ArgumentParser
import Domain
import Engine
import Foundation
import Glibc
import Incidents
import Rehearsal
import Settings
import Storage

/// `leeway demo`: a living AI service, really written and really tailed.
struct Demo: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Open the dashboard on a living example.",
    discussion: """
      A seeded generator writes an AI service's files into a temporary directory, paced by the clock, with an hour of
      history and a script of faults. The real collector tails them: nothing on the screen comes from anywhere else.
      The directory is removed at the end; with --state DIR the store stays.
      """)

  @OptionGroup var shared: SharedOptions

  @Option(help: "Equal seeds give equal services.")
  var seed: UInt64 = 1

  @Option(help: "How much faster than the clock the service lives.")
  var speed = 1.0

  @Flag(help: "Collect without a screen.")
  var headless = false

  @Option(help: "End after so many seconds.")
  var duration: Double?

  @Option(name: .customLong("as"), help: "The name to record beside your login.")
  var claimedName: String?

  func validate() throws {
    guard speed >= 0.1, speed <= 100 else { throw ValidationError("--speed takes a number from 0.1 to 100") }
  }

  func run() throws {
    let directory = try OutputFile.temporaryDirectory("leeway-demo")
    defer { OutputFile.removeDirectory(directory) }
    let text = Rehearsal.configuration(directory: directory)
    try OutputFile.append(Array(text.utf8), to: directory + "/leeway.yaml")
    let (loaded, problems) = ConfigurationLoader.load(yaml: text, file: directory + "/leeway.yaml")
    guard let configuration = loaded else {
      throw CommandFailure(.configuration, problems.map(\.description).joined(separator: "; "))
    }
    var shared = shared
    if shared.stateDirectory == nil { shared.stateDirectory = directory + "/state" }
    let writer = try RehearsalWriter(
      directory: directory, seed: seed, speed: speed, historyInBackground: !headless)
    defer { writer.end() }
    let options = CollectorOptions(configuration: configuration)
    if headless {
      try collect(shared, options)
    } else {
      try WatchRun(
        shared: shared, options: options, policy: configuration.incidents,
        actor: OperatorIdentity.current(claimed: claimedName), duration: duration.map { .seconds($0) }
      ).run()
    }
  }

  private func collect(_ shared: SharedOptions, _ options: CollectorOptions) throws {
    let store = try shared.openStore(.readWrite)
    guard let lock = CollectorLock(directory: shared.state) else {
      throw CommandFailure(.storeUnreachable, "another collector holds \(shared.state): name another with --state")
    }
    let log = LogFile(directory: shared.state)
    let collector = try Collector(store: store, options: options) { log.write($0) }
    let signals = StopSignals(waker: collector.waker)
    let clock = SystemMonotonicClock()
    let started = clock.elapsed()
    let length = duration.map { Duration.seconds($0) }
    try collector.run { signals.isRequested || length.map { clock.elapsed() - started >= $0 } ?? false }
    if shared.json {
      StandardOutput.json(try StatusReport(store: store).json)
    } else {
      for line in try StatusReport(store: store).lines { StandardOutput.line(line) }
    }
    _ = consume lock
  }
}
