import Dashboard
import Domain
import Engine
import Foundation
import Storage
import Synchronization

/// Watches the store and leaves a fresh snapshot in the mailbox once a second, and at once when somebody has acted.
final class ProjectionThread: Sendable {
  private struct Wishes {
    /// The incidents that were opened last, the newest last.
    var details: [Int] = []
    /// The board that is shown.
    var board: BoardRequest?
    var isUrgent = false
  }

  private static let pollInterval = 0.25
  private static let readingPollInterval = 0.1
  /// Details are costly, so only those of the incidents that were opened last are kept up to date.
  private static let mostDetails = 3

  private let wishes = Mutex(Wishes())
  private let kick = DispatchSemaphore(value: 0)
  private let stop = StopFlag()

  /// Starts the thread.
  init(
    store: Store, actor: Actor, collecting: Snapshot.Collecting, service: String, session: String,
    mailbox: Mailbox, notices: @escaping @Sendable () -> [String]
  ) {
    WorkerThread.start(name: "projection") { [self] in
      var projector = Projector(store: store, actor: actor, collecting: collecting, session: session)
      let clock = SystemWallClock()
      let elapsed = SystemMonotonicClock()
      var lastGood: Snapshot?
      var lastSnapshot = Duration.seconds(-10)
      var lastSequence = -1
      var lastVersion = -1
      while !stop.isSet {
        let isUrgent = takeWishes(into: &projector)
        // While nothing is there yet, or history is still read, every look is worth showing.
        let isReading = lastGood.map { $0.metrics.isEmpty || $0.sources.contains { $0.state == .catchingUp } } ?? true
        do {
          let version = try store.dataVersion()
          let sequence = version == lastVersion ? lastSequence : try store.read { try $0.lastSequence() }
          let isDue = isReading || elapsed.elapsed() - lastSnapshot >= .milliseconds(980)
          if isUrgent || isDue || sequence != lastSequence {
            var snapshot = try projector.snapshot(now: clock.now())
            lastGood = snapshot
            snapshot.notices = notices() + snapshot.notices
            mailbox.post(snapshot)
            lastSnapshot = elapsed.elapsed()
          }
          lastVersion = version
          lastSequence = sequence
        } catch {
          // What was known last stays on the screen; its age says how old it is.
          var failed = lastGood ?? Snapshot.empty(service: service, takenAt: clock.now())
          let passed = clock.now() - failed.takenAt
          failed.dataAge = failed.dataAge.map { $0 + passed }
          failed.takenAt = clock.now()
          failed.notices = ["what is shown is \(passed.short) old: \(error)"] + notices()
          failed.collecting = collecting
          mailbox.post(failed)
          lastSnapshot = elapsed.elapsed()
        }
        _ = kick.wait(timeout: .now() + (isReading ? Self.readingPollInterval : Self.pollInterval))
      }
    }
  }

  private func takeWishes(into projector: inout Projector) -> Bool {
    wishes.withLock { wishes in
      projector.detailNumbers = Set(wishes.details)
      projector.board = wishes.board
      defer { wishes.isUrgent = false }
      return wishes.isUrgent
    }
  }

  /// From now on snapshots hold an incident's details too.
  func wantDetail(_ number: Int) {
    wishes.withLock { wishes in
      wishes.details.removeAll { $0 == number }
      wishes.details.append(number)
      wishes.details = wishes.details.suffix(Self.mostDetails)
      wishes.isUrgent = true
    }
    kick.signal()
  }

  /// From now on snapshots hold a board's data.
  func wantBoard(_ request: BoardRequest) {
    wishes.withLock { wishes in
      wishes.board = request
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
