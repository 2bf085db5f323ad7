import Decoding
import Detection
import Domain
import Measures
import Redaction

/// Turns the lines of one source into summaries, and says at which event times its rules are to be evaluated.
///
/// The hot path of the collector: one scan a line, no tree, no copies. Rules step at boundaries of event time: the
/// boundary `T` is due with the first record whose time is at least `T + lateness`, and is evaluated *before* that
/// record counts, so that reading a backlog in large pieces gives what reading it live gave.
struct RecordMeter {
  /// How long a boundary waits for records that are out of order.
  static let lateness: Duration = .seconds(2)
  /// A record further ahead of the ones before it than this, and of the wall clock, is counted but moves no boundary: a
  /// clock that is wrong once must not carry the rules years ahead.
  static let tolerableSkew: Duration = .seconds(86_400)

  private static let tolerableSkewNanoseconds: Int64 = 86_400_000_000_000

  /// The newest event time seen, or nil before the first record.
  private(set) var watermark: Timestamp? { didSet { believedUntil = RecordMeter.believed(after: watermark) } }
  /// Up to where a time is believed without a further look; kept beside the watermark, since every line asks.
  private var believedUntil: Timestamp
  /// The next boundary that has not been evaluated; nil before the first record.
  private(set) var nextBoundary: Timestamp?

  private var scanner: JSONLineScanner
  /// Reads records that are not JSON lines.
  private var reader: RecordReader?
  private var formatWatch = FormatWatch()
  private var formatChanges: [FormatChange] = []
  private var table: FieldTable
  private var bank: MeterBank
  private var times: TimestampReader
  private let timeColumn: Int?
  /// What is kept of records for those of other sources.
  private var capture: PredictionCapture?
  /// Whether anything is kept of records for those of other sources.
  let captures: Bool
  private let step: Duration
  private var due: Timestamp = .distantPast
  /// The last boundary that has been evaluated; records from before it are late.
  private var evaluated: Timestamp = .distantPast
  private var skewedInARow = 0
  private static let believedAfter = 100
  /// Whether boundaries wait until several files have been read, whose records interleave.
  private(set) var isDeferred = false
  /// The earliest event time seen by this process.
  private var earliest: Timestamp?
  /// Records of slots whose rules had been evaluated before they came.
  private(set) var late = 0
  /// Wall time, roughly: what lies beyond may be a wrong clock.
  var wallTime: Timestamp
  private let stepsWithoutData: Int
  private let horizon: Duration

  /// Creates a meter.
  ///
  /// - Parameters:
  ///   - horizon: how far back any rule of the source looks; after as long without records, nothing can change.
  ///   - evaluatedThrough: the last boundary that an earlier process evaluated.
  init(
    setup: SourceSetup, step: Duration, horizon: Duration, watermark: Timestamp?, evaluatedThrough: Timestamp?,
    wallTime: Timestamp
  ) throws {
    self.wallTime = wallTime
    var plan = FieldPlan()
    let redactor = setup.redactor
    bank = try MeterBank(
      definitions: setup.definitions, uses: setup.uses, sparse: setup.rules.sparseMetrics(for: setup.name), plan: &plan,
      labelSetLimit: setup.labelLimit
    ) {
      redactor.text($0, of: $1)
    }
    for path in setup.readFields { _ = plan.column(of: path) }
    captures = !setup.captures.isEmpty
    if captures { capture = PredictionCapture(setup, plan: &plan) }
    timeColumn = setup.time.map { plan.column(of: $0) }
    scanner = JSONLineScanner(plan: plan)
    reader = RecordReader(format: setup.decoder, options: setup.records, plan: plan)
    table = FieldTable(columns: plan.paths.count)
    times = TimestampReader(zone: setup.zone, reference: wallTime)
    self.step = step
    self.watermark = watermark
    believedUntil = RecordMeter.believed(after: watermark)
    self.horizon = horizon
    stepsWithoutData = Int(horizon.nanoseconds / max(1, step.nanoseconds)) + 2
    if let evaluatedThrough { setNextBoundary(evaluatedThrough + step) }
  }

  /// What the meter did with a line.
  enum Outcome {
    case counted
    case timeless
    case skewed
    case malformed
  }

