import Engine
import Foundation
import Storage
import Synchronization
import Tailing

/// The collector on a thread of its own, beside the dashboard.
final class CollectorThread: Sendable {
  private struct State {
    var waker: TailerWaker?
    var problem: String?
    var isDone = false
  }

  private let state = Mutex(State())
  private let stop = StopFlag()
  private let finished = DispatchSemaphore(value: 0)

  /// Starts collecting.
  init(store: Store, options: CollectorOptions, log: LogFile) {
    WorkerThread.start(name: "collector") { [self] in
      do {
        let collector = try Collector(store: store, options: options) { log.write($0) }
        state.withLock { $0.waker = collector.waker }
        try collector.run { stop.isSet }
      } catch {
        log.write("the collector has stopped: \(error)")
        state.withLock { $0.problem = "the collector has stopped: \(error)" }
      }
      state.withLock { $0.isDone = true }
      finished.signal()
    }
  }

  /// Why it has stopped by itself; nil while it runs.
  var problem: String? { state.withLock { $0.problem } }

  /// Asks it to commit and stop, and waits for it for at most five seconds.
  func end() {
    stop.set()
    state.withLock { $0.waker }?.wake()
    _ = finished.wait(timeout: .now() + 5)
  }
}
