import Domain
import Expressions

/// The meters of one source that share the same labels: a line's label set is looked up once for all of them.
struct MeterGroup {
  /// The meters by the sort of their accumulators.
  struct Meters {
    fileprivate(set) var scalars: [ScalarMeter] = []
    fileprivate(set) var distributions: [ValueMeter] = []
    fileprivate(set) var categories: [ValueMeter] = []
  }

  /// A summary that waits for the next drain.
  struct Pending {
    var start: Timestamp
    var meter: Int
    var set: Int
    var summary: Summary
  }

  /// How many slots are open at once: late lines alternate with timely ones at the end of a slot.
  private static let openSlots = 4

  /// The labels that the meters share.
  let labels: [LabelDefinition]
  /// What the group's slots are for.
  let use: MeterUse
  private(set) var names: [String] = []
  private(set) var sets: LabelSets
  private var meters = Meters()
  private var slots: [SlotMeters] = []
  private var current = 0
  private var uses = 0
  private var pending: [Pending] = []
  /// The number of each series by label set, then meter; -1 before the series was first sealed.
  private var series: [Int32] = []

  init(labels: [LabelDefinition], columns: [Int], words: [Int], limit: Int, use: MeterUse, filter: TextFilter?) {
    self.labels = labels
    self.use = use
    sets = LabelSets(labels, columns: columns, words: words, limit: limit, filter: filter)
  }

  /// Takes label sets that an earlier process told apart.
  mutating func restore(_ known: [Labels]) { sets.restore(known) }

  /// Adds a meter of a metric that was checked to have what its kind needs.
  mutating func add(
    _ definition: MetricDefinition, isSparse: Bool, _ readings: inout LineReadings, plan: inout FieldPlan
  ) throws(MeterError) {
    let predicate = try index(of: definition.predicate, of: definition, &readings, &plan)
    let meter = names.count
    func scalar(_ action: ScalarMeter.Action) {
      meters.scalars.append(ScalarMeter(action: action, predicate: predicate ?? -1, meter: meter, isSparse: isSparse))
    }
    switch (definition.kind, definition.field) {
    case (.counter, nil): scalar(.count)
    case (.counter, let field?): scalar(.sum(number: readings.numberIndex(of: field, plan: &plan)))
    case (.gauge, let field?): scalar(.gauge(number: readings.numberIndex(of: field, plan: &plan)))
    case (.distribution, let field?):
      let number = readings.numberIndex(of: field, isBucketed: true, plan: &plan)
      meters.distributions.append(ValueMeter(value: number, predicate: predicate ?? -1, meter: meter))
    case (.ratio, let field):
      let denominator = try index(of: definition.denominator, of: definition, &readings, &plan)
      let flag = definition.predicate == nil ? field.map { plan.column(of: $0) } : nil
      guard predicate != nil || flag != nil else { throw .missingCondition(metric: definition.name) }
      if let flag { readings.noteColumn(flag) }
      scalar(.ratio(denominator: denominator, flag: flag))
    case (.category, let field?):
      let word = readings.wordIndex(of: field, column: plan.column(of: field), isLabel: false)
      meters.categories.append(ValueMeter(value: word, predicate: predicate ?? -1, meter: meter))
    case (.gauge, nil), (.distribution, nil), (.category, nil):
      throw .missingField(metric: definition.name, kind: definition.kind)
    }
    names.append(definition.name)
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
    start: Timestamp, sealed: inout SealedSlots
  ) {
    let set = sets.number(readings, table, line)
    if current >= slots.count || slots[current].start != start { select(start, readings, &sealed) }
    slots[current].record(set, meters, readings, table, line, at: at)
  }

  private mutating func select(_ start: Timestamp, _ readings: borrowing LineReadings, _ sealed: inout SealedSlots) {
    uses &+= 1
    if let index = slots.firstIndex(where: { $0.start == start }) {
      current = index
    } else if slots.count < MeterGroup.openSlots {
      slots.append(SlotMeters())
      current = slots.count - 1
    } else {
      current = slots.indices.min { slots[$0].lastUse < slots[$1].lastUse } ?? 0
      close(current, readings, &sealed)
    }
    slots[current].start = start
    slots[current].lastUse = uses
  }

  private mutating func close(_ slot: Int, _ readings: borrowing LineReadings, _ sealed: inout SealedSlots) {
    if use != .stored {
      let start = slots[slot].start
      slots[slot].drain(meters, interners: readings.interners) { set, meter, summary in
        pending.append(Pending(start: start, meter: meter, set: set, summary: summary))
      }
      return
    }
    let missing = sets.all.count * names.count - series.count
    if missing > 0 { series.append(contentsOf: repeatElement(-1, count: missing)) }
    slots[slot].seal(meters, interners: readings.interners, to: &sealed) { sealed, set, meter in
      let index = set * names.count + meter
      if series[index] < 0 {
        series[index] = sealed.add(SeriesKey(metric: names[meter], labels: sets.all[set]))
      }
      return series[index]
    }
  }

  /// The series of a meter and a label set.
  func key(meter: Int, set: Int) -> SeriesKey { SeriesKey(metric: names[meter], labels: sets.all[set]) }

  /// Whether nothing waits for a drain.
  var isDrained: Bool { pending.isEmpty && slots.allSatisfy(\.touched.isEmpty) }

  /// Seals everything that is open.
  mutating func seal(_ readings: borrowing LineReadings, to sealed: inout SealedSlots) {
    for slot in slots.indices where !slots[slot].touched.isEmpty { close(slot, readings, &sealed) }
  }

  /// Calls `body` with everything since the last drain of a watched group, in any order, with the set's place in the
  /// order of sets; a series' slot may come in several parts.
  mutating func drain(_ readings: borrowing LineReadings, _ body: (Pending, _ rank: Int) -> Void) {
    var unused = SealedSlots()
    for slot in slots.indices where !slots[slot].touched.isEmpty { close(slot, readings, &unused) }
    guard !pending.isEmpty else { return }
    sets.rank()
    for part in pending { body(part, sets.ranks[part.set]) }
    pending.removeAll(keepingCapacity: true)
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
