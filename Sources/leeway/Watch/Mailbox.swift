import Dashboard
import Glibc
import Synchronization

/// Messages from other threads to the one that owns the terminal, with a descriptor that wakes its poll.
///
/// Of snapshots only the newest is kept, so a slow terminal never piles them up.
final class Mailbox: Sendable {
  private struct Contents {
    var snapshot: Snapshot?
    var messages: [Message] = []
    var isClosed = false
  }

  private let contents = Mutex(Contents())
  /// Readable while there is something to collect.
  let wakeDescriptor: Int32
  private let writeEnd: Int32

  init() throws {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
      throw CommandFailure(.inputOutput, "no pipe: \(String(cString: strerror(errno)))")
    }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    wakeDescriptor = ends[0]
    writeEnd = ends[1]
  }

  deinit {
    close(wakeDescriptor)
    close(writeEnd)
  }

  /// Leaves a snapshot, replacing one that was not collected.
  func post(_ snapshot: Snapshot) {
    contents.withLock { $0.snapshot = snapshot }
    wake()
  }

  /// Leaves a message.
  func post(_ message: Message) {
    contents.withLock { $0.messages.append(message) }
    wake()
  }

  /// Takes everything that was left.
  func collect() -> [Message] {
    var buffer = [UInt8](repeating: 0, count: 64)
    while read(wakeDescriptor, &buffer, buffer.count) > 0 {}
    return contents.withLock { contents in
      var messages = contents.messages
      if let snapshot = contents.snapshot { messages.append(.snapshot(snapshot)) }
      contents = Contents()
      return messages
    }
  }

  private func wake() {
    var byte: UInt8 = 1
    _ = write(writeEnd, &byte, 1)
  }
}
