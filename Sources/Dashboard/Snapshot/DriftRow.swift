/// The drift of one column against its reference.
public struct DriftRow: Equatable, Sendable {
  /// What can be said about it.
  public enum Verdict: String, Sendable {
    /// Within the tolerance.
    case ok
    /// Beyond the warning bound.
    case warn
    /// Beyond the alarm bound.
    case alarm
    /// Too few rows to say.
    case tooFew = "too_few"
    /// There is nothing to compare with.
    case noReference = "no_reference"
  }

  /// One bin or category and how its share moved.
  public struct Mover: Equatable, Sendable {
    /// The bin's bounds or the category.
    public var label: String
    /// Its share in the reference, 0…1.
    public var referenceShare: Double
    /// Its share now, 0…1.
    public var currentShare: Double
    /// What it adds to the statistic; nil where that cannot be split up.
    public var contribution: Double?

    /// Creates a mover.
    public init(label: String, referenceShare: Double, currentShare: Double, contribution: Double? = nil) {
      self.label = label
      self.referenceShare = referenceShare
      self.currentShare = currentShare
      self.contribution = contribution
    }

    /// How far the share moved, in percentage points.
    public var deltaPoints: Double { (currentShare - referenceShare) * 100 }
  }

  /// The metric or column.
  public var name: String
  /// The name that is shown.
  public var title: String
  /// What is measured: `PSI`, `JS`, `Δpp`, `χ²/n`.
  public var statistic: String
  /// The statistic; nil when it cannot be said.
  public var value: Double?
  /// The lower end of its 95 % band.
  public var low: Double?
  /// The upper end of its 95 % band.
  public var high: Double?
  /// The bound of a warning.
  public var warn: Double
  /// The bound of an alarm.
  public var alarm: Double
  /// What can be said.
  public var verdict: Verdict
  /// Rows in the present window.
  public var count: Int?
  /// Rows that are needed before anything is said.
  public var needed: Int?
  /// Rows in the reference.
  public var referenceCount: Int?
  /// The reference's name.
  public var reference: String?
  /// The bins and categories that moved, in the column's order.
  public var movers: [Mover]
  /// The ends between which the Kolmogorov-Smirnov statistic of the raw rows lies; nil for categories.
  public var kolmogorovSmirnov: ClosedRange<Double>?
  /// How far a row moved on average, in the column's unit; nil where the reference does not say.
  public var wasserstein: Double?
  /// The same in standard deviations of the reference.
  public var relativeWasserstein: Double?

  /// Creates a row; what is not given is unknown.
  public init(
    name: String, title: String? = nil, statistic: String = "PSI", value: Double? = nil, low: Double? = nil,
    high: Double? = nil, warn: Double = 0.1, alarm: Double = 0.25, verdict: Verdict, count: Int? = nil,
    needed: Int? = nil, referenceCount: Int? = nil, reference: String? = nil, movers: [Mover] = []
  ) {
    self.name = name
    self.title = title ?? name
    self.statistic = statistic
    self.value = value
    self.low = low
    self.high = high
    self.warn = warn
    self.alarm = alarm
    self.verdict = verdict
    self.count = count
    self.needed = needed
    self.referenceCount = referenceCount
    self.reference = reference
    self.movers = movers
  }
}
