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
  private var readings: LineReadings

  /// How many label sets of a metric are told apart where nothing else is said.
  public static let usualLabelSetLimit = 1_000

  /// Makes the metrics ready; the fields that they read get columns of `plan`.
  ///
  /// - Parameter filter: what becomes of labels' values and of words before they are kept; asked once for each new one.
  public init(
    definitions: [MetricDefinition], plan: inout FieldPlan, labelSetLimit: Int = MeterBank.usualLabelSetLimit,
    filter: TextFilter? = nil
  ) throws(MeterError) {
    readings = LineReadings(filter: filter)
    var names: Set<String> = []
    for definition in definitions {
      guard names.insert(definition.name).inserted else { throw .repeatedName(metric: definition.name) }
      let limit = definition.labelLimit ?? labelSetLimit
      let index = groups.firstIndex { $0.labels == definition.labels && $0.sets.limit == max(1, limit) }
      if index == nil {
        var columns: [Int] = []
        for label in definition.labels {
          let column = plan.column(of: label.path)
          readings.noteColumn(column)
          columns.append(column)
        }
        groups.append(MeterGroup(labels: definition.labels, columns: columns, limit: limit, filter: filter))
      }
      try groups[index ?? groups.count - 1].add(definition, &readings, plan: &plan)
    }
  }

  /// Takes the label sets that an earlier process told apart, by metric, so that a restart does not tell apart as many
  /// anew.
  public mutating func restore(labelSets: [String: [Labels]]) {
    for index in groups.indices {
      for meter in groups[index].meters {
        if let known = labelSets[meter.name] { groups[index].restore(known) }
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
    for index in groups.indices { groups[index].observe(readings, table, line, at: at, start: start) }
  }

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
