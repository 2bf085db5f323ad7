import Domain
import Tailing

/// A place in a file whose lines are taken one by one, with the time of the next line.
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
    var clock = LineClock(setup: worker.setup)
    var last = Timestamp.distantPast
    LineSplitter.forEachRange(of: input.bytes.span.bytes) { start, length in
      let line = input.bytes.span.bytes.extracting(start..<(start + length))
      // A file keeps its own order: a line that is late is taken where it stands.
      if let time = clock.time(of: line),
        !RecordMeter.isOutlier(time, after: last, wallTime: wallTime)
      {
        last = max(last, time)
      }
      ranges.append((start, length))
      times.append(last)
    }
    self.ranges = ranges
    self.times = times
  }

  var isAtEnd: Bool { index >= ranges.count }

  /// The time of the next line; `distantPast` while no line had one.
  var next: Timestamp? { isAtEnd ? nil : times[index] }

  func precedes(_ other: LineCursor) -> Bool {
    (next ?? .distantFuture, order) < (other.next ?? .distantFuture, other.order)
  }

  func deliver(to worker: SourceWorker?) {
    let range = ranges[index]
    worker?.read(
      input.bytes.span.bytes.extracting(range.start..<(range.start + range.length)), path: input.path,
      offset: Int64(range.start), now: nil, loadRun: { _ in nil })
  }

  mutating func advance() { index += 1 }
}
