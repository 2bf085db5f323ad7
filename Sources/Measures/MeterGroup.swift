import Domain
import Expressions

/// The meters of one source that share the same labels: a line's label set is looked up once for all of them.
struct MeterGroup {
  /// How many accumulators of each sort a label set has.
  struct Cells {
    var scalars = 0
    var distributions = 0
    var words = 0
  }

  /// A summary that waits for the next drain.
  struct Pending {
    var start: Timestamp
    var rank: Int
    var meter: Int
    var set: Int
    var summary: Summary
  }

  /// How many slots are open at once: late lines alternate with timely ones at the end of a slot.
  private static let openSlots = 4

  /// The labels that the meters share.
  let labels: [LabelDefinition]
  private(set) var meters: [Meter] = []
  private(set) var sets: LabelSets
  private var cells = Cells()
  private var slots: [SlotMeters] = []
  private var current = 0
  private var uses = 0
  private var pending: [Pending] = []

  init(labels: [LabelDefinition], columns: [Int], limit: Int, filter: TextFilter?) {
    self.labels = labels
    sets = LabelSets(labels, columns: columns, limit: limit, filter: filter)
  }

  /// Takes label sets that an earlier process told apart.
  mutating func restore(_ known: [Labels]) { sets.restore(known) }

  /// Adds a meter of a metric that was checked to have what its kind needs.
  mutating func add(
    _ definition: MetricDefinition, _ readings: inout LineReadings, plan: inout FieldPlan
  ) throws(MeterError) {
    let predicate = try index(of: definition.predicate, of: definition, &readings, &plan)
    let action: Meter.Action
    let cell: Int
    switch (definition.kind, definition.field) {
    case (.counter, nil): (action, cell) = (.count, cells.scalars)
    case (.counter, let field?):
      (action, cell) = (.sum(number: readings.numberIndex(of: field, plan: &plan)), cells.scalars)
    case (.gauge, let field?):
      (action, cell) = (.gauge(number: readings.numberIndex(of: field, plan: &plan)), cells.scalars)
    case (.distribution, let field?):
      (action, cell) = (.distribution(number: readings.numberIndex(of: field, plan: &plan)), cells.distributions)
    case (.ratio, let field):
      let denominator = try index(of: definition.denominator, of: definition, &readings, &plan)
      let flag = definition.predicate == nil ? field.map { plan.column(of: $0) } : nil
      guard predicate != nil || flag != nil else { throw .missingCondition(metric: definition.name) }
      if let flag { readings.noteColumn(flag) }
      (action, cell) = (.ratio(denominator: denominator, flag: flag), cells.scalars)
    case (.category, let field?):
      (action, cell) = (.category(words: readings.wordIndex(of: field, plan: &plan)), cells.words)
    case (.gauge, nil), (.distribution, nil), (.category, nil):
      throw .missingField(metric: definition.name, kind: definition.kind)
    }
    switch definition.kind {
    case .counter, .gauge, .ratio: cells.scalars += 1
    case .distribution: cells.distributions += 1
    case .category: cells.words += 1
    }
    meters.append(Meter(name: definition.name, action: action, predicate: predicate, cell: cell))
  }

  private func index(
    of predicate: Predicate?, of definition: MetricDefinition, _ readings: inout LineReadings, _ plan: inout FieldPlan
  ) throws(MeterError) -> Int? {
    guard let predicate else { return nil }
    do {
      return try readings.index(of: predicate, plan: &plan)
    } catch {
      throw .condition(metric: definition.name, reason: error.description)
    }
  }

  /// Counts a line into the slot that starts at `start`.
  @inline(__always)
  mutating func observe(
    _ readings: borrowing LineReadings, _ table: borrowing FieldTable, _ line: borrowing RawSpan, at: Timestamp,
    start: Timestamp
  ) {
    let set = sets.number(table, line)
    if current >= slots.count || slots[current].start != start { select(start, readings) }
    slots[current].record(set, meters, cells: cells, readings, table, line, at: at)
  }

  private mutating func select(_ start: Timestamp, _ readings: borrowing LineReadings) {
    uses &+= 1
    if let index = slots.firstIndex(where: { $0.start == start }) {
      current = index
    } else if slots.count < MeterGroup.openSlots {
      slots.append(SlotMeters())
      current = slots.count - 1
    } else {
      current = slots.indices.min { slots[$0].lastUse < slots[$1].lastUse } ?? 0
      seal(current, readings)
    }
    slots[current].start = start
    slots[current].lastUse = uses
  }

  private mutating func seal(_ slot: Int, _ readings: borrowing LineReadings) {
    let start = slots[slot].start
    var sealed: [Pending] = []
    slots[slot].drain(meters, cells: cells, interners: readings.interners) { set, meter, summary in
      sealed.append(Pending(start: start, rank: 0, meter: meter, set: set, summary: summary))
    }
    pending.append(contentsOf: sealed)
  }

  /// Everything since the last drain, in no particular order, a series' slot at most once.
  mutating func drain(_ readings: borrowing LineReadings) -> [SlotDelta] {
    for slot in slots.indices { seal(slot, readings) }
    sets.rank()
    var drained = pending
    pending.removeAll(keepingCapacity: true)
    for index in drained.indices { drained[index].rank = sets.ranks[drained[index].set] }
    drained.sort { ($0.start, $0.meter, $0.rank) < ($1.start, $1.meter, $1.rank) }
    var deltas: [SlotDelta] = []
    deltas.reserveCapacity(drained.count)
    var previous: Pending?
    for next in drained {
      if let previous, previous.start == next.start, previous.meter == next.meter, previous.set == next.set {
        deltas[deltas.count - 1].summary.merge(next.summary)
      } else {
        let key = SeriesKey(metric: meters[next.meter].name, labels: sets.all[next.set])
        deltas.append(SlotDelta(series: key, start: next.start, summary: next.summary))
      }
      previous = next
    }
    return deltas
  }

  /// Whether a field is `true`, or text that says so.
  @inline(__always)
  static func isTrue(_ field: RawField, _ line: borrowing RawSpan) -> Bool {
    switch field.kind {
    case .isTrue: return true
    case .string:
      let bytes = RawFieldBytes(field, lineLength: line.byteCount)
      guard bytes.end - bytes.start == 4 else { return false }
      // "true" in either case, as CSV writers put it.
      let word = line.unsafeLoadUnaligned(fromByteOffset: bytes.start, as: UInt32.self)
      return UInt32(littleEndian: word) | 0x2020_2020 == 0x6575_7274
    default: return false
    }
  }
}