  /// Counts one line; `boundary` is called for every boundary that falls due, before the line counts.
  ///
  /// - Parameters:
  ///   - wide: a span that begins with the line and may go on beyond it.
  ///   - path: the line's file.
  ///   - offset: where the line begins in it.
  @inline(__always)
  mutating func observe(
    _ line: borrowing RawSpan, within wide: borrowing RawSpan, path: @autoclosure () -> String, offset: Int64,
    now: Timestamp?, boundary: (inout RecordMeter, Timestamp) -> Void
  ) -> Outcome {
    guard scanner.scan(line, within: wide, into: &table) else { return .malformed }
    if let change = formatWatch.look(at: line, &scanner, path: path(), offset: offset) {
      formatChanges.append(change)
      formatChanges[formatChanges.count - 1].at = watermark ?? now ?? .epoch
    }
    return take(line, now: now, boundary: boundary)
  }

  /// Counts a line that Leeway has written itself.
  mutating func observe(
    own line: borrowing RawSpan, now: Timestamp?, boundary: (inout RecordMeter, Timestamp) -> Void
  ) -> Outcome {
    guard scanner.scan(line, into: &table) else { return .malformed }
    return take(line, now: now, boundary: boundary)
  }

  /// Counts the record that begins at `start`, of a source whose records are not JSON lines; nil while it goes on beyond
  /// the bytes.
  mutating func observeNext(
    _ bytes: RawSpan, from start: Int, isFinal: Bool, now: Timestamp?, boundary: (inout RecordMeter, Timestamp) -> Void
  ) -> (record: RecordReader.Record, outcome: Outcome?)? {
    guard let record = reader?.next(bytes, from: start, isFinal: isFinal, into: &table) else { return nil }
    switch record.outcome {
    case .passed: return (record, nil)
    case .malformed: return (record, .malformed)
    case .record:
      return (record, take(bytes.extracting(start..<record.end), now: now, boundary: boundary))
    }
  }

  /// Takes what was kept since the last call.
  mutating func takeCaptured() -> [PredictionCapture.Captured] { capture?.take() ?? [] }

  /// Keeps of the record that was counted last what later ones of other sources are compared with.
  mutating func keepCounted(_ line: borrowing RawSpan) {
    guard let at = timeColumn.flatMap({ times.read($0, of: table, in: line) }) ?? watermark else { return }
    capture?.note(table, line: line, at: at)
  }

  /// Whether the source's records are not JSON lines.
  var readsRecords: Bool { reader != nil }

  /// Says which file is read next; see ``RecordReader/begin(file:offset:head:)``. `reference` is near to the times in
  /// it.
  mutating func begin(file: Int64, offset: Int64, reference: Timestamp, head: () -> [UInt8]) {
    times.reference = reference
    reader?.begin(file: file, offset: offset, head: head)
  }

  /// Counts the record in the table.
  @inline(__always)
  private mutating func take(
    _ line: borrowing RawSpan, now: Timestamp?, boundary: (inout RecordMeter, Timestamp) -> Void
  ) -> Outcome {
    var outcome = Outcome.counted
    let at: Timestamp
    if let timeColumn, let stated = times.read(timeColumn, of: table, in: line) {
      at = stated
    } else if timeColumn == nil, let now {
      // Of a source whose records have no time, a record happened when it was read.
      at = now
    } else {
      outcome = .timeless
      at = watermark ?? now ?? .epoch
    }
    if outcome == .timeless || at > believedUntil && isSkewed(at) {
      bank.observe(table, line: line, at: at)
      return outcome == .timeless ? .timeless : .skewed
    }
    skewedInARow = 0
    if earliest.map({ at < $0 }) ?? true { earliest = at }
    if watermark.map({ at > $0 }) ?? true {
      // The boundaries see the watermark of the record before, and with it how long the source was silent.
      if at >= due { advance(to: at, boundary: boundary) }
      watermark = at
    } else if at < evaluated {
      late += 1
    }
    bank.observe(table, line: line, at: at)
    return outcome
  }

  /// Takes the label sets that an earlier process told apart, by metric.
  mutating func restore(labelSets: [String: [Labels]]) { bank.restore(labelSets: labelSets) }

  /// How often a field that a metric reads as a number held something else.
  var fieldErrors: [FieldPath: Int] { bank.fieldErrors }

