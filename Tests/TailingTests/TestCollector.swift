import Domain
import Glibc

@testable import Tailing

/// What a collector does with a tailer: counts lines and stores checkpoints together, and starts again from them.
final class TestCollector {
  private let sources: [TailSource]
  private let options: TailerOptions
  private(set) var tailer: Tailer
  private(set) var stored: [Int64: FileCheckpoint] = [:]
  /// Every counted line.
  private(set) var lines: [String] = []
  /// What of an offer is taken: everything, unless a test holds something back.
  var take: (ChunkInfo, [UInt8]) -> Int = { $1.count }
  private(set) var chunks: [ChunkInfo] = []
  private(set) var events: [TailEvent] = []
  var now: Timestamp

  init(_ sources: [TailSource], options: TailerOptions = TailerOptions()) {
    self.sources = sources
    self.options = options
    tailer = Tailer(sources: sources, options: options)
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    now = Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }

  convenience init(_ patterns: String..., start: TailSource.Start = .beginning) {
    self.init([TailSource(name: "app", patterns: patterns, start: start)])
  }

  /// One round of the collector's loop after some time.
  func turn(after seconds: Double = 1, finishing: Bool = false, chunkLimit: Int = .max) {
    now = now + .nanoseconds(Int64(seconds * 1e9))
    keep(tailer.reconcile(now: now, finishing: finishing))
    store()
    read(limit: chunkLimit)
    var rounds = 0
    while tailer.needsReconcile, rounds < 8 {
      rounds += 1
      keep(tailer.reconcile(now: now, finishing: finishing))
      store()
      read(limit: chunkLimit)
    }
  }

  func read(limit: Int = .max) {
    var left = limit
    while left > 0 {
      left -= 1
      let outcome = tailer.readNext { info, bytes in
        chunks.append(info)
        let taken = take(info, bytes.withUnsafeBytes { Array($0) })
        LineSplitter.forEachLine(of: bytes.extracting(0..<taken), fileOffset: info.startOffset) { line in
          lines.append(String(decoding: line.withUnsafeBytes { Array($0) }, as: UTF8.self))
        }
        return taken
      }
      if outcome == .caughtUp { break }
    }
    keep(tailer.takeEvents())
    store()
  }

  /// Starts again from what is stored.
  func restart() {
    tailer = Tailer(sources: sources, restored: stored.values.sorted { $0.fileID < $1.fileID }, options: options)
  }

  private func keep(_ new: [TailEvent]) {
    events += new
    for case .forgotten(let id) in new { stored[id] = nil }
  }

  private func store() {
    for checkpoint in tailer.takeCheckpoints() {
      // Through its bytes, as a database keeps it.
      stored[checkpoint.fileID] = FileCheckpoint(encoded: checkpoint.encoded)
    }
  }

  var gaps: [Gap] {
    events.compactMap { event in
      if case .gap(let gap) = event { gap } else { nil }
    }
  }

  var refusals: [String] {
    events.compactMap { event in
      if case .refused(_, _, let reason) = event { reason } else { nil }
    }
  }

  func states(_ suffix: String) -> [FileStatus.State] {
    tailer.statuses.filter { $0.path.description.hasSuffix(suffix) }.map(\.state)
  }

  /// Descriptors of files that no longer have a name, held by the collector.
  var openFileCount: Int { tailer.openFiles.count }
}
