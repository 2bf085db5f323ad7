import Domain
import Engine
import Foundation
import Settings
import Storage

/// Drills the live rules on a schedule, on a thread of its own beside the collector; each drill is a process of its own with
/// the lowest priority, `leeway rules drill`, which journals what it finds.
///
/// When a drill is due is asked of the journal, so that a restart drills nothing twice.
final class DrillThread: Sendable {
  private let stop = StopFlag()
  private let kick = DispatchSemaphore(value: 0)
  private let finished = DispatchSemaphore(value: 0)

  /// How often it is looked whether a drill is due.
  private static let interval = 5
  /// How long one drill may take.
  private static let timeout: Duration = .seconds(1_800)
  /// A drill that could not be held, such as of a log that is too short, is tried again after this part of its turn.
  private static let retries = 24

  /// Starts drilling where the configuration says how often.
  static func start(_ options: CollectorOptions, _ shared: SharedOptions, store: Store, log: LogFile) -> DrillThread? {
    guard let configuration = options.configuration, let drills = configuration.drills else { return nil }
    let plan = DrillPlan(
      drills: drills, sources: options.sources.map(\.name), configuration: configuration.file, state: shared.state)
    return DrillThread(plan, store: store, log: log)
  }

  private init(_ plan: DrillPlan, store: Store, log: LogFile) {
    WorkerThread.start(name: "drills") { [self] in
      do { try follow(plan, store: store, log: log) } catch { log.write("rules are not drilled any more: \(error)") }
      finished.signal()
    }
  }

  /// Ends it; a drill that is under way is ended.
  func end() {
    stop.set()
    kick.signal()
    _ = finished.wait(timeout: .now() + .seconds(3))
  }

  private func follow(_ plan: DrillPlan, store: Store, log: LogFile) throws {
    let clock = SystemWallClock()
    var fold = JournalFold()
    var tried: [DrillHistory.Subject: Timestamp] = [:]
    while !stop.isSet {
      do {
        try store.read { try fold.refresh($0) }
        let due = plan.due(fold.drills, tried: tried, retries: Self.retries, now: clock.now())
        let files = due.isEmpty ? [] : try store.read { try $0.files() }
        for subject in due where !stop.isSet {
          guard let words = plan.words(for: subject, files: files) else { continue }
          tried[subject] = clock.now()
          let outcome = ExternalProgram(
            name: "/proc/self/exe", arguments: words, timeout: Self.timeout, stop: stop
          ).run()
          log.write(Self.report(subject, outcome))
        }
      } catch let error as StoreError where error.isTransient {
        log.write("drills wait: \(error)")
      }
      _ = kick.wait(timeout: .now() + .seconds(Self.interval))
    }
  }

  /// A line for the log.
  private static func report(_ subject: DrillHistory.Subject, _ outcome: ExternalProgram.Outcome?) -> String {
    let name = "drill (\(subject.kind)) of \(subject.source.isEmpty ? "all" : subject.source)"
    guard let outcome else { return "\(name) could not be started" }
    let last = outcome.output.split(separator: "\n").last.map { ": \($0.prefix(300))" } ?? ""
    switch outcome.code {
    case 0?, 1?: return name + last
    case let code?: return "\(name) was not held, exit \(code)\(last)"
    case nil: return "\(name) was ended"
    }
  }
}
