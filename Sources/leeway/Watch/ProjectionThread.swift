import Dashboard
import Domain
import Engine
import Foundation
import Storage
import Synchronization

/// Watches the store and leaves a fresh snapshot in the mailbox once a second, and at once when somebody has acted.
final class ProjectionThread: Sendable {
  private struct Wishes {
    var details: Set<Int> = []
    var isUrgent = false
  }

  private static let pollInterval = 0.25

  private let wishes = Mutex(Wishes())
  private let kick = DispatchSemaphore(value: 0)
  private let stop = StopFlag()

  /// Starts the thread.
  init(
    store: Store, actor: Actor, collecting: Snapshot.Collecting, mailbox: Mailbox, notices: @escaping @Sendable () -> [String]
  ) {
    WorkerThread.start(name: "projection") { [self] in
      var projector = Projector(store: store, actor: actor, collecting: collecting)
      let clock = SystemWallClock()
      let elapsed = SystemMonotonicClock()
      var lastSnapshot = Duration.seconds(-10)
      var lastSequence = -1
      var lastVersion = -1
      while !stop.isSet {
        let isUrgent = takeWishes(into: &projector)
        do {
          let version = try store.dataVersion()
          let sequence = version == lastVersion ? lastSequence : try store.read { try $0.lastSequence() }
          let isDue = elapsed.elapsed() - lastSnapshot >= .milliseconds(980)
          if isUrgent || isDue || sequence != lastSequence {
            var snapshot = try projector.snapshot(now: clock.now())
            snapshot.notices = notices() + snapshot.notices
            mailbox.post(snapshot)
            lastSnapshot = elapsed.elapsed()
          }
          lastVersion = version
          lastSequence = sequence
        } catch {
          var failed = Snapshot.empty(service: "leeway", takenAt: clock.now())
          failed.notices = ["\(error)"] + notices()
          failed.collecting = collecting
          mailbox.post(failed)
          lastSnapshot = elapsed.elapsed()
        }
        _ = kick.wait(timeout: .now() + Self.pollInterval)
      }
    }
  }

  private func takeWishes(into projector: inout Projector) -> Bool {
    wishes.withLock { wishes in
      projector.detailNumbers = wishes.details
      defer { wishes.isUrgent = false }
      return wishes.isUrgent
    }
  }

  /// From now on snapshots hold an incident's details too.
  func wantDetail(_ number: Int) {
    wishes.withLock { wishes in
      wishes.details.insert(number)
      wishes.isUrgent = true
    }
    kick.signal()
  }

  /// Asks for a snapshot at once.
  func refresh() {
    wishes.withLock { $0.isUrgent = true }
    kick.signal()
  }

  /// Ends the thread.
  func end() {
    stop.set()
    kick.signal()
  }
}
