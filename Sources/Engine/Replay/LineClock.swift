import Decoding
import Domain
import Tailing

/// Reads the times of a file's records without counting them, to put the records of several files in order.
struct LineClock {
  private var scanner: JSONLineScanner
  private var reader: RecordReader?
  private var table: FieldTable
  private var times: TimestampReader
  private let column: Int?
  private var lines: TraceLines?
  private let exports = OTLPExportDecoder()
  private var pages: PrometheusReader?
  private let reference: Timestamp

  init(setup: SourceSetup, reference: Timestamp) {
    var plan = FieldPlan()
    column = setup.time.map { plan.column(of: $0) }
    scanner = JSONLineScanner(plan: plan)
    reader = RecordReader(format: setup.decoder, options: setup.records, plan: plan)
    table = FieldTable(columns: plan.paths.count)
    times = TimestampReader(zone: setup.zone, reference: reference)
    lines = setup.decoder == .otlp ? TraceLines() : nil
    pages = setup.decoder == .prometheus ? PrometheusReader(zone: setup.zone) : nil
    self.reference = reference
  }

  /// Calls with the place of each record and its time; nil where it has none.
  mutating func forEachRecord(of bytes: RawSpan, _ body: (_ start: Int, _ end: Int, _ time: Timestamp?) -> Void) {
    if pages != nil {
      var start = 0
      while let family = pages?.next(bytes, from: start, isFinal: true) {
        body(start, family.next, family.points.compactMap(\.at).max() ?? reference)
        start = family.next
      }
      return
    }
    guard reader != nil else {
      LineSplitter.forEachRange(of: bytes) { start, length in
        body(start, start + length, time(of: bytes.extracting(start..<(start + length))))
      }
      return
    }
    reader?.begin(file: 0, offset: 0, head: { [] })
    var start = 0
    while let record = reader?.next(bytes, from: start, isFinal: true, into: &table) {
      var time: Timestamp?
      if let column, record.outcome == .record {
        time = times.read(column, of: table, in: bytes.extracting(start..<record.end))
      }
      body(start, record.next, time)
      start = record.next
    }
  }

  /// The time of a record, or the newest one in a batch; nil when there is none.
  private mutating func time(of line: borrowing RawSpan) -> Timestamp? {
    if lines != nil {
      let spans = lines?.decode(line, path: "").spans ?? []
      let export = exports.decode(line)
      let logs = export.logs.compactMap { $0["ts"]?.integer.map(Timestamp.init(nanoseconds:)) }
      return (spans.compactMap { $0.end ?? $0.start } + logs + export.points.compactMap(\.at)).max()
    }
    guard let column, scanner.scan(line, into: &table) else { return nil }
    return times.read(column, of: table, in: line)
  }
}
