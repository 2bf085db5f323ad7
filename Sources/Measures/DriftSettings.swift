/// How a metric's distribution is compared with a reference (spec: drift).
public struct DriftSettings: Hashable, Sendable {
  /// The name of the stored reference; nil for the promoted one.
  public var reference: String?
  /// The debiased PSI above which drift is worth a look.
  public var warn: Double
  /// The debiased PSI that the whole confidence band must exceed for an alarm.
  public var alarm: Double
  /// The amount of change, as PSI, that is taken as harmless.
  public var tau: Double
  /// How much event time the current side covers.
  public var window: Duration
  /// Which hours or days are compared with one another; nil compares with the whole reference.
  public var stratify: Stratification?
  /// With fewer rows on either side nothing is said (spec: drift, verdict).
  public var minimumRows = 50

  /// Creates settings; the defaults are those of spec: drift.
  public init(
    reference: String? = nil, warn: Double = 0.1, alarm: Double = 0.25, tau: Double = 0.02,
    window: Duration = .seconds(1_800)
  ) {
    self.reference = reference
    self.warn = warn
    self.alarm = alarm
    self.tau = tau
    self.window = window
  }
}
