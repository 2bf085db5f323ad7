import Domain
import Settings
import Tailing

/// Runs a file through the tailer and the pipeline, without a store: what a line costs before it is made durable.
public struct PipelineBenchmark {
  private let path: String

  /// Creates a benchmark over a file.
  public init(path: String) {
    self.path = path
  }

  /// Reads the file once and gives the number of lines.
  public func run() throws -> Int {
    let options = CollectorOptions(paths: [path])
    guard let source = options.sources.first else { return 0 }
    let now = SystemWallClock().now()
    let tailer = Tailer(sources: [TailSource(name: source.name, patterns: [path])])
    _ = tailer.reconcile(now: now, finishing: true)
    _ = tailer.takeCheckpoints()
    var worker: SourceWorker?
    var failure: (any Error)?
    var sinceBatch = 0
    var outcome = ReadOutcome.delivered
    while outcome != .caughtUp, failure == nil {
      outcome = tailer.readNext { chunk, bytes in
        if worker == nil {
          let plan = SourceSetupPlan(source: source, configuration: nil, prefix: "")
          let head = bytes.extracting(0..<min(bytes.byteCount, SourceSetupPlan.headLength)).withUnsafeBytes {
            Array($0)
          }
          do {
            let setup = try plan.setup(plan.recognise(head: head, path: path, reference: now))
            worker = try SourceWorker(
              setup: setup, step: options.step, restored: SourceWorker.Restored(), wallTime: SystemWallClock().now())
          } catch { failure = error }
        }
        let piece = Piece(
          path: path, file: chunk.fileID, offset: chunk.startOffset, isFinal: chunk.isFinal, now: now)
        let taken = worker?.read(bytes, of: piece) ?? bytes.byteCount
        sinceBatch += taken
        return taken
      }
      if sinceBatch >= options.commitBytes {
        if let batch = worker?.takeBatch() { worker?.recycle(batch.sealed) }
        sinceBatch = 0
      }
    }
    if let failure { throw failure }
    worker?.finish()
    _ = worker?.takeBatch()
    return worker?.counters.lines ?? 0
  }
}
