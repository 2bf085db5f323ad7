public import Domain
public import Expressions

/// A label of a metric's series and the field that it is read from.
public struct LabelDefinition: Hashable, Sendable {
  /// The label's name.
  public var name: String
  /// The field that holds its value.
  public var path: FieldPath

  /// Creates a label.
  public init(name: String, path: FieldPath) {
    self.name = name
    self.path = path
  }
}

/// A metric as configured: what is read from which source, and what the organisation makes of it.
public struct MetricDefinition: Hashable, Sendable {
  /// The metric's name, unique in the configuration.
  public var name: String
  /// The name of the source that it is read from.
  public var source: String
  /// How records are summarised.
  public var kind: MetricKind
  /// The field that is read; a counter or ratio can do without.
  public var field: FieldPath?
  /// `where`: which records count; a ratio's numerator.
  public var predicate: Predicate?
  /// `of`: a ratio's denominator; nil takes every record.
  public var denominator: Predicate?
  /// The labels that split the metric into series.
  public var labels: [LabelDefinition]
  /// The unit of the values, for people.
  public var unit: String?
  /// What the metric is about.
  public var aspect: Aspect?
  /// Who answers for it.
  public var owner: String?
  /// Why it is watched.
  public var why: String?
  /// How much it may move.
  public var tolerance: Tolerance?
  /// What shows that the metric itself still works.
  public var validatedBy: String?
  /// How its distribution is compared with a reference; nil when it is not.
  public var drift: DriftSettings?
  /// How quality is estimated from its values; nil when they are no scores.
  public var estimate: EstimateSettings?
  /// How many label sets are told apart; nil for the usual number.
  public var labelLimit: Int?

  /// Whether its summaries count the records that hold a value, so that those without one are all others.
  public var countsValues: Bool { kind == .distribution || kind == .category }

  /// Creates a definition.
  public init(
    name: String, source: String, kind: MetricKind, field: FieldPath? = nil, predicate: Predicate? = nil,
    denominator: Predicate? = nil, labels: [LabelDefinition] = [], unit: String? = nil, aspect: Aspect? = nil,
    owner: String? = nil, why: String? = nil, tolerance: Tolerance? = nil, validatedBy: String? = nil,
    drift: DriftSettings? = nil, labelLimit: Int? = nil
  ) {
    self.name = name
    self.source = source
    self.kind = kind
    self.field = field
    self.predicate = predicate
    self.denominator = denominator
    self.labels = labels
    self.unit = unit
    self.aspect = aspect
    self.owner = owner
    self.why = why
    self.tolerance = tolerance
    self.validatedBy = validatedBy
    self.drift = drift
    self.labelLimit = labelLimit
  }
}
