import Domain
import Engine
import Foundation
import Settings
import Storage

/// Tells a program of the operator's what becomes of incidents, on a thread of its own beside the collector, so that nothing
/// waits for it.
///
/// It follows the journal, so that only what is durable is told. Where it has got to is stored when it has told something:
/// after a kill, news may be told twice but not lost. What comes within one run of the program is told together.
final class HookThread: Sendable {
  private let stop = StopFlag()
  private let kick = DispatchSemaphore(value: 0)
  private let finished = DispatchSemaphore(value: 0)

  /// How many events one run is told at most; how many there are beyond is told too.
  private static let mostEvents = 50
  /// How long is waited before a run that failed is tried again.
  private static let pauses: [Int] = [5, 30]
  private static let documentName = "hook"

  /// Starts telling where the configuration names a program.
  static func start(_ options: CollectorOptions, store: Store, log: LogFile) -> HookThread? {
    guard let notify = options.configuration?.notify, !notify.hook.isEmpty else { return nil }
    return HookThread(notify, service: options.service, store: store, log: log)
  }

  /// Starts telling, from the end of the journal or where an earlier thread has got to.
  init(_ notify: NotifyDefinition, service: String, store: Store, log: LogFile) {
    WorkerThread.start(name: "hook") { [self] in
      do { try follow(notify, service: service, store: store, log: log) } catch {
        log.write("nobody is told of incidents any more: \(error)")
      }
      finished.signal()
    }
  }

  /// Ends it; a run of the program that is under way is waited for, for three seconds at most. What was not told by then is
  /// told by the next collector.
  func end() {
    stop.set()
    kick.signal()
    _ = finished.wait(timeout: .now() + .seconds(3))
  }

  private func follow(_ notify: NotifyDefinition, service: String, store: Store, log: LogFile) throws {
    let clock = SystemWallClock()
    var fold = JournalFold()
    let stored = try store.read { try $0.document(Self.documentName) }?["sequence"]?.integer
    let start = try stored.map { Int($0) } ?? store.read { try $0.lastSequence() }
    if stored == nil { try store.write { try $0.setDocument(Self.documentName, ["sequence": JSON(start)]) } }
    try store.read { try $0.forEachEntry(after: 0, limit: start) { fold.apply($0) } }
    log.write("the hook tells \(notify.hook[0]) of incidents from \(notify.severity.rawValue) on")
    var news = HookNews(severity: notify.severity, book: fold.book, now: clock.now())
    while !stop.isSet {
      let now = clock.now()
      var events: [JSON] = []
      do {
        for entry in try store.read({ try $0.entries(after: fold.sequence, limit: 10_000) }) {
          fold.apply(entry)
          if let event = news.news(of: entry, book: fold.book, now: now) { events.append(event) }
        }
        events += news.unsilenced(book: fold.book, now: now)
        if !events.isEmpty { try tell(events, notify, service: service, upTo: fold.sequence, store, log) }
      } catch let error as StoreError where error.isTransient {
        log.write("the hook waits: \(error)")
      }
      _ = kick.wait(timeout: .now() + .seconds(1))
    }
  }

  private func tell(
    _ events: [JSON], _ notify: NotifyDefinition, service: String, upTo sequence: Int, _ store: Store, _ log: LogFile
  ) throws {
    let document: JSON = [
      "schema": .integer(1), "service": .string(service), "events": .array(Array(events.prefix(Self.mostEvents))),
      "omitted": JSON(max(0, events.count - Self.mostEvents)),
    ]
    var attempts = 0
    var outcome = HookCommand.Outcome.exited(0)
    repeat {
      if attempts > 0 {
        _ = kick.wait(timeout: .now() + .seconds(Self.pauses[attempts - 1]))
        // Not told: the next collector tells it.
        if stop.isSet { return }
      }
      attempts += 1
      outcome = HookCommand.run(
        notify.hook, input: Array((document.text + "\n").utf8), milliseconds: Int(notify.timeout.inSeconds * 1_000),
        environment: [
          "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": Environment["HOME"] ?? "/",
          "LANG": "C.UTF-8",
        ])
      if !outcome.isGood { log.write("the hook \(notify.hook[0]): \(outcome)") }
    } while !outcome.isGood && attempts <= Self.pauses.count
    let entry = EntryDraft(
      .hookRun, object: ["hook": .string(notify.hook[0])],
      data: [
        "outcome": .string(outcome.description), "attempts": JSON(attempts), "events": JSON(events.count),
        "told": .array(events.prefix(Self.mostEvents).compactMap { $0["name"] }),
      ])
    try store.write { writer in
      _ = try writer.append([entry], actor: .leeway, at: SystemWallClock().now())
      try writer.setDocument(Self.documentName, ["sequence": JSON(sequence)])
    }
  }
}

extension Verb {
  /// A program was told of incidents, or was not to be had.
  static let hookRun: Verb = "hook.run"
}
