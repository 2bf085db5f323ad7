/// Why a metric cannot be measured as it is defined.
public enum MeterError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A metric of this kind reads a field, and none is given.
  case missingField(metric: String, kind: MetricKind)
  /// A ratio has neither a condition nor a boolean field.
  case missingCondition(metric: String)
  /// Two metrics have the same name.
  case repeatedName(metric: String)
  /// A condition of the metric cannot be compiled.
  case condition(metric: String, reason: String)

  /// What is wrong and what to do.
  public var description: String {
    switch self {
    case .missingField(let metric, let kind):
      "metric \(metric): a \(kind.rawValue) reads a field; add `field:`"
    case .missingCondition(let metric):
      "metric \(metric): a ratio needs a condition or a boolean field; add `where:` or `field:`"
    case .repeatedName(let metric): "metric \(metric) is defined twice; give one of them another name"
    case .condition(let metric, let reason): "metric \(metric): \(reason)"
    }
  }
}

/// A limit that was reached while measuring, for the source's status.
public struct LabelLimitNotice: Hashable, Sendable, CustomStringConvertible {
  /// The metrics whose label sets are no longer told apart, sorted.
  public var metrics: [String]
  /// How many label sets are told apart.
  public var limit: Int
  /// The label with the most different values: the one to leave out.
  public var label: String
  /// How many different values of it were seen among the label sets that are told apart.
  public var distinctValues: Int
  /// How many records were counted under `other` since the beginning.
  public var records: Int

  /// One line for people.
  public var description: String {
    "\(metrics.joined(separator: ", ")): more than \(limit) label sets, \(records) records counted under \"other\"; "
      + "leave out the label \(label) (\(distinctValues) values)"
  }
}
