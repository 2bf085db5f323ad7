public import Domain

/// A part of a series' slot on its way out of the meters, with what it is sorted by.
private struct DrainedPart {
  var start: Timestamp
  /// The place of the metric in the order of names, then that of the labels.
  var order: Int
  /// Group, meter and label set in one.
  var series: Int
  /// The index of the summary.
  var summary: Int

  static func series(group: Int, meter: Int, set: Int) -> Int { group << 48 | meter << 32 | set }

  var group: Int { series >> 48 }

  var meter: Int { series >> 32 & 0xFFFF }

  var set: Int { series & 0xFFFF_FFFF }
}

/// Measures all metrics of one source: takes its lines one by one and hands out what they add to the slots.
///
/// Metrics with the same labels share one look-up of the label set; conditions and numbers that several metrics read
/// are read once a line. The usual line touches flat arrays only and allocates nothing.
///
/// Lines may come in any order of event time. A label that a record lacks is left out of its label set; beyond
/// `labelSetLimit` sets, new ones are counted under the value `other` in every label. Ratios count a record in the
/// numerator only when it is in the denominator. Where records were seen but none met a counter's condition, the
/// counter is a known zero.
public struct MeterBank: Sendable {
  private var groups: [MeterGroup] = []
  private var readings: LineReadings
  private var sealed = SealedSlots()
  private var knownSets = 0
  /// The place of every metric in the order of names, by group, then meter.
  private var ranks: [[Int]] = []

  /// How many label sets of a metric are told apart where nothing else is said.
  public static let usualLabelSetLimit = 1_000

  /// Makes the metrics ready; the fields that they read get columns of `plan`.
  ///
  /// - Parameters:
  ///   - uses: what metrics are for that are not only stored.
  ///   - sparse: watched counters of which a slot that counts nothing is left out.
  ///   - filter: what becomes of labels' values and of words before they are kept; asked once for each new one.
  public init(
    definitions: [MetricDefinition], uses: [String: MeterUse] = [:], sparse: Set<String> = [], plan: inout FieldPlan,
    labelSetLimit: Int = MeterBank.usualLabelSetLimit, filter: TextFilter? = nil
  ) throws(MeterError) {
    readings = LineReadings(filter: filter)
    var names: Set<String> = []
    for definition in definitions {
      guard names.insert(definition.name).inserted else { throw .repeatedName(metric: definition.name) }
      let use = uses[definition.name] ?? .stored
      let limit = max(1, definition.labelLimit ?? labelSetLimit)
      let index = groups.firstIndex {
        $0.labels == definition.labels && $0.use == use && $0.sets.limit == limit
      }
      if index == nil {
        let columns = definition.labels.map { plan.column(of: $0.path) }
        let words = zip(definition.labels, columns).map {
          readings.wordIndex(of: $0.path, column: $1, isLabel: true)
        }
        groups.append(
          MeterGroup(
            labels: definition.labels, columns: columns, words: words, limit: limit, use: use, filter: filter))
      }
      try groups[index ?? groups.count - 1].add(
        definition, isSparse: sparse.contains(definition.name), &readings, plan: &plan)
    }
    let order = Dictionary(uniqueKeysWithValues: names.sorted().enumerated().map { ($1, $0) })
    ranks = groups.map { $0.names.map { order[$0] ?? 0 } }
  }

  /// Takes the label sets that an earlier process told apart, by metric, so that a restart does not tell apart as many
  /// anew.
  public mutating func restore(labelSets: [String: [Labels]]) {
    for index in groups.indices {
      for name in groups[index].names {
        if let known = labelSets[name] { groups[index].restore(known) }
      }
    }
  }

  /// How often a field that a metric reads as a number held something else, by field; a missing or null one is none.
  public var fieldErrors: [FieldPath: Int] { readings.fieldErrors }

