public import Domain
public import Measures

/// Why a summary cannot become a reference.
public enum ReferenceError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The summary holds no rows.
  case noRows
  /// Metrics of this kind have no distribution.
  case unsuitable(MetricKind)

  /// What is wrong and what to do.
  public var description: String {
    switch self {
    case .noRows: "there are no rows in this stretch of time; choose one with traffic"
    case .unsuitable(let kind):
      "a \(kind.rawValue) has no distribution to compare; use a distribution, category or ratio metric"
    }
  }
}

/// What a metric's distribution looked like when all was well: counts over fixed bins, no raw data.
public struct Reference: Hashable, Sendable {
  /// The bins or categories with the reference's counts.
  public enum Cells: Hashable, Sendable {
    /// Of a distribution.
    case numeric(NumericCells)
    /// Of a category.
    case categorical(CategoryCells)
    /// Of a ratio: records that met the condition, and all.
    case ratio(RatioSummary)
  }

  /// The reference's name.
  public var name: String
  /// The series that it was captured from.
  public var series: SeriesKey
  /// The bins or categories with the reference's counts.
  public let cells: Cells
  /// Records without a value; nil where they were not counted.
  public var missing: Int?
  /// The start of the captured stretch of event time.
  public var capturedFrom: Timestamp
  /// The end of the captured stretch of event time.
  public var capturedTo: Timestamp
  /// When it was captured.
  public var capturedAt: Timestamp
  /// Where the rows came from, for people; at most 256 characters.
  public var source: String
  /// How much more the counts of its ticks vary than those of independent rows do; 1 where that is not known (spec:
  /// drift, formula 6).
  public private(set) var overdispersion = 1.0
  /// Its counts by the hour or weekday; nil where those are not told apart.
  public internal(set) var strata: ReferenceStrata?
  /// Which stratum this part of a reference is; nil for a whole one.
  public internal(set) var stratum: String?

  /// Tells this reference from any other of its metric, also of the same name.
  public var identity: String { "\(name)@\(capturedAt.nanoseconds)/\(count)" }

  /// The metric's name.
  public var metric: String { series.metric }
  /// The kind of metric.
  public var kind: MetricKind {
    switch cells {
    case .numeric: .distribution
    case .categorical: .category
    case .ratio: .ratio
    }
  }
  /// The share of its records that held no value, 0...1; nil where they were not counted.
  public var missingShare: Double? {
    missing.map { Double($0) / max(1, Double($0) + Double(count)) }
  }
  /// The number of rows with a value.
  public var count: Int {
    switch cells {
    case .numeric(let cells): cells.count
    case .categorical(let cells): cells.count
    case .ratio(let ratio): ratio.denominator
    }
  }

  init(
    name: String, series: SeriesKey, cells: Cells, missing: Int?, capturedFrom: Timestamp, capturedTo: Timestamp,
    capturedAt: Timestamp, source: String
  ) {
    self.name = name
    self.series = series
    self.cells = cells
    self.missing = missing.map { max(0, $0) }
    self.capturedFrom = capturedFrom
    self.capturedTo = capturedTo
    self.capturedAt = capturedAt
    self.source = String(source.prefix(256))
  }

  /// Captures a reference from the merged summary of a stretch of event time.
  public static func capture(
    from summary: Summary, name: String, series: SeriesKey, missing: Int? = nil, capturedFrom: Timestamp,
    capturedTo: Timestamp, capturedAt: Timestamp, source: String
  ) throws(ReferenceError) -> Reference {
    let cells: Cells
    switch summary {
    case .distribution(let distribution):
      guard let numeric = NumericCells(distribution) else { throw .noRows }
      cells = .numeric(numeric)
    case .category(let category):
      guard let categorical = CategoryCells(category) else { throw .noRows }
      cells = .categorical(categorical)
    case .ratio(let ratio):
      guard ratio.denominator > 0 else { throw .noRows }
      cells = .ratio(ratio)
    case .counter, .gauge: throw .unsuitable(summary.kind)
    }
    return Reference(
      name: name, series: series, cells: cells, missing: missing, capturedFrom: capturedFrom, capturedTo: capturedTo,
      capturedAt: capturedAt, source: source)
  }

  /// The same reference with at most `bins` bins of nearly equal shares; other kinds stay as they are.
  public func coarse(_ bins: Int) -> Reference {
    guard case .numeric(let cells) = cells else { return self }
    return with(.numeric(cells.merged(bins)))
  }

  /// The same reference with other cells.
  func with(_ cells: Cells) -> Reference {
    var other = Reference(
      name: name, series: series, cells: cells, missing: missing, capturedFrom: capturedFrom, capturedTo: capturedTo,
      capturedAt: capturedAt, source: source)
    other.overdispersion = overdispersion
    other.strata = strata
    return other
  }

  /// The counts of rows in the reference's cells, the last cell for what none of them holds where there is one; nil of
  /// another kind of summary. Without rows: the reference's own counts.
  func counts(of rows: Summary?) -> [Int]? {
    switch (cells, rows) {
    case (.numeric(let cells), nil): return cells.counts
    case (.numeric(let cells), .distribution(let rows)?): return cells.count(rows, separatingUnseen: false).cells
    case (.categorical(let cells), nil): return cells.counts + [cells.unseen]
    case (.categorical(let cells), .category(let rows)?):
      let (counts, unseen) = cells.count(rows)
      return counts + [unseen]
    case (.ratio(let ratio), nil): return [ratio.numerator, ratio.denominator - ratio.numerator]
    case (.ratio, .ratio(let rows)?): return [rows.numerator, rows.denominator - rows.numerator]
    default: return nil
    }
  }

  /// Measures how much the counts of the reference's own ticks vary, over at most 20 cells (spec: drift, formula 6).
  ///
  /// - Parameter ticks: the summaries of equal stretches of the time that the reference was captured from; those
  ///   without rows are passed over, and fewer than ten say nothing.
  public mutating func measureOverdispersion(_ ticks: [Summary]) {
    let coarse = coarse(20)
    guard let all = coarse.counts(of: nil) else { return }
    let total = all.reduce(0.0) { $0 + Double($1) }
    let held = all.indices.filter { all[$0] > 0 }
    guard total > 0, held.count > 1 else { return }
    var sum = 0.0
    var used = 0
    for tick in ticks {
      guard let counts = coarse.counts(of: tick), counts.count == all.count else { continue }
      let rows = held.reduce(0.0) { $0 + Double(counts[$1]) }
      guard rows > 0 else { continue }
      used += 1
      for index in held {
        let expected = rows * Double(all[index]) / total
        let difference = Double(counts[index]) - expected
        sum += difference * difference / expected
      }
    }
    guard used >= 10 else { return }
    overdispersion = min(1_000, max(1, sum / Double(used) / Double(held.count - 1)))
  }

  /// Measures it over the minutes of the slots that the reference was captured from; slots that were merged to longer ones
  /// are ticks as they are.
  public mutating func measureOverdispersion(slots: some Sequence<(start: Timestamp, rows: Summary)>) {
    var minutes: [Timestamp: Summary] = [:]
    for slot in slots {
      let minute = slot.start.floored(to: .seconds(60))
      if minutes[minute]?.merge(slot.rows) == nil { minutes[minute] = slot.rows }
    }
    measureOverdispersion(minutes.sorted { $0.key < $1.key }.map(\.value))
  }

  /// Sets what was stored.
  mutating func set(overdispersion value: Double) { overdispersion = value.isFinite ? min(1_000, max(1, value)) : 1 }
}
