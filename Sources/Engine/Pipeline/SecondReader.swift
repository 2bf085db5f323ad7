import Dispatch
import Domain
import Synchronization
import Tailing

/// A second thread for a backlog: it measures the stretches of some sources, which the first thread reads, while the
/// first thread measures those of the others.
///
/// A source is served by one of the two until ``share(_:)`` shares them out anew. At most ``depth`` stretches wait or
/// are being measured. Before anything else looks at the worker of a source that is served here, ``finish()`` must have
/// been called.
final class SecondReader: Sendable {
  /// How many stretches may be under way, so that none has to be waited for.
  private static let depth = 2
  /// Which share of a backlog the second thread takes: the first one reads for both.
  private static let share = 0.55

  /// A worker and the buffer with a stretch of its source, on their way to the second thread.
  private struct Handed: @unchecked Sendable {
    // Both are used by one thread at a time. The first thread hands a worker over with a stretch, and touches it again
    // only after `finish()`, which waits for the serial queue. The buffer comes back through the lock of `idle`.
    let worker: SourceWorker
    let buffer: ReadBuffer
  }

  /// A buffer that nobody uses until it is taken out of `idle`.
  private struct Idle: @unchecked Sendable {
    let buffer: ReadBuffer
  }

  private struct State {
    var underWay = 0
    /// The sources that are served here, by index.
    var served: Set<Int> = []
  }

  private let queue = DispatchQueue(label: "leeway.second-reader", qos: .userInitiated)
  private let room = DispatchSemaphore(value: SecondReader.depth)
  private let state = Mutex(State())
  private let idle = Mutex<[Idle]>([])

  /// Whether a source is served here.
  func serves(_ source: Int) -> Bool { state.withLock { $0.served.contains(source) } }

  /// Shares sources out by how many bytes of each are to be read; the rest is the first thread's.
  func share(_ backlog: [Int: Int64]) {
    finish()
    let total = Double(backlog.values.reduce(0, +))
    var taken = 0.0
    var served: Set<Int> = []
    for (source, bytes) in backlog.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      // What would be more than its share is better off here only while there is nothing else.
      guard served.isEmpty || taken + Double(bytes) <= total * Self.share else { continue }
      served.insert(source)
      taken += Double(bytes)
    }
    state.withLock { $0.served = served }
  }

  /// Reads a stretch for one of the two threads; `body` measures those of the first, and says for those of the second
  /// which worker does, by giving it.
  ///
  /// - Returns: what was done; `caughtUp` when there is nothing to read for either, and nothing under way.
  func readNext(
    from tailer: Tailer, now: Timestamp, _ body: (ChunkInfo, RawSpan) -> (taken: Int, worker: SourceWorker?)
  ) -> ReadOutcome {
    var isForHere = state.withLock { $0.underWay < Self.depth }
    for _ in 0..<2 {
      var handed: (chunk: ChunkInfo, worker: SourceWorker)?
      let outcome = tailer.readNext(of: { serves($0) == isForHere }) { chunk, bytes in
        let (taken, worker) = body(chunk, bytes)
        if let worker { handed = (chunk, worker) }
        return taken
      }
      if let (chunk, worker) = handed { measure(chunk, of: tailer, now: now, worker) }
      if outcome != .caughtUp { return outcome }
      isForHere.toggle()
    }
    return .caughtUp
  }

  private func measure(_ chunk: ChunkInfo, of tailer: Tailer, now: Timestamp, _ worker: SourceWorker) {
    room.wait()
    state.withLock { $0.underWay += 1 }
    let other = idle.withLock { $0.popLast() }
    let handed = Handed(worker: worker, buffer: tailer.takeBuffer(for: other?.buffer))
    let (path, file, offset, isFinal) = (chunk.path.description, chunk.fileID, chunk.startOffset, chunk.isFinal)
    queue.async {
      let piece = Piece(path: path, file: file, offset: offset, isFinal: isFinal, now: now)
      handed.buffer.withDelivered { _ = handed.worker.read($0, of: piece) }
      self.idle.withLock { $0.append(Idle(buffer: handed.buffer)) }
      self.state.withLock { $0.underWay -= 1 }
      self.room.signal()
    }
  }

  /// Waits until everything that was handed over has been measured.
  func finish() { queue.sync {} }
}
