import ArgumentParser
import Domain
import Engine
import Glibc
import Settings
import Storage

/// `leeway collect`: the collector without a screen.
struct Collect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Collect without a screen, until it is told to stop.",
    discussion: "With --once everything is read to its end, the rules are evaluated, and the command ends.")

  @OptionGroup var shared: SharedOptions

  @Flag(help: "Read everything to its end, evaluate, and end.")
  var once = false

  @Argument(
    help:
      "Files or quoted patterns; their formats are recognised. Without any, those of the configuration; - is a pipe.")
  var paths: [String] = []

  func run() throws {
    var options = try shared.collectorOptions(paths: paths)
    if once { try CollectorSetup.requireFiles(options) }
    let store = try shared.openStore(.readWrite)
    let spool = try options.takeStandardInput(shared, keepsTerminal: false)
    guard let lock = CollectorLock(directory: shared.state) else {
      throw CommandFailure(
        .storeUnreachable,
        "another collector holds \(shared.state): stop it, or name another directory with --state")
    }
    let log = LogFile(directory: shared.state)
    var messages: [String] = []
    let collector = try Collector(store: store, options: options) { [once] message in
      log.write(message)
      if once { messages.append(message) } else { StandardError.line("leeway: \(message)") }
    }
    if once {
      // A long pipe is read while it is copied, so that what waits stays bounded.
      if let spool, try !spool.copyShort() {
        spool.start(store: store, stop: StopFlag())
        try collector.run { spool.isRead(store) }
        if let problem = spool.problem { throw CommandFailure(.inputOutput, problem) }
      }
      try collector.runOnce()
      spool?.removeRead(store)
      if let failure = collector.failure {
        throw CommandFailure(
          failure.contains("permission") ? .inputOutput : .inputUnusable, "nothing could be read: \(failure)")
      }
      for message in messages { StandardError.line("leeway: \(message)") }
      if shared.json { StandardOutput.json(try StatusReport(store: store).json) }
    } else {
      let signals = StopSignals(waker: collector.waker)
      let ending = StopFlag()
      spool?.start(store: store, stop: ending)
      let hook = HookThread.start(options, store: store, log: log)
      let schedule = ScheduleThread.start(options, shared, store: store, log: log)
      defer {
        schedule?.end()
        hook?.end()
      }
      // With nothing but a pipe to read, its end is the end.
      let readsPipeOnly = options.sources.allSatisfy { $0.name == StandardInputSpool.source }
      try collector.run { signals.isRequested || readsPipeOnly && spool?.isRead(store) == true }
      ending.set()
      spool?.removeRead(store)
      if let problem = spool?.problem { throw CommandFailure(.inputOutput, problem) }
    }
    _ = consume lock
  }
}

/// Checks that a collector has something to do.
enum CollectorSetup {
  /// Fails with exit 66 when a named path that is no pattern does not exist.
  static func requireFiles(_ options: CollectorOptions) throws {
    guard options.configuration == nil else { return }
    for source in options.sources {
      for path in source.paths where !path.resolved.contains(where: { "*?[".contains($0) }) {
        if path.raw != StandardInputSpool.argument, access(path.resolved, F_OK) != 0,
          errno == ENOENT || errno == ENOTDIR
        {
          throw CommandFailure(.noSuchInput, "\(path.raw): no such file")
        }
      }
    }
  }
}

extension CollectorOptions {
  /// Where a path is `-`, takes standard input over and follows what comes through it instead; nil where none is.
  mutating func takeStandardInput(_ shared: SharedOptions, keepsTerminal: Bool) throws -> StandardInputSpool? {
    guard configuration == nil,
      let index = sources.firstIndex(where: { $0.paths.contains { $0.raw == StandardInputSpool.argument } })
    else { return nil }
    let spool = try StandardInputSpool(stateDirectory: shared.state, keepsTerminal: keepsTerminal)
    sources[index] = spool.definition
    if sources.count == 1 { service = StandardInputSpool.source }
    return spool
  }
}

extension SharedOptions {
  /// What to collect: the paths where there are any, else the configuration's sources.
  func collectorOptions(paths: [String]) throws -> CollectorOptions {
    if !paths.isEmpty { return CollectorOptions(paths: paths, directory: Environment.workingDirectory) }
    guard let configuration = try loadConfiguration() else {
      throw CommandFailure(
        .usage, "nothing to collect: name files, or write a leeway.yaml")
    }
    var options = CollectorOptions(configuration: configuration)
    options.policies = try PolicyFile.load(of: configuration)
    return options
  }
}
