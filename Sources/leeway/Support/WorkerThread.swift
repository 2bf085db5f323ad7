import Foundation

/// A thread of its own for work that blocks; the pool of Swift's tasks is only as wide as the machine.
enum WorkerThread {
  /// Starts `body` on a thread with a stack of 8 MiB.
  static func start(name: String, _ body: @escaping @Sendable () -> Void) {
    let thread = Thread { body() }
    thread.name = name
    thread.stackSize = 8 << 20
    thread.start()
  }
}
