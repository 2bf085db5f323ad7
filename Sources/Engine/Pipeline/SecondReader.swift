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

  /// A worker and a stretch of its source on their way to the second thread.
  private struct Handed: @unchecked Sendable {
    // Both are used by one thread at a time. The first thread hands a worker over with a stretch, and touches it again
    // only after `finish()`, which waits for the serial queue, or after `wants(_:)` saw nothing of its source under way,
    // whose lock the second thread took after its last use. The stretch comes back through the lock of `idle`.
    let worker: SourceWorker
    let stretch: Stretch
  }

  /// Bytes whose room is used again.
  private final class Stretch {
    var bytes: [UInt8] = []
  }

  /// Stretches that nobody uses.
  private struct Idle: @unchecked Sendable {
    // Only used within the lock that holds it.
    var stretches: [Stretch] = []
  }

  private let queue = DispatchQueue(label: "leeway.second-reader", qos: .userInitiated)
  private let room = DispatchSemaphore(value: SecondReader.depth)
  /// How many stretches of which source are under way.
  private let underWay = Mutex<[String: Int]>([:])
  private let idle = Mutex(Idle())

  /// Whether a source's next stretch should be handed over: it must be where an earlier one still is, and is welcome
  /// where nothing is under way.
  func wants(_ source: String) -> Bool {
    underWay.withLock { $0.isEmpty || $0[source] != nil }
  }

  /// Measures a stretch of whole lines on the second thread; its bytes are copied.
  func read(_ bytes: borrowing RawSpan, _ chunk: ChunkInfo, now: Timestamp?, source: String, worker: SourceWorker) {
    room.wait()
    underWay.withLock { $0[source, default: 0] += 1 }
    let handed = idle.withLock { Handed(worker: worker, stretch: $0.stretches.popLast() ?? Stretch()) }
    bytes.withUnsafeBytes { handed.stretch.bytes.append(contentsOf: $0) }
    let (path, file, offset, isFinal) = (chunk.path.description, chunk.fileID, chunk.startOffset, chunk.isFinal)
    queue.async {
      let piece = Piece(path: path, file: file, offset: offset, isFinal: isFinal, now: now)
      handed.stretch.bytes.withUnsafeBytes { _ = handed.worker.read($0.bytes, of: piece) }
      handed.stretch.bytes.removeAll(keepingCapacity: true)
      self.idle.withLock { $0.stretches.append(handed.stretch) }
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
