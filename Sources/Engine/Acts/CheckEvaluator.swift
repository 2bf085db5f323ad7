import Assurance
import Domain
import Incidents
import Measures
import Storage

/// Measures what effectiveness checks ask for, from the stored summaries alone.
struct CheckEvaluator {
  /// How long after its end a window is measured.
  static let settling: Duration = .seconds(15)

  let reader: StoreReader
  /// The metrics' usual statistics, by name.
  private let usual: [String: String]

  init(_ reader: StoreReader) throws {
    self.reader = reader
    let metrics = try WatchPlan.stored(reader)?.metrics ?? []
    usual = Dictionary(
      metrics.compactMap { metric in metric.tolerance.map { (metric.name, $0.statistic.description) } },
      uniquingKeysWith: { first, _ in first })
  }

  /// Measures a check whose action was implemented; nil where it was not.
  func measure(_ check: EffectivenessCheck) throws -> CheckMeasurement? {
    guard let start = check.startsAt, let end = check.dueAt else { return nil }
    let plan = check.plan
    func window(
      _ metric: String, _ statistic: String?, _ from: Timestamp, _ to: Timestamp
    ) throws -> MetricReading? {
      try MetricReading(
        reader, metric: metric, statistic: statistic, labels: plan.labels, usual: usual[metric], from: from, to: to)
    }
    let before = try window(plan.metric, plan.statistic, start - plan.baseline, start)
    let after = try window(plan.metric, plan.statistic, start, end)
    var guards: [(before: MeasuredValue?, after: MeasuredValue?)] = []
    for rule in plan.guards {
      let was = try window(rule.metric, rule.statistic, start - plan.baseline, start)
      let isNow = try window(rule.metric, rule.statistic, start, end)
      guards.append((was?.value, isNow?.value))
    }
    var measurement = plan.judge(before: before?.value, after: after?.value, guards: guards)
    var bytes = before?.bytes ?? []
    bytes += after?.bytes ?? []
    measurement.hash = Digest256.sha256(bytes).description
    measurement.command =
      "leeway metrics --metric \(plan.metric) --from \(start.formatted(.seconds)) --to \(end.formatted(.seconds))"
    return measurement
  }
}

extension Summary {
  /// What a metric of this kind is read by where nobody says otherwise.
  var usualStatistic: Statistic {
    switch self {
    case .counter: .rate
    case .gauge, .distribution: .mean
    case .ratio: .ratio
    case .category: .count
    }
  }

  /// A statistic with its 95 % interval: Wilson for shares, the normal one for means, order statistics for quantiles,
  /// Poisson for rates, and none (low and high equal) for single readings such as a gauge's.
  func measured(_ statistic: Statistic, over duration: Duration) -> MeasuredValue? {
    guard let value = value(of: statistic, over: duration), count > 0 else { return nil }
    let z = 1.96
    let n = Double(count)
    func spread(_ half: Double) -> MeasuredValue {
      MeasuredValue(count: count, value: value, low: value - half, high: value + half)
    }
    func share() -> MeasuredValue {
      let interval = Proportion(Int((value * n).rounded()), of: count).interval
      return MeasuredValue(count: count, value: value, low: interval.lowerBound, high: interval.upperBound)
    }
    switch (self, statistic) {
    case (.ratio, .ratio), (.ratio, .mean), (.category, .share): return share()
    case (.distribution(let summary), .mean):
      return spread(z * ((summary.variance ?? 0) / n).squareRoot())
    case (.distribution(let summary), .quantile(let rank)):
      let half = z * (rank * (1 - rank) / n).squareRoot()
      return MeasuredValue(
        count: count, value: value, low: min(value, summary.quantile(max(0, rank - half)) ?? value),
        high: max(value, summary.quantile(min(1, rank + half)) ?? value))
    case (_, .rate), (.counter, .sum): return spread(value.magnitude * z / n.squareRoot())
    default: return spread(0)
    }
  }
}
