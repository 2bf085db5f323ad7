import Domain
import Engine
import Foundation
import Settings
import Storage

/// Checks health, drills the live rules and tests the drift gauges on a schedule, on a thread of its own beside the collector;
/// each is a process of its own with the lowest priority, such as `leeway rules drill`, which journals what it finds.
///
/// What is due is asked of the journal, so that a restart does nothing twice.
final class ScheduleThread: Sendable {
  private let stop = StopFlag()
  private let kick = DispatchSemaphore(value: 0)
  private let finished = DispatchSemaphore(value: 0)

  /// How often it is looked whether anything is due.
  private static let interval = 5
  /// So many bytes behind is caught up with.
  private static let tolerableLag: Int64 = 1 << 20
  /// How long one run may take.
  private static let timeout: Duration = .seconds(1_800)
  /// What could not be done, such as a drill of a log that is too short, is tried again after this part of its turn.
  private static let retries = 24

  /// Starts where the configuration says how often anything is to be done.
  static func start(_ options: CollectorOptions, _ shared: SharedOptions, store: Store, log: LogFile) -> ScheduleThread?
  {
    guard let configuration = options.configuration else { return nil }
    let plan = SchedulePlan(
      drills: configuration.drills, healthEvery: configuration.values.compactMap(\.checkEvery).min(),
      sources: options.sources.map(\.name), configuration: configuration.file, state: shared.state)
    guard !plan.subjects.isEmpty else { return nil }
    return ScheduleThread(plan, store: store, log: log)
  }

  private init(_ plan: SchedulePlan, store: Store, log: LogFile) {
    WorkerThread.start(name: "schedule") { [self] in
      do { try follow(plan, store: store, log: log) } catch {
        log.write("nothing is done on schedule any more: \(error)")
      }
      finished.signal()
    }
  }

  /// Ends it; what is under way is ended.
  func end() {
    stop.set()
    kick.signal()
    _ = finished.wait(timeout: .now() + .seconds(3))
  }

  private func follow(_ plan: SchedulePlan, store: Store, log: LogFile) throws {
    let clock = SystemWallClock()
    var fold = JournalFold()
    var tried: [DrillHistory.Subject: Timestamp] = [:]
    // While a backlog is read there are half hours without data that only have not been read yet.
    var settled = 0
    while !stop.isSet {
      do {
        try store.read { try fold.refresh($0) }
        let due = plan.due(fold.drills, tried: tried, retries: Self.retries, now: clock.now())
        let files = due.isEmpty ? [] : try store.read { try $0.files() }
        let lag = files.reduce(Int64(0)) { $0 + max(0, $1.size - $1.offset) }
        settled = lag <= Self.tolerableLag && files.contains { $0.offset > 0 } ? settled + 1 : 0
        for subject in due where !stop.isSet && settled >= 3 {
          guard let words = plan.words(for: subject, files: files) else { continue }
          tried[subject] = clock.now()
          let outcome = ExternalProgram(
            name: "/proc/self/exe", arguments: words, timeout: Self.timeout, stop: stop
          ).run()
          log.write(Self.report(subject, outcome))
        }
      } catch let error as StoreError where error.isTransient {
        log.write("the schedule waits: \(error)")
      }
      _ = kick.wait(timeout: .now() + .seconds(Self.interval))
    }
  }

  /// A line for the log.
  private static func report(_ subject: DrillHistory.Subject, _ outcome: ExternalProgram.Outcome?) -> String {
    let name = "on schedule: \(subject.kind)" + (subject.source.isEmpty ? "" : " of \(subject.source)")
    guard let outcome else { return "\(name) could not be started" }
    let last = outcome.output.split(separator: "\n").last.map { ": \($0.prefix(300))" } ?? ""
    switch outcome.code {
    case 0?, 1?: return name + last
    case let code?: return "\(name) did not succeed, exit \(code)\(last)"
    case nil: return "\(name) was ended"
    }
  }
}
