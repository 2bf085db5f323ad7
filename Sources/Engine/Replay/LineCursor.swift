import Domain
import Tailing

/// A place in a file whose records are taken one by one, with the time of the next one.
struct LineCursor {
  let source: Int
  private let order: Int
  private let input: Replayer.Input
  private let ranges: [(start: Int, length: Int)]
  private let times: [Timestamp]
  private var index = 0

  init(source: Int, order: Int, input: Replayer.Input, worker: SourceWorker, wallTime: Timestamp) {
    self.source = source
    self.order = order
    self.input = input
    var ranges: [(start: Int, length: Int)] = []
    var times: [Timestamp] = []
    var clock = LineClock(setup: worker.setup, reference: min(wallTime, input.modified ?? wallTime))
    var last = Timestamp.distantPast
    clock.forEachRecord(of: input.bytes.span.bytes) { start, end, time in
      // A file keeps its own order: a line that is late is taken where it stands.
      if let time, !RecordMeter.isOutlier(time, after: last, wallTime: wallTime) { last = max(last, time) }
      ranges.append((start, end - start))
      times.append(last)
    }
    self.ranges = ranges
    self.times = times
  }

  var isAtEnd: Bool { index >= ranges.count }

  /// The time of the next record; `distantPast` while no record had one.
  var next: Timestamp? { isAtEnd ? nil : times[index] }

  func precedes(_ other: LineCursor) -> Bool {
    (next ?? .distantFuture, order) < (other.next ?? .distantFuture, other.order)
  }

  func deliver(to worker: SourceWorker?) {
    let range = ranges[index]
    _ = worker?.read(
      input.bytes.span.bytes.extracting(range.start..<(range.start + range.length)),
      of: Piece(path: input.path, file: Int64(order), offset: Int64(range.start), modified: input.modified))
  }

  mutating func advance() { index += 1 }
}