  /// Whether a time is taken for a wrong clock. A source that says nothing else for a while is believed.
  @inline(never)
  private mutating func isSkewed(_ at: Timestamp) -> Bool {
    guard RecordMeter.isOutlier(at, after: watermark ?? .distantPast, wallTime: wallTime) else { return false }
    skewedInARow += 1
    return watermark != nil || skewedInARow <= RecordMeter.believedAfter
  }

  private static func believed(after watermark: Timestamp?) -> Timestamp {
    guard let watermark else { return .distantPast }
    let (sum, overflow) = watermark.nanoseconds.addingReportingOverflow(tolerableSkewNanoseconds)
    return overflow ? .distantFuture : Timestamp(nanoseconds: sum)
  }

  /// Whether a time lies so far ahead of the one before it, and of the wall clock, that a wrong clock is likelier.
  static func isOutlier(_ at: Timestamp, after watermark: Timestamp, wallTime: Timestamp) -> Bool {
    at > watermark + tolerableSkew && at > wallTime + tolerableSkew
  }

  /// The last boundary that has been evaluated.
  var evaluatedThrough: Timestamp? { nextBoundary.map { $0 - step } }

  /// Lets boundaries wait.
  mutating func deferBoundaries() { isDeferred = true }

  /// Evaluates the boundaries that have waited.
  mutating func releaseBoundaries(boundary: (inout RecordMeter, Timestamp) -> Void) {
    guard isDeferred else { return }
    isDeferred = false
    if nextBoundary == nil, let earliest { setNextBoundary(earliest.floored(to: step) + step) }
    if let watermark { advance(to: watermark, boundary: boundary) }
  }

  /// Evaluates every boundary that is due once event time has reached `instant`.
  mutating func advance(to instant: Timestamp, boundary: (inout RecordMeter, Timestamp) -> Void) {
    guard !isDeferred else { return }
    if nextBoundary == nil { setNextBoundary(instant.floored(to: step) + step) }
    var evaluated = 0
    while let next = nextBoundary, instant >= next + RecordMeter.lateness {
      boundary(&self, next)
      evaluated += 1
      let last = (instant - RecordMeter.lateness).floored(to: step)
      // After as many boundaries without a record as any window is long, every later one would say the same.
      let isQuiet = evaluated > stepsWithoutData && watermark.map { next > $0 + horizon } ?? false
      setNextBoundary(isQuiet && last > next + step ? last : next + step)
    }
  }

  /// Raises the watermark without counting anything.
  mutating func raise(to instant: Timestamp, boundary: (inout RecordMeter, Timestamp) -> Void) {
    guard watermark.map({ instant > $0 }) ?? true, !isSkewed(instant) else { return }
    if instant >= due { advance(to: instant, boundary: boundary) }
    watermark = instant
  }

  /// Evaluates the boundary that closes the newest slot, as at the end of a finished file.
  mutating func finish(boundary: (inout RecordMeter, Timestamp) -> Void) {
    guard let watermark else { return }
    advance(to: watermark.floored(to: step) + step + RecordMeter.lateness, boundary: boundary)
  }

  /// Takes what rules or drift read and has been counted since the last call; see ``MeterBank/drain(_:_:)``.
  mutating func drain(_ use: MeterUse, _ body: (SlotDelta, _ series: Int) -> Void) { bank.drain(use, body) }

  /// Takes what is only stored and has been counted since the last call.
  mutating func takeSealed() -> SealedSlots { bank.takeSealed() }

  /// Gives back slots that are stored.
  mutating func recycle(_ used: consuming SealedSlots) { bank.recycle(used) }

  /// Whether label sets were seen that no ``takeSealed()`` has handed out yet.
  var hasNewLabelSets: Bool { bank.hasNewLabelSets }

  /// Whether everything should be drained to make room; see ``MeterBank/isFull``.
  var isFull: Bool { bank.isFull }

  /// What the operator should know about the metrics, such as a label with too many values.
  var notices: [String] { bank.notices.map { "\($0)" } }

  /// Takes the changes of the lines' form since the last call.
  mutating func takeFormatChanges() -> [FormatChange] {
    defer { formatChanges = [] }
    return formatChanges
  }

  /// How many members came in an order not seen before; see ``JSONLineScanner/unexpectedMembers``.
  var unexpectedMembers: Int { scanner.unexpectedMembers }

  private mutating func setNextBoundary(_ boundary: Timestamp) {
    nextBoundary = boundary
    evaluated = boundary - step
    due = boundary + RecordMeter.lateness
  }
}
