public import Measures

/// A classifier's quality from stored distributions of its scores, without any row: what the scores of a stretch of time
/// promise, calibrated by those that have found their labels (spec: drift, formula 12).
///
/// Scores are told apart by the buckets of the stored summaries, so that one within 1 % of the threshold may count on its
/// other side. Like every ``PerformanceEstimate``, it is **blind to concept shift**.
public struct ScoreQuality: Sendable {
  /// Fewer labelled rows do not calibrate.
  public static var leastLabelled: Int { 200 }
  /// Fewer rows are not estimated.
  public static var leastRows: Int { 50 }

  /// A score from here on is a positive answer.
  public let threshold: Double
  /// How well the labelled answers did; of scores that are taken as calibrated, what they promised before.
  public let reference: PerformanceEstimate
  /// The rows that ``reference`` rests on.
  public let referenceCount: Int
  /// Whether labels calibrate the scores; else these are taken as probabilities as they are.
  public var isCalibrated: Bool { calibration != nil }
  private let calibration: IsotonicCalibration?
  private let errors: PerformanceEstimate.Reference

  /// Calibrates by labels; nil below ``leastLabelled`` of them.
  ///
  /// - Parameters:
  ///   - labelled: the scores of the rows whose label is known.
  ///   - positive: of those, the ones whose label is positive.
  public init?(labelled: DistributionSummary, positive: DistributionSummary, threshold: Double) {
    guard labelled.count >= Self.leastLabelled else { return nil }
    let known = Self.outcomes(labelled: labelled, positive: positive, threshold: threshold)
    guard let calibration = IsotonicCalibration(blocks: known.map { ($0.score, $0.positives, $0.count) }),
      let errors = PerformanceEstimate.Reference(known)
    else { return nil }
    self.threshold = threshold
    self.calibration = calibration
    self.errors = errors
    reference = PerformanceEstimate(outcomes: known)
    referenceCount = labelled.count
  }

  /// Takes scores as probabilities of a positive label, compared with what they promised before; nil below
  /// ``leastRows`` of those.
  public init?(calibratedBefore scores: DistributionSummary, threshold: Double) {
    guard scores.count >= Self.leastRows else { return nil }
    let promised = Self.promised(scores, by: nil, threshold: threshold)
    guard let errors = PerformanceEstimate.Reference(promised) else { return nil }
    self.threshold = threshold
    self.errors = errors
    calibration = nil
    reference = PerformanceEstimate(outcomes: promised)
    referenceCount = scores.count
  }

  /// What scores promise; nil below ``leastRows``.
  public func estimate(_ scores: DistributionSummary) -> PerformanceEstimate? {
    guard scores.count >= Self.leastRows else { return nil }
    return PerformanceEstimate(
      outcomes: Self.promised(scores, by: calibration, threshold: threshold), reference: errors)
  }

  /// What labels say of a stretch of time; nil below ``leastRows`` of them, or where they cannot say so.
  public func realised(labelled: DistributionSummary, positive: DistributionSummary) -> PerformanceEstimate? {
    guard labelled.count >= Self.leastRows, isCalibrated else { return nil }
    return PerformanceEstimate(
      outcomes: Self.outcomes(labelled: labelled, positive: positive, threshold: threshold), reference: errors)
  }

  private static func outcomes(
    labelled: DistributionSummary, positive: DistributionSummary, threshold: Double
  ) -> [PerformanceEstimate.Outcome] {
    let positives = Dictionary(zip(positive.buckets, positive.counts), uniquingKeysWith: max)
    return zip(labelled.buckets, labelled.counts).map { bucket, count in
      let score = BucketGrid.representative(bucket)
      return PerformanceEstimate.Outcome(
        score: score, predicted: score >= threshold, positives: Double(min(count, positives[bucket] ?? 0)),
        count: Double(count))
    }
  }

  private static func promised(
    _ scores: DistributionSummary, by calibration: IsotonicCalibration?, threshold: Double
  ) -> [PerformanceEstimate.Outcome] {
    zip(scores.buckets, scores.counts).map { bucket, count in
      let score = BucketGrid.representative(bucket)
      let probability = max(0, min(1, calibration?.probability(at: score) ?? score))
      return PerformanceEstimate.Outcome(
        score: score, predicted: score >= threshold, positives: probability * Double(count), count: Double(count))
    }
  }
}
