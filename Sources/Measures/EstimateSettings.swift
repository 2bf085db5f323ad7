/// How a classifier's quality is estimated from a metric of its scores (spec: drift, formula 12).
public struct EstimateSettings: Hashable, Sendable {
  /// The metrics that calibrate the scores.
  public struct Labels: Hashable, Sendable {
    /// The scores of the rows whose label is known.
    public var labelled: String
    /// Those of them whose label is positive.
    public var positive: String

    /// Names the metrics.
    public init(labelled: String, positive: String) {
      self.labelled = labelled
      self.positive = positive
    }
  }

  /// From which score on an answer is positive.
  public var threshold: Double
  /// What calibrates the scores; nil takes them as probabilities.
  public var labels: Labels?

  /// Creates settings.
  public init(threshold: Double = 0.5, labels: Labels? = nil) {
    self.threshold = threshold
    self.labels = labels
  }
}
