import ArgumentParser
import Dashboard
import Domain
import Engine
import Glibc
import Incidents
import Settings
import Storage
import Terminal

/// `leeway [watch] [PATH…]`: the dashboard.
struct Watch: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Open the dashboard (the default).",
    discussion: """
      Collects in this process unless a collector holds the state directory already; then it attaches to what that one
      stores. Paths are read with recognised formats and automatic metrics, without any configuration.
      """)

  @OptionGroup var shared: SharedOptions

  @Argument(help: "Files or quoted patterns; - is what a pipe brings.", completion: .file())
  var paths: [String] = []

  @Option(name: .customLong("as"), help: "The name to record beside your login.")
  var claimedName: String?

  @Option(
    help: "How an alarm asks for a look: bell, osc9 or osc777. May be repeated.",
    transform: { text in
      guard let sequence = AttentionSequence(rawValue: text) else {
        throw ValidationError("--notify takes bell, osc9 or osc777, not '\(text)'")
      }
      return sequence
    })
  var notify: [AttentionSequence] = []

  func run() throws {
    let configuration = paths.isEmpty ? try shared.loadConfiguration() : nil
    let hasStore = access(shared.state + "/leeway.db", F_OK) == 0
    guard !paths.isEmpty || configuration != nil || hasStore else {
      throw CommandFailure(
        .usage, "nothing to watch: name files (leeway app.jsonl), write a leeway.yaml, or try leeway demo")
    }
    let options =
      paths.isEmpty
      ? try configuration.map { configuration in
        var options = CollectorOptions(configuration: configuration)
        options.policies = try PolicyFile.load(of: configuration)
        return options
      }
      : CollectorOptions(paths: paths, directory: Environment.workingDirectory)
    if let options { try CollectorSetup.requireFiles(options) }
    try WatchRun(
      shared: shared, options: options, policy: configuration?.incidents ?? .standard,
      actor: OperatorIdentity.current(claimed: claimedName), attention: notify
    ).run()
  }
}

/// The dashboard with a collector beside it where this process may collect.
struct WatchRun {
  let shared: SharedOptions
  let options: CollectorOptions?
  let policy: IncidentPolicy
  let actor: Actor
  var duration: Duration?
  var attention: [AttentionSequence] = []

  func run() throws {
    var store: Store
    var collecting = Snapshot.Collecting.attached
    do {
      store = try shared.openStore(options == nil ? .existing : .readWrite)
    } catch let error as StoreError {
      guard case .unreachable = error, let readable = try? shared.openStore(.readOnly) else { throw error }
      store = readable
      collecting = .readOnly
    }
    let log = LogFile(directory: shared.state)
    var collector: CollectorThread?
    var hook: HookThread?
    var schedule: ScheduleThread?
    let lock = collecting == .readOnly || options == nil ? nil : CollectorLock(directory: shared.state)
    var options = options
    let spool = try options?.takeStandardInput(shared, keepsTerminal: true)
    if spool != nil, lock == nil {
      throw CommandFailure(
        .storeUnreachable, "another collector holds \(shared.state), so the pipe cannot be read: give --state DIR")
    }
    let ending = StopFlag()
    spool?.start(store: store, stop: ending)
    defer {
      ending.set()
      spool?.removeRead(store)
    }
    if lock != nil, let options {
      collector = CollectorThread(store: store, options: options, log: log)
      hook = HookThread.start(options, store: store, log: log)
      schedule = ScheduleThread.start(options, shared, store: store, log: log)
      collecting = .inProcess
    }
    defer {
      schedule?.end()
      collector?.end()
      hook?.end()
    }
    let running = collector
    let session = DashboardSession(
      store: store, actor: actor, collecting: collecting, policy: policy, service: options?.service ?? "leeway",
      log: log, duration: duration, attention: attention,
      drafts: collecting == .readOnly ? nil : DraftFile(directory: shared.state, actor: actor, log: log),
      notices: { [running?.problem, spool?.notice].compactMap { $0 } })
    try session.run()
    collector?.end()
    collector = nil
    _ = consume lock
  }
}
