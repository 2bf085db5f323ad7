import Domain
import Drift
import Engine
import Incidents
import Measures
import Storage

/// Whether a drift came with worse quality: the ratios of quality before it began and since (practice PM-2, benign or
/// harmful).
struct DriftHarm {
  /// So much time before the onset is what quality was.
  private static let before: Duration = .seconds(3_600)
  /// With fewer records on either side nothing is said.
  private static let leastRows = 50
  private static let metricLimit = 4

  let plan: WatchPlan
  let began: Timestamp
  let end: Timestamp

  /// What the incident of a drift says of harm, up to `end` or its resolution; nothing where it is about something else.
  static func sentences(
    of incident: Incident, words: SignalWords, plan: WatchPlan, end: Timestamp,
    _ calibrations: inout ScoreCalibrations, _ reader: StoreReader
  ) throws -> [String] {
    let isDrift = incident.signals.contains { signal in
      guard case .drift = words.subject(rule: signal.key.rule, labels: signal.key.labels) else { return false }
      return true
    }
    guard isDrift, let began = incident.episode.impactStartedAt else { return [] }
    let harm = DriftHarm(plan: plan, began: began, end: min(end, incident.episode.resolvedAt ?? end))
    let known = try harm.sentences(&calibrations, reader)
    guard known.isEmpty else { return known }
    return harm.qualities.isEmpty && harm.scores.isEmpty
      ? ["Harmful or benign: cannot tell, no ratio has the aspect quality, and no metric an estimate."]
      : ["Harmful or benign: cannot tell yet, fewer than \(leastRows) results before or since."]
  }

  private var qualities: ArraySlice<WatchPlan.Metric> {
    plan.metrics.filter { $0.aspect == .quality && $0.kind == .ratio }.prefix(Self.metricLimit)
  }

  private var scores: ArraySlice<WatchPlan.Metric> {
    plan.metrics.filter { $0.estimate != nil }.prefix(Self.metricLimit)
  }

  /// A sentence for each metric of quality that has enough records, those that got worse first, and what scores promise:
  /// labels come before estimates.
  func sentences(_ calibrations: inout ScoreCalibrations, _ reader: StoreReader) throws -> [String] {
    let told = try qualities.compactMap { metric -> (rank: Int, text: String)? in
      let (old, new) = (
        try sum(of: metric.name, from: began - Self.before, to: began, reader),
        try sum(of: metric.name, from: began, to: end, reader)
      )
      guard old.denominator >= Self.leastRows, new.denominator >= Self.leastRows,
        let change = ProportionComparison(
          reference: (old.numerator, old.denominator), current: (new.numerator, new.denominator))
      else { return nil }
      return Self.sentence(metric, old, new, change)
    }
    var promised: [(rank: Int, text: String)] = []
    for metric in scores {
      let answer = try EstimatedQuality.answer(metric, plan, from: began, to: end, &calibrations, reader)
      if let sentence = answer?.known.flatMap(Self.sentence) { promised.append(sentence) }
    }
    return told.sorted { $0.rank < $1.rank }.map(\.text) + promised.sorted { $0.rank < $1.rank }.map(\.text)
  }

  private static func sentence(_ quality: EstimatedQuality) -> (rank: Int, text: String)? {
    guard let accuracy = quality.comparison.metrics.first(where: { $0.name == "accuracy" }),
      let estimate = accuracy.estimate, let band = estimate.band, let before = accuracy.reference
    else { return nil }
    let name = "the accuracy that \(SignalWords.spaced(quality.metric)) promises"
    let figures =
      "\(tenths(before * 100)) % before it began, \(tenths(estimate.value * 100)) % since "
      + "(\(tenths(band.lowerBound * 100)) to \(tenths(band.upperBound * 100)))"
    if accuracy.isBelied, let realised = accuracy.realised {
      let truth = "by \(quality.comparison.labelled) labels it is \(tenths(realised * 100)) %"
      return (0, "Scores mislead: \(name) was \(figures), but \(truth) (concept shift).")
    }
    let verdict =
      accuracy.hasMoved ? estimate.value < before ? "Harmful" : "Not harmful" : "Benign"
    return (
      verdict == "Harmful" ? 0 : 2,
      "\(verdict) as far as scores tell, blind to concept shift: \(name) was \(figures)."
    )
  }

  private static func sentence(
    _ metric: WatchPlan.Metric, _ old: RatioSummary, _ new: RatioSummary, _ change: ProportionComparison
  ) -> (rank: Int, text: String) {
    let name = SignalWords.spaced(metric.name)
    let figures =
      "\(name) \(percent(old)) before it began, \(percent(new)) since (\(points(change.interval.lowerBound)) to "
      + "\(points(change.interval.upperBound)) points)"
    guard change.interval.lowerBound > 0 || change.interval.upperBound < 0 else {
      return (2, "Benign as far as \(name) tells: \(figures).")
    }
    switch metric.tolerance?.isLowBad {
    case true?: return change.difference < 0 ? (0, "Harmful: \(figures).") : (2, "Not harmful: \(figures).")
    case false?: return change.difference > 0 ? (0, "Harmful: \(figures).") : (2, "Not harmful: \(figures).")
    // Without a tolerance it is not known which way is worse.
    case nil: return (1, "Quality changed with it: \(figures).")
    }
  }

  private func sum(of metric: String, from: Timestamp, to: Timestamp, _ reader: StoreReader) throws -> RatioSummary {
    var (numerator, denominator) = (0, 0)
    try reader.slots(of: metric, from: from, to: to) { slot in
      guard case .ratio(let ratio) = slot.summary else { return }
      numerator += ratio.numerator
      denominator += ratio.denominator
    }
    return RatioSummary(numerator: numerator, denominator: denominator)
  }

  private static func percent(_ ratio: RatioSummary) -> String {
    "\(tenths(Double(ratio.numerator) / Double(max(1, ratio.denominator)) * 100)) %"
  }

  private static func points(_ share: Double) -> String { (share > 0 ? "+" : "") + tenths(share * 100) }

  private static func tenths(_ value: Double) -> String {
    let rounded = (value * 10).rounded() / 10
    return "\(rounded == 0 ? 0 : rounded)"
  }
}
