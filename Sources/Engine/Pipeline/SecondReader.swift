import Dispatch
import Domain
import Synchronization
import Tailing

/// A second thread for a backlog: measures stretches of some sources while the first thread reads and measures others.
///
/// Stretches of one source are measured in the order in which they are handed over, one after the other. At most
/// ``depth`` stretches wait or are being measured; who hands over more waits. Before anything looks at a worker that
/// was handed over, ``finish()`` must have been called, or ``wants(_:)`` must have said no.
final class SecondReader: Sendable {
  /// How many stretches may be under way.
  static let depth = 2

  /// A worker and the buffer with a stretch of its source, on their way to the second thread.
  private struct Handed: @unchecked Sendable {
    // Both are used by one thread at a time. The first thread hands a worker over with a stretch, and touches it again
    // only after `finish()`, which waits for the serial queue, or after `wants(_:)` saw nothing of its source under way,
    // whose lock the second thread took after its last use. The buffer comes back through the lock of `idle`.
    let worker: SourceWorker
    let buffer: ReadBuffer
  }

  /// A buffer that nobody uses until it is taken out of `idle`.
  private struct Idle: @unchecked Sendable {
    let buffer: ReadBuffer
  }

  private let queue = DispatchQueue(label: "leeway.second-reader", qos: .userInitiated)
  private let room = DispatchSemaphore(value: SecondReader.depth)
  /// How many stretches of which source are under way.
  private let underWay = Mutex<[String: Int]>([:])
  private let idle = Mutex<[Idle]>([])

  /// Whether a source's next stretch should be handed over: it must be where an earlier one still is, and is welcome
  /// where nothing is under way.
  func wants(_ source: String) -> Bool {
    underWay.withLock { $0.isEmpty || $0[source] != nil }
  }

  /// Measures the stretch that a tailer has just delivered, on the second thread. The tailer goes on with another
  /// buffer.
  func read(from tailer: Tailer, _ chunk: ChunkInfo, now: Timestamp?, source: String, worker: SourceWorker) {
    room.wait()
    underWay.withLock { $0[source, default: 0] += 1 }
    let other = idle.withLock { $0.popLast() }
    let handed = Handed(worker: worker, buffer: tailer.takeBuffer(for: other?.buffer))
    let (path, file, offset, isFinal) = (chunk.path.description, chunk.fileID, chunk.startOffset, chunk.isFinal)
    queue.async {
      let piece = Piece(path: path, file: file, offset: offset, isFinal: isFinal, now: now)
      handed.buffer.withDelivered { _ = handed.worker.read($0, of: piece) }
      self.idle.withLock { $0.append(Idle(buffer: handed.buffer)) }
      self.underWay.withLock { underWay in
        let left = (underWay[source] ?? 1) - 1
        underWay[source] = left > 0 ? left : nil
      }
      self.room.signal()
    }
  }

  /// Waits until everything that was handed over has been measured.
  func finish() { queue.sync {} }
}
