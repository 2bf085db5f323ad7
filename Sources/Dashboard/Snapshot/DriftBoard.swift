/// Everything that the drift screen shows of one column.
public struct DriftBoard: Equatable, Sendable {
  /// The column's gauge, with the bins and categories in the column's order.
  public var row: DriftRow
  /// The verdict's reason, in words.
  public var reason: String
  /// How long the present window is.
  public var window: Duration
  /// The ends between which the Kolmogorov–Smirnov statistic lies; nil for categories and unknown.
  public var kolmogorovSmirnov: ClosedRange<Double>?
  /// The statistic over time, each sample over the window up to it.
  public var course: MetricRow
  /// How the column moved where a label has one value, each against that value's own past, the worst first.
  public var segments: [DriftSegment]
  /// The labels that tell segments apart, in order.
  public var labels: [String]
  /// The versions side by side, the oldest first.
  public var versions: [String]
  /// What is compared between the versions.
  public var comparisons: [VersionComparison]
  /// What it means, a sentence each, the most important first.
  public var meaning: [String]
  /// The number of the open incident about the column's drift.
  public var incident: Int?

  /// Creates a board; what is not given is unknown.
  public init(
    row: DriftRow, reason: String = "", window: Duration = .seconds(1_800),
    kolmogorovSmirnov: ClosedRange<Double>? = nil, course: MetricRow, segments: [DriftSegment] = [],
    labels: [String] = [], versions: [String] = [], comparisons: [VersionComparison] = [], meaning: [String] = [],
    incident: Int? = nil
  ) {
    self.row = row
    self.reason = reason
    self.window = window
    self.kolmogorovSmirnov = kolmogorovSmirnov
    self.course = course
    self.segments = segments
    self.labels = labels
    self.versions = versions
    self.comparisons = comparisons
    self.meaning = meaning
    self.incident = incident
  }
}

/// The rows of a column in which one label has one value.
public struct DriftSegment: Equatable, Sendable {
  /// The label's name.
  public var label: String
  /// The label's value.
  public var value: String
  /// Its gauge against its own rows of the reference's time; without those, against the whole reference.
  public var gauge: DriftRow
  /// Whether the reference holds the segment's own past.
  public var hasOwnPast: Bool

  /// Creates a segment.
  public init(label: String, value: String, gauge: DriftRow, hasOwnPast: Bool) {
    self.label = label
    self.value = value
    self.gauge = gauge
    self.hasOwnPast = hasOwnPast
  }
}

/// One figure of several versions, side by side.
public struct VersionComparison: Equatable, Sendable {
  /// The figure of one version.
  public struct Cell: Equatable, Sendable {
    /// The figure as text; nil where it cannot be said.
    public var text: String?
    /// How it stands against its limits.
    public var health: MetricRow.Health
    /// How many more rows are needed before anything is said; nil where enough are there.
    public var missingRows: Int?

    /// Creates a cell.
    public init(text: String?, health: MetricRow.Health = .ok, missingRows: Int? = nil) {
      self.text = text
      self.health = health
      self.missingRows = missingRows
    }
  }

  /// What the figure is.
  public var title: String
  /// One for each version.
  public var cells: [Cell]

  /// Creates a comparison.
  public init(title: String, cells: [Cell]) {
    self.title = title
    self.cells = cells
  }
}
