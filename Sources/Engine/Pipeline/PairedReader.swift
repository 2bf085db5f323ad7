import Dispatch
import Domain
import Synchronization
import Tailing

/// Two threads for a backlog of plain lines: each reads a stretch of a source that the other is not at, and measures it.
///
/// ``read(from:workers:atMost:now:)`` forks and joins, so that nothing runs on the second thread between two calls. Within
/// a call the threads take turns at the tailer, and every source is measured by one of them at a time, in order.
final class PairedReader {
  /// What was read.
  struct Result: Sendable {
    /// How many bytes of each source, by its index.
    var byteCounts: [Int: Int] = [:]
    /// The stretches whose last line had no line feed when its file was rotated away.
    var unterminated: [ChunkInfo] = []
  }

  /// How many threads there are.
  static let threads = 2

  /// How many bytes of each source are still to be read; the threads share the sources out by it.
  private var backlog: [Int: Int64] = [:]
  /// A buffer for each thread.
  private var buffers: [ReadBuffer?] = [nil, nil]
  private let second = DispatchQueue(label: "leeway.second-reader", qos: .userInitiated)

  /// Takes note of how many bytes of each source are to be read. The sources named are those that the two threads read.
  func share(_ backlog: [Int: Int64]) { self.backlog = backlog }

  /// Whether a source is read here.
  func reads(_ source: Int) -> Bool { backlog[source] != nil }

  /// Reads and measures some stretches of the sources that are read here.
  ///
  /// - Parameters:
  ///   - tailer: where the lines come from; nobody else may use it during the call.
  ///   - workers: what measures each source, by its index; a source without is left out, and nothing is read for one alone.
  ///   - byteCount: about how much to read at most.
  ///   - now: the time at which it is read.
  func read(from tailer: Tailer, workers: [Int: SourceWorker], atMost byteCount: Int, now: Timestamp) -> Result {
    let paired = workers.filter { reads($0.key) }
    guard paired.count > 1 else { return Result() }
    let turns = Turns(
      tailer: tailer, workers: paired, homes: homes, buffers: buffers, byteCount: byteCount,
      now: now)
    second.async { turns.run(1) }
    turns.run(0)
    second.sync {}
    let (result, spare) = turns.end()
    buffers = spare
    for (source, count) in result.byteCounts { backlog[source, default: 0] -= Int64(count) }
    return result
  }

  /// Which thread looks at which source first: the greatest backlog goes to the thread with the least to do.
  private var homes: [Int: Int] {
    var load: [Int64] = [0, 0]
    var homes: [Int: Int] = [:]
    for (source, bytes) in backlog.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      let thread = load[1] <= load[0] ? 1 : 0
      homes[source] = thread
      load[thread] += max(0, bytes)
    }
    return homes
  }
}

/// What two threads do in one call of ``PairedReader``.
private final class Turns: Sendable {
  /// `@unchecked Sendable`: it is only used with the lock held, or before the threads begin and after they have ended; what
  /// leaves the lock is proved below.
  private struct State: @unchecked Sendable {
    // The tailer and the buffers are handed from thread to thread by the lock: whoever holds it has exchanged the tailer's
    // buffer for its own and exchanges it back. A worker is used, without the lock, only by the thread whose `at` names
    // its source, and the other thread is given no stretch of a source that is named so.
    let tailer: Tailer
    let workers: [Int: SourceWorker]
    let homes: [Int: Int]
    var buffers: [ReadBuffer?]
    var left: Int
    /// The source that each thread is measuring.
    var at: [Int?] = [nil, nil]
    var result = PairedReader.Result()

    /// Reads a thread's next stretch into its buffer; nil when there is none for it.
    mutating func next(_ thread: Int) -> Stretch? {
      at[thread] = nil
      let tailers = tailer.exchangeBuffer(for: buffers[thread])
      let found = read(for: thread, atHome: true) ?? read(for: thread, atHome: false)
      let buffer = tailer.exchangeBuffer(for: tailers)
      buffers[thread] = buffer
      guard let (chunk, worker) = found else { return nil }
      at[thread] = chunk.source
      result.byteCounts[chunk.source, default: 0] += Int(chunk.endOffset - chunk.startOffset)
      if chunk.isUnterminated { result.unterminated.append(chunk) }
      return Stretch(chunk: chunk, worker: worker, buffer: buffer)
    }

    /// Reads from a source that the other thread is not at.
    private mutating func read(for thread: Int, atHome: Bool) -> (chunk: ChunkInfo, worker: SourceWorker)? {
      let other = at[1 - thread]
      while left > 0 {
        var chunk: ChunkInfo?
        let outcome = tailer.readNext(
          of: { workers[$0] != nil && $0 != other && (!atHome || homes[$0] == thread) },
          { offered, bytes in
            chunk = offered
            return bytes.byteCount
          })
        if let chunk, let worker = workers[chunk.source] {
          left -= Int(chunk.endOffset - chunk.startOffset)
          return (chunk, worker)
        }
        if outcome == .caughtUp { return nil }
        left -= Turns.skippedCost
      }
      return nil
    }
  }

  /// A stretch of lines in the buffer of the thread that measures it.
  private struct Stretch {
    let chunk: ChunkInfo
    let worker: SourceWorker
    let buffer: ReadBuffer
  }

  /// What a call that only passed over an overlong line counts as, in bytes.
  private static let skippedCost = 1 << 20

  private let state: Mutex<State>
  private let now: Timestamp

  init(
    tailer: Tailer, workers: [Int: SourceWorker], homes: [Int: Int], buffers: [ReadBuffer?], byteCount: Int,
    now: Timestamp
  ) {
    state = Mutex(State(tailer: tailer, workers: workers, homes: homes, buffers: buffers, left: byteCount))
    self.now = now
  }
  /// Reads and measures until there is nothing more for a thread.
  func run(_ thread: Int) {
    while let stretch = state.withLock({ $0.next(thread) }) {
      let chunk = stretch.chunk
      let piece = Piece(
        path: chunk.path.description, file: chunk.fileID, offset: chunk.startOffset, isFinal: chunk.isFinal, now: now)
      stretch.buffer.withDelivered { _ = stretch.worker.read($0, of: piece) }
    }
    state.withLock { $0.at[thread] = nil }
  }

  /// What was read, and the buffers, when both threads have ended.
  func end() -> (result: PairedReader.Result, buffers: [ReadBuffer?]) {
    state.withLock { ($0.result, $0.buffers) }
  }
}
