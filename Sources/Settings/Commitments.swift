/// What the organisation stands for, and how it is measured (practice PM-2).
public struct ValueDefinition: Hashable, Sendable {
  /// The value in words.
  public var name: String
  /// The metric that measures it.
  public var metric: String?
  /// Who answers for it.
  public var owner: String?
  /// The first mark of the metric.
  public var warn: Double?
  /// The second mark of the metric.
  public var alarm: Double?
  /// How often it is checked.
  public var checkEvery: Duration?
}

/// An assessment that comes due again and again (practice PM-3).
public struct AssessmentDefinition: Hashable, Sendable {
  /// The assessment's name.
  public var name: String
  /// Its kind, such as `red-team`.
  public var kind: String?
  /// How often it is due.
  public var every: Duration?
  /// Who answers for it.
  public var owner: String?
}

/// The defaults of drift monitoring.
public struct DriftDefaults: Hashable, Sendable {
  /// How many false pages a week all detectors together may cause.
  public var falsePagesPerWeek = 1.0
  /// With fewer rows nothing is said.
  public var minimumRows = 50

  /// The defaults of the defaults: one page a week, 50 rows.
  public init() {}
}
