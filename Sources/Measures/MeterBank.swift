public import Domain

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
  private var readings = LineReadings()

  /// Makes the metrics ready; the fields that they read get columns of `plan`.
  public init(definitions: [MetricDefinition], plan: inout FieldPlan, labelSetLimit: Int = 1_000) throws(MeterError) {
    var names: Set<String> = []
    for definition in definitions {
      guard names.insert(definition.name).inserted else { throw .repeatedName(metric: definition.name) }
      let index = groups.firstIndex { $0.labels == definition.labels }
      if index == nil {
        var columns: [Int] = []
        for label in definition.labels {
          let column = plan.column(of: label.path)
          readings.noteColumn(column)
          columns.append(column)
        }
        groups.append(MeterGroup(labels: definition.labels, columns: columns, limit: labelSetLimit))
      }
      try groups[index ?? groups.count - 1].add(definition, &readings, plan: &plan)
    }
  }

  /// Counts a record whose fields a decoder has put into `table`, by the plan that the metrics were made ready with.
  /// `at` is the record's event time. A table with too few columns is ignored.
  public mutating func observe(_ table: borrowing FieldTable, line: borrowing RawSpan, at: Timestamp) {
    guard table.fields.count >= readings.columnCount else { return }
    readings.read(table, line)
    let at = max(.distantPast, min(.distantFuture, at))
    let start = at.floored(toNanoseconds: 10_000_000_000)
    for index in groups.indices { groups[index].observe(readings, table, line, at: at, start: start) }
  }

  /// How many values of fields that metrics read as numbers were something else: text, a boolean, an object. Such a
  /// value is left out of its metric; the record counts all the same. Fields that are absent or null are no errors.
  public var fieldErrors: Int { readings.fieldErrors }

  /// Everything counted since the last drain, sorted by start, metric and labels, a series' slot at most once.
  public mutating func drain() -> [SlotDelta] {
    var deltas: [SlotDelta] = []
    for index in groups.indices { deltas.append(contentsOf: groups[index].drain(readings)) }
    readings.makeRoom()
    // The label sets of a metric come in order from its group; the offset keeps them so.
    return deltas.enumerated().sorted {
      ($0.element.start, $0.element.series.metric, $0.offset) < ($1.element.start, $1.element.series.metric, $1.offset)
    }.map(\.element)
  }

  /// The groups of metrics that have more label sets than are told apart.
  public var notices: [LabelLimitNotice] {
    groups.compactMap { group in
      guard group.sets.recordsUnderOther > 0, let widest = group.sets.widestLabel else { return nil }
      return LabelLimitNotice(
        metrics: group.meters.map(\.name).sorted(), limit: group.sets.limit, label: widest.name,
        distinctValues: widest.values, records: group.sets.recordsUnderOther)
    }
  }
}
