import Decoding
import Detection
import Domain
import Glibc
import Measures
import Settings
import Synchronization
import Tailing

/// How long it takes from the append of a line until it has been counted: one thread appends to a file, another one
/// follows it as the collector does.
public struct LatencyBenchmark {
  private let path: String
  private let clock = SystemMonotonicClock()

  /// Creates a benchmark over a file that it may append to, which holds some lines already.
  public init(path: String) {
    self.path = path
  }

  /// Appends a line so and so many times and gives how long each of them took, in seconds, ascending.
  ///
  /// - Parameters:
  ///   - line: what is appended, with its line feed.
  ///   - pause: how long the writer sleeps after each.
  ///   - start: runs the writer on a thread of its own.
  public func run(
    _ appends: Int, of line: [UInt8], pause: Duration, start: (@escaping @Sendable () -> Void) -> Void
  ) throws -> [Double] {
    let options = CollectorOptions(paths: [path])
    guard let source = options.sources.first else { return [] }
    let tailer = Tailer(sources: [TailSource(name: source.name, patterns: [path])])
    let plan = SourceSetupPlan(source: source, configuration: nil, prefix: "")
    var worker: SourceWorker?
    var failure: (any Error)?
    func read() {
      while failure == nil {
        let now = SystemWallClock().now()
        let outcome = tailer.readNext { chunk, bytes in
          if worker == nil {
            let head = bytes.extracting(0..<min(bytes.byteCount, SourceSetupPlan.headLength)).withUnsafeBytes {
              Array($0)
            }
            do {
              let setup = try plan.setup(plan.recognise(head: head, path: path, reference: now))
              worker = try SourceWorker(
                setup: setup, step: options.step, restored: SourceWorker.Restored(), wallTime: now)
            } catch { failure = error }
          }
          let piece = Piece(path: path, file: chunk.fileID, offset: chunk.startOffset, isFinal: chunk.isFinal, now: now)
          return worker?.read(bytes, of: piece) ?? bytes.byteCount
        }
        if outcome == .caughtUp { return }
      }
    }
    func look() {
      _ = tailer.reconcile(now: SystemWallClock().now())
      _ = tailer.takeCheckpoints()
      read()
    }
    look()
    let before = worker?.counters.lines ?? 0
    let (file, clock) = (path, clock)
    let shared = Shared()
    start {
      let descriptor = open(file, O_WRONLY | O_APPEND | O_CLOEXEC)
      defer { close(descriptor) }
      var rest = timespec(tv_sec: 0, tv_nsec: Int(pause.nanoseconds % 1_000_000_000))
      for _ in 0..<appends {
        nanosleep(&rest, nil)
        shared.written.withLock { $0.append(clock.elapsed()) }
        _ = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      }
    }
    var latencies: [Double] = []
    let end = clock.elapsed() + .seconds(30)
    while latencies.count < appends, clock.elapsed() < end, failure == nil {
      if tailer.needsReconcile { look() }
      _ = tailer.wait(timeout: .seconds(1))
      read()
      let now = clock.elapsed()
      let counted = (worker?.counters.lines ?? 0) - before
      let times = shared.written.withLock { $0 }
      while latencies.count < min(counted, times.count) { latencies.append((now - times[latencies.count]).inSeconds) }
      _ = worker?.takeBatch()
    }
    if let failure { throw failure }
    return latencies.sorted()
  }

  /// When each line was about to be written.
  private final class Shared: Sendable {
    let written = Mutex<[Duration]>([])
  }
}