  /// Counts a record whose fields a decoder has put into `table`, by the plan that the metrics were made ready with.
  /// `at` is the record's event time. A table with too few columns is ignored.
  public mutating func observe(_ table: borrowing FieldTable, line: borrowing RawSpan, at: Timestamp) {
    guard table.fields.count >= readings.columnCount else { return }
    readings.read(table, line)
    let at = max(.distantPast, min(.distantFuture, at))
    let start = at.floored(toNanoseconds: 10_000_000_000)
    for index in groups.indices { groups[index].observe(readings, table, line, at: at, start: start, sealed: &sealed) }
  }

  /// What the watched metrics or the shadows have counted since their last drain, sorted by start, metric and labels, a
  /// series' slot at most once.
  public mutating func drain(_ use: MeterUse) -> [SlotDelta] {
    var deltas: [SlotDelta] = []
    drain(use) { delta, _ in deltas.append(delta) }
    return deltas
  }

  /// Calls `body` with what ``drain(_:)`` gives, and with a number that is the same for the same series in every drain.
  public mutating func drain(_ use: MeterUse, _ body: (SlotDelta, _ series: Int) -> Void) {
    guard use != .stored else { return }
    var parts: [DrainedPart] = []
    var summaries: [Summary] = []
    for index in groups.indices where groups[index].use == use {
      groups[index].drain(readings) { pending, rank in
        parts.append(
          DrainedPart(
            start: pending.start, order: ranks[index][pending.meter] << 32 | rank,
            series: DrainedPart.series(group: index, meter: pending.meter, set: pending.set), summary: summaries.count))
        summaries.append(pending.summary)
      }
    }
    // Parts of the same slot of a series stay in the order in which they came, so that sums come out the same.
    parts.sort { ($0.start, $0.order, $0.summary) < ($1.start, $1.order, $1.summary) }
    var index = 0
    while index < parts.count {
      let part = parts[index]
      var summary = summaries[part.summary]
      index += 1
      while index < parts.count, parts[index].start == part.start, parts[index].series == part.series {
        summary.merge(summaries[parts[index].summary])
        index += 1
      }
      let key = groups[part.group].key(meter: part.meter, set: part.set)
      body(SlotDelta(series: key, start: part.start, summary: summary), part.series)
    }
  }

  /// What the stored metrics have counted since the last call, ready for the store. Words are forgotten only when
  /// nothing else waits for a drain.
  public mutating func takeSealed() -> SealedSlots {
    for index in groups.indices where groups[index].use == .stored { groups[index].seal(readings, to: &sealed) }
    if readings.isFull, groups.allSatisfy(\.isDrained) { readings.makeRoom() }
    knownSets = setCount
    return sealed.take()
  }

  /// Gives back what ``takeSealed()`` had handed out and nobody needs any more, so that its room is used again.
  public mutating func recycle(_ used: consuming SealedSlots) { sealed.reuse(used) }

  /// Everything counted since the last drain, sorted by start, metric and labels, a series' slot at most once.
  public mutating func drain() -> [SlotDelta] {
    let watched = drain(.watched) + drain(.shadow)
    let rest = (try? takeSealed().deltas()) ?? []
    guard !watched.isEmpty else { return rest }
    return (watched + rest).map { (delta: $0, labels: $0.series.labels.description) }.sorted {
      ($0.delta.start, $0.delta.series.metric, $0.labels) < ($1.delta.start, $1.delta.series.metric, $1.labels)
    }.map(\.delta)
  }

  /// Whether there are label sets that the last ``takeSealed()`` had not seen.
  public var hasNewLabelSets: Bool { setCount != knownSets }

  /// Whether there are more words than are told apart: until everything is drained, new ones are counted together.
  public var isFull: Bool { readings.isFull }

  private var setCount: Int { groups.reduce(0) { $0 + $1.sets.all.count } }

  /// The groups of metrics that have more label sets than are told apart.
  public var notices: [LabelLimitNotice] {
    groups.compactMap { group in
      guard group.sets.recordsUnderOther > 0, let widest = group.sets.widestLabel else { return nil }
      return LabelLimitNotice(
        metrics: group.names.sorted(), limit: group.sets.limit, label: widest.name,
        distinctValues: widest.values, records: group.sets.recordsUnderOther)
    }
  }
}
