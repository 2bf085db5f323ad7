import Domain
import Drift
import Measures
import Storage

/// How scores are to be read, by what was known of them before a stretch of time; kept, since seven days of labels are
/// many slots.
struct ScoreCalibrations {
  /// So much time before the stretch calibrates.
  private static let calibrating: Duration = .seconds(7 * 86_400)
  /// Uncalibrated scores are compared with as much time before it, but at least with so much.
  private static let comparing: Duration = .seconds(3_600)
  private static let limit = 32

  /// A calibration, or how many rows it lacks.
  enum Calibration {
    case known(ScoreQuality)
    case tooFew(count: Int, needed: Int, what: String)
  }

  private struct Key: Hashable {
    var metric: String
    var settings: EstimateSettings
    var before: Timestamp
    var length: Duration
  }

  private var kept: [Key: ScoreQuality] = [:]

  /// How a metric's scores are read in a stretch of time.
  mutating func calibration(
    of metric: String, _ settings: EstimateSettings, from before: Timestamp, to: Timestamp, _ reader: StoreReader
  ) throws -> Calibration {
    // Stretches that grow are compared with hours, so that they need not be read anew every second.
    let hours = max(1, min(7 * 24, (to - before).nanoseconds / Self.comparing.nanoseconds))
    let length = settings.labels == nil ? Self.comparing * Int(hours) : Self.calibrating
    let key = Key(metric: metric, settings: settings, before: before, length: length)
    if let quality = kept[key] { return .known(quality) }
    let quality: ScoreQuality?
    let missing: Calibration
    if let labels = settings.labels {
      let labelled = try reader.scores(of: labels.labelled, from: before - Self.calibrating, to: before)
      let positive = try reader.scores(of: labels.positive, from: before - Self.calibrating, to: before)
      quality = ScoreQuality(labelled: labelled, positive: positive, threshold: settings.threshold)
      missing = .tooFew(
        count: labelled.count, needed: ScoreQuality.leastLabelled, what: "labelled scores that calibrating needs")
    } else {
      let scores = try reader.scores(of: metric, from: before - length, to: before)
      quality = ScoreQuality(calibratedBefore: scores, threshold: settings.threshold)
      missing = .tooFew(
        count: scores.count, needed: ScoreQuality.leastRows, what: "earlier scores that a comparison needs")
    }
    guard let quality else { return missing }
    if kept.count >= Self.limit { kept = [:] }
    kept[key] = quality
    return .known(quality)
  }
}

extension StoreReader {
  /// What a distribution metric's slots add up to, every label set together.
  func scores(of metric: String, from: Timestamp, to: Timestamp) throws -> DistributionSummary {
    var sum = DistributionSummary()
    try slots(of: metric, from: from, to: to) { slot in
      guard case .distribution(let summary) = slot.summary else { return }
      sum.merge(summary)
    }
    return sum
  }
}
