import Domain

/// The accumulators of one group's meters for one slot, in flat arrays by label set, then meter. Reused from slot to
/// slot, so that the usual line allocates nothing.
struct SlotMeters {
  /// Counts and sums of counters, gauges and ratios.
  struct Scalar {
    var count = 0
    var sum = 0.0
    var minimum = Double.infinity
    var maximum = -Double.infinity
    var last = 0.0
    var lastAt = Timestamp.distantPast
    var numerator = 0
  }

  /// The slot's start.
  var start = Timestamp.distantPast
  /// When the slot was last written to, on the group's own count; the slot left alone for longest makes room.
  var lastUse = 0
  private(set) var touched: [Int32] = []
  private var isTouched: [Bool] = []
  private var scalars: [Scalar] = []
  private var distributions: [DistributionAccumulator] = []
  /// Counts by interned word.
  private var words: [[Int]] = []

  /// Adds a line to the accumulators of a label set.
  @inline(__always)
  mutating func record(
    _ set: Int, _ meters: [Meter], cells: MeterGroup.Cells, _ readings: borrowing LineReadings,
    _ table: borrowing FieldTable, _ line: borrowing RawSpan, at: Timestamp
  ) {
    if set >= isTouched.count || !isTouched[set] { touch(set, cells) }
    for meter in meters {
      if let predicate = meter.predicate, !readings.holds[predicate] {
        guard case .ratio(let denominator, _) = meter.action else { continue }
        let index = set &* cells.scalars &+ meter.cell
        if denominator.map({ readings.holds[$0] }) ?? true { scalars[index].count &+= 1 }
        continue
      }
      switch meter.action {
      case .count:
        let index = set &* cells.scalars &+ meter.cell
        scalars[index].count &+= 1
        scalars[index].sum += 1
      case .sum(let number):
        let value = readings.numbers[number]
        guard !value.isNaN else { continue }
        let index = set &* cells.scalars &+ meter.cell
        scalars[index].count &+= 1
        scalars[index].sum += value.magnitude <= Bounds.largest ? value : Bounds.value(value)
      case .gauge(let number):
        let value = readings.numbers[number]
        guard !value.isNaN else { continue }
        gauge(Bounds.value(value), at, set &* cells.scalars &+ meter.cell)
      case .distribution(let number):
        let value = readings.numbers[number]
        guard !value.isNaN else { continue }
        distributions[set &* cells.distributions &+ meter.cell].insert(value, bucket: readings.buckets[number])
      case .ratio(let denominator, let flag):
        if let denominator, !readings.holds[denominator] { continue }
        let index = set &* cells.scalars &+ meter.cell
        scalars[index].count &+= 1
        if let flag, !MeterGroup.isTrue(table.fields[flag], line) { continue }
        scalars[index].numerator &+= 1
      case .category(let word):
        let value = readings.words[word]
        guard value >= 0 else { continue }
        let index = set &* cells.words &+ meter.cell
        if value >= words[index].count {
          words[index].append(contentsOf: repeatElement(0, count: value - words[index].count + 1))
        }
        words[index][value] &+= 1
      }
    }
  }

  @inline(__always)
  private mutating func gauge(_ value: Double, _ at: Timestamp, _ index: Int) {
    scalars[index].count &+= 1
    scalars[index].sum += value
    if value < scalars[index].minimum { scalars[index].minimum = value }
    if value > scalars[index].maximum { scalars[index].maximum = value }
    if (at, value) > (scalars[index].lastAt, scalars[index].last) || scalars[index].count == 1 {
      scalars[index].last = value
      scalars[index].lastAt = at
    }
  }

  private mutating func touch(_ set: Int, _ cells: MeterGroup.Cells) {
    while isTouched.count <= set {
      isTouched.append(false)
      scalars.append(contentsOf: repeatElement(Scalar(), count: cells.scalars))
      distributions.append(contentsOf: repeatElement(DistributionAccumulator(), count: cells.distributions))
      words.append(contentsOf: repeatElement([], count: cells.words))
    }
    isTouched[set] = true
    touched.append(Int32(truncatingIfNeeded: set))
  }

  /// Calls `body` with the summary of every meter of every label set that has any, and forgets all of it.
  mutating func drain(
    _ meters: [Meter], cells: MeterGroup.Cells, interners: [WordInterner],
    _ body: (_ set: Int, _ meter: Int, Summary) -> Void
  ) {
    for set in touched.lazy.map(Int.init) {
      for (number, meter) in meters.enumerated() {
        switch meter.action {
        case .count, .sum, .gauge, .ratio:
          let index = set * cells.scalars + meter.cell
          if let summary = SlotMeters.summary(scalars[index], meter.action) { body(set, number, summary) }
          scalars[index] = Scalar()
        case .distribution:
          let index = set * cells.distributions + meter.cell
          guard !distributions[index].isEmpty else { continue }
          body(set, number, .distribution(distributions[index].summary()))
          distributions[index].reset()
        case .category(let interner):
          let index = set * cells.words + meter.cell
          if let summary = SlotMeters.summary(words[index], interners[interner].texts) { body(set, number, summary) }
          words[index].removeAll(keepingCapacity: true)
        }
      }
      isTouched[set] = false
    }
    touched.removeAll(keepingCapacity: true)
  }

  private static func summary(_ scalar: Scalar, _ action: Meter.Action) -> Summary? {
    switch action {
    // Records were seen: that none of them counted is a known zero.
    case .count, .sum: return .counter(CounterSummary(count: scalar.count, sum: scalar.sum))
    case .gauge:
      guard scalar.count > 0 else { return nil }
      return .gauge(
        GaugeSummary(
          count: scalar.count, sum: scalar.sum, minimum: scalar.minimum, maximum: scalar.maximum, last: scalar.last,
          lastAt: scalar.lastAt))
    case .ratio:
      guard scalar.count > 0 else { return nil }
      return .ratio(RatioSummary(numerator: scalar.numerator, denominator: scalar.count))
    case .distribution, .category: return nil
    }
  }

  private static func summary(_ counts: [Int], _ texts: [String?]) -> Summary? {
    var byText: [String: Int] = [:]
    var other = 0
    for (word, count) in counts.enumerated() where count > 0 {
      if let text = texts[word] { byText[text] = Bounds.sum(byText[text] ?? 0, count) } else { other += count }
    }
    guard other > 0 || !byText.isEmpty else { return nil }
    return .category(CategorySummary(counts: byText, other: other))
  }
}
