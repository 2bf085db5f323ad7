import Domain
import Drift
import Engine
import Measures
import Settings
import Storage

/// What the scores of a metric promise of a classifier's quality over a stretch of event time, from stored summaries
/// (spec: drift, formula 12).
struct EstimatedQuality {
  /// Either the figures, or why there are none.
  enum Answer {
    case known(EstimatedQuality)
    case unknown(String)

    /// The figures, where there are any.
    var known: EstimatedQuality? {
      guard case .known(let quality) = self else { return nil }
      return quality
    }
  }

  /// The metric of the scores.
  let metric: String
  /// From which score on an answer is positive.
  let threshold: Double
  /// Whether labels calibrate the scores.
  let isCalibrated: Bool
  /// The rows that it is compared with.
  let referenceCount: Int
  /// Quality before, now, and by labels.
  let comparison: QualityComparison

  /// Estimates the quality over `from..<to`; nil where the metric has no `estimate`.
  static func answer(
    _ metric: WatchPlan.Metric, _ plan: WatchPlan, from: Timestamp, to: Timestamp,
    _ calibrations: inout ScoreCalibrations, _ reader: StoreReader
  ) throws -> Answer? {
    guard let settings = metric.estimate else { return nil }
    let scores = try reader.scores(of: metric.name, from: from, to: to)
    guard scores.count >= ScoreQuality.leastRows else {
      return .unknown("\(scores.count) of the \(ScoreQuality.leastRows) scores that an estimate needs")
    }
    let quality: ScoreQuality
    switch try calibrations.calibration(of: metric.name, settings, from: from, to: to, reader) {
    case .known(let known): quality = known
    case .tooFew(let count, let needed, let what): return .unknown("\(count) of the \(needed) \(what)")
    }
    guard let estimate = quality.estimate(scores) else { return nil }
    let realised = try settings.labels.flatMap { labels in
      // The first labels of the stretch are about what was predicted before it.
      let first = from + (try delay(of: labels, plan, from: from, to: to, reader))
      return quality.realised(
        labelled: try reader.scores(of: labels.labelled, from: first, to: to),
        positive: try reader.scores(of: labels.positive, from: first, to: to))
    }
    return .known(
      EstimatedQuality(
        metric: metric.name, threshold: settings.threshold, isCalibrated: quality.isCalibrated,
        referenceCount: quality.referenceCount,
        comparison: QualityComparison(reference: quality.reference, estimate: estimate, realised: realised)))
  }

  /// After how long nearly all labels are there.
  private static func delay(
    of labels: EstimateSettings.Labels, _ plan: WatchPlan, from: Timestamp, to: Timestamp, _ reader: StoreReader
  ) throws -> Duration {
    guard let source = plan.metrics.first(where: { $0.name == labels.labelled })?.source else { return .zero }
    let delays = try reader.scores(of: JoinDefinition.delayMetric(of: source), from: from, to: to)
    return .seconds(delays.quantile(0.95) ?? 0)
  }

  /// The member `quality` of a column's document.
  var json: JSON {
    [
      "method": "cbpe", "blind_to": "concept shift", "threshold": .number(threshold),
      "calibrated": .bool(isCalibrated), "rows": JSON(comparison.rows), "reference_rows": JSON(referenceCount),
      "labelled": JSON(comparison.labelled), "metrics": comparison.json,
    ]
  }
}
