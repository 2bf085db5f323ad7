/// How a metric's records are summarised.
public enum MetricKind: String, CaseIterable, Hashable, Sendable {
  /// A number of records, or the sum of a field.
  case counter
  /// A value that stands until the next one: the last, with the range it moved in.
  case gauge
  /// A value per record: quantiles, moments and shape.
  case distribution
  /// The share of records that meet a condition.
  case ratio
  /// A word per record: how often each occurs.
  case category
}

/// What a metric is about (practice PM-1 asks for business metrics beside the technical ones).
public enum Aspect: String, CaseIterable, Hashable, Sendable {
  /// Latency, errors, load.
  case technical
  /// Cost, conversion, what the service is there for.
  case business
  /// Refusals, guardrails, harm.
  case safety
  /// Evaluation scores, feedback.
  case quality
}
