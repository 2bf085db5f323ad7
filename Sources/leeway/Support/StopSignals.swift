import Glibc
import Synchronization
import Tailing

/// SIGTERM, SIGINT and SIGHUP as a request to stop; a second one ends the process at once.
final class StopSignals: Sendable {
  private static let requested = Atomic<Bool>(false)

  /// Whether stopping was requested.
  var isRequested: Bool { Self.requested.load(ordering: .acquiring) }

  /// Blocks the signals in the threads that are started from now on and waits for them in one of its own.
  init(waker: TailerWaker) {
    var set = sigset_t()
    sigemptyset(&set)
    for number in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&set, number) }
    pthread_sigmask(SIG_BLOCK, &set, nil)
    let signals = set
    WorkerThread.start(name: "signals") {
      var number: Int32 = 0
      var waited = signals
      while sigwait(&waited, &number) == 0 {
        if Self.requested.exchange(true, ordering: .acquiringAndReleasing) { _exit(128 + number) }
        waker.wake()
      }
    }
  }
}
