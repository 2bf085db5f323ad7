public import Domain

/// What was counted into slots, in the form in which it is stored: one run of bytes for all summaries and one small
/// entry for each, so that sealing some hundred series a slot allocates nothing.
///
/// A slot may come in several pieces, which add up in the order in which they come.
public struct SealedSlots: Sendable {
  /// One piece of one slot of a series.
  public struct Slot: Sendable {
    /// The slot's start.
    public var start: Timestamp
    fileprivate var offset: Int
    fileprivate var length: Int32
    fileprivate var series: Int32
  }

  /// The series by number; a number keeps its meaning in all slots that one ``MeterBank`` seals.
  private(set) var series: [SeriesKey] = []
  private var slots: [Slot] = []
  private var writer = SummaryWriter()
  /// Room for the next slots.
  private var spare: (slots: [Slot], writer: SummaryWriter)?

  /// Creates an empty collection.
  public init() {}

  /// Whether there are no slots.
  public var isEmpty: Bool { slots.isEmpty }

  /// How many pieces of slots there are.
  public var count: Int { slots.count }

  /// Numbers a series.
  mutating func add(_ key: SeriesKey) -> Int32 {
    series.append(key)
    return Int32(truncatingIfNeeded: series.count - 1)
  }

  /// Adds a piece of a slot, whose summary `write` writes.
  @inline(__always)
  mutating func append(series: Int32, start: Timestamp, _ write: (inout SummaryWriter) -> Void) {
    let offset = writer.count
    write(&writer)
    let length = Int32(truncatingIfNeeded: writer.count - offset)
    slots.append(Slot(start: start, offset: offset, length: length, series: series))
  }

  /// Adds what the same bank has sealed later.
  public mutating func append(_ later: SealedSlots) {
    guard !later.isEmpty else { return }
    guard !isEmpty else {
      self = later
      return
    }
    series = later.series
    for slot in later.slots {
      append(series: slot.series, start: slot.start) { writer in
        later.writer.withBytes(slot.range) { writer.append($0.bytes) }
      }
    }
  }

  /// Takes the slots and leaves the series' numbers as they are.
  mutating func take() -> SealedSlots {
    var rest = SealedSlots()
    rest.series = series
    if let (slots, writer) = spare {
      (rest.slots, rest.writer) = (slots, writer)
      spare = nil
    }
    let taken = self
    self = rest
    return taken
  }

  /// Keeps the room of slots that nobody needs any more for those to come.
  mutating func reuse(_ used: consuming SealedSlots) {
    guard spare == nil, used.slots.count <= 1 << 18 else { return }
    var (slots, writer) = (used.slots, used.writer)
    used = SealedSlots()
    slots.removeAll(keepingCapacity: true)
    writer.clear()
    spare = (slots, writer)
  }

  /// Calls `body` with each series that has slots and its slots in order of time, pieces in the order in which they
  /// came.
  public func forEachSeries(_ body: (SeriesKey, ArraySlice<Slot>) throws -> Void) rethrows {
    var ends = Array(repeating: 0, count: series.count + 1)
    for slot in slots { ends[Int(slot.series) + 1] += 1 }
    for number in series.indices { ends[number + 1] += ends[number] }
    var places = ends
    var ordered = slots
    for slot in slots {
      ordered[places[Int(slot.series)]] = slot
      places[Int(slot.series)] += 1
    }
    for number in series.indices where ends[number] < ends[number + 1] {
      let range = ends[number]..<ends[number + 1]
      let isInOrder = range.dropFirst().allSatisfy { ordered[$0 - 1].start <= ordered[$0].start }
      if isInOrder {
        try body(series[number], ordered[range])
      } else {
        let sorted = range.sorted { (ordered[$0].start, $0) < (ordered[$1].start, $1) }.map { ordered[$0] }
        try body(series[number], sorted[...])
      }
    }
  }

  /// Lends the stored form of a slot's summary.
  public func withBytes<Result>(of slot: Slot, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try writer.withBytes(slot.range, body)
  }

  /// The stored form of a slot's summary.
  public func bytes(of slot: Slot) -> [UInt8] { writer.bytes(slot.range) }

  /// A slot's summary.
  public func summary(of slot: Slot) throws(SummaryError) -> Summary { try Summary(decoding: bytes(of: slot)) }

  /// The slots as values, sorted by start, then series; pieces are put together.
  public func deltas() throws(SummaryError) -> [SlotDelta] {
    var deltas: [(delta: SlotDelta, labels: String)] = []
    var failure: SummaryError?
    forEachSeries { key, slots in
      let labels = key.labels.description
      var previous: Timestamp?
      for slot in slots {
        do throws(SummaryError) {
          let summary = try summary(of: slot)
          if previous == slot.start {
            deltas[deltas.count - 1].delta.summary.merge(summary)
          } else {
            deltas.append((SlotDelta(series: key, start: slot.start, summary: summary), labels))
          }
          previous = slot.start
        } catch { failure = error }
      }
    }
    if let failure { throw failure }
    return deltas.sorted {
      ($0.delta.start, $0.delta.series.metric, $0.labels) < ($1.delta.start, $1.delta.series.metric, $1.labels)
    }.map(\.delta)
  }
}

extension SealedSlots.Slot {
  fileprivate var range: Range<Int> { offset..<offset + Int(length) }
}
