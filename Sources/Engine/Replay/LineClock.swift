import Decoding
import Domain

/// Reads the time of a line without counting it, to put the lines of several files in order.
struct LineClock {
  private var scanner: JSONLineScanner
  private var table: FieldTable
  private var times = TimestampReader()
  private let column: Int?
  private let decoder: OTLPTraceDecoder?

  init(setup: SourceSetup) {
    var plan = FieldPlan()
    column = setup.time.map { plan.column(of: $0) }
    scanner = JSONLineScanner(plan: plan)
    table = FieldTable(columns: plan.paths.count)
    decoder = setup.decoder == .otlp ? OTLPTraceDecoder() : nil
  }

  /// The time of a record, or the newest end of a batch's spans; nil when there is none.
  mutating func time(of line: borrowing RawSpan) -> Timestamp? {
    if let decoder { return decoder.decode(line).spans.compactMap { $0.end ?? $0.start }.max() }
    guard let column, scanner.scan(line, into: &table) else { return nil }
    return times.read(column, of: table, in: line)
  }
}
