import Detection
import Domain
import Drift
import Measures

/// The recent slots of a source's derived and drift metrics, as rules see them. Belongs to the pipeline's thread.
final class SourceWindows: WindowReading {
  private var recent: RecentSlots
  private let kept: Set<String>
  private let driftSettings: [String: DriftSettings]
  /// The references that drift is measured against, by metric.
  var references: [String: Reference] = [:]

  /// Creates windows that keep the slots of the given metrics for as long as any rule looks back.
  init(metrics: Set<String>, driftSettings: [String: DriftSettings], horizon: Duration) {
    recent = RecentSlots(horizon: horizon)
    kept = metrics.union(driftSettings.keys)
    self.driftSettings = driftSettings
  }

  /// The metrics whose slots are kept, sorted.
  var metrics: [String] { kept.sorted() }

  /// Adds a batch's slots.
  func merge(_ deltas: [SlotDelta]) {
    for delta in deltas where kept.contains(delta.series.metric) { recent.merge(delta) }
  }

  /// Forgets what no rule looks back to any more.
  func expire(watermark: Timestamp) { recent.expire(watermark: watermark) }

  func labelSets(of metric: String, from: Timestamp, to: Timestamp) -> [Labels] { recent.labelSets(of: metric) }

  func summary(metric: String, labels: Labels, from: Timestamp, to: Timestamp) -> Summary? {
    recent.summary(of: metric, labels: labels, from: from, to: to)
  }

  /// The merged summary of a metric over `from..<to`, whatever the labels.
  func merged(metric: String, from: Timestamp, to: Timestamp) -> Summary? {
    recent.summary(of: metric, labels: .none, by: [], from: from, to: to)
  }

  /// The drift of a metric against its reference; nil without a reference or without rows.
  func drift(metric: String, at instant: Timestamp) -> (psi: Double, low: Double, n: Int)? {
    guard let settings = driftSettings[metric], let reference = references[metric],
      let current = merged(metric: metric, from: instant - settings.window, to: instant)
    else { return nil }
    let estimate = reference.compare(current, settings: settings)
    guard estimate.verdict != .tooFew else { return nil }
    return (estimate.psi, estimate.low, estimate.currentCount)
  }
}
