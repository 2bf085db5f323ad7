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
  /// Records without a value.
  public var missing: Int
  /// The start of the captured stretch of event time.
  public var capturedFrom: Timestamp
  /// The end of the captured stretch of event time.
  public var capturedTo: Timestamp
  /// When it was captured.
  public var capturedAt: Timestamp
  /// Where the rows came from, for people; at most 256 characters.
  public var source: String

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
  /// The number of rows with a value.
  public var count: Int {
    switch cells {
    case .numeric(let cells): cells.count
    case .categorical(let cells): cells.count
    case .ratio(let ratio): ratio.denominator
    }
  }

  init(
    name: String, series: SeriesKey, cells: Cells, missing: Int, capturedFrom: Timestamp, capturedTo: Timestamp,
    capturedAt: Timestamp, source: String
  ) {
    self.name = name
    self.series = series
    self.cells = cells
    self.missing = max(0, missing)
    self.capturedFrom = capturedFrom
    self.capturedTo = capturedTo
    self.capturedAt = capturedAt
    self.source = String(source.prefix(256))
  }

  /// Captures a reference from the merged summary of a stretch of event time.
  public static func capture(
    from summary: Summary, name: String, series: SeriesKey, missing: Int = 0, capturedFrom: Timestamp,
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
    return Reference(
      name: name, series: series, cells: .numeric(cells.merged(bins)), missing: missing, capturedFrom: capturedFrom,
      capturedTo: capturedTo, capturedAt: capturedAt, source: source)
  }
}
