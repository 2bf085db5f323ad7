import Dashboard
import Domain
import Drift
import Engine
import Measures
import Storage

/// The newest versions side by side: a column's drift, and the metrics that have limits, each over the version's last
/// window before the next one came.
struct VersionFigures {
  private static let metricLimit = 6

  var versions: [DeployedVersion]
  var window: Duration
  var end: Timestamp
  var plan: WatchPlan
  /// The metrics as the overview shows them, for their order.
  var shown: [MetricRow]

  func comparisons(
    of column: WatchPlan.Metric, _ settings: DriftSettings, _ reference: Reference?, _ reader: StoreReader
  ) throws -> [VersionComparison] {
    guard !versions.isEmpty else { return [] }
    let drift = try sums(of: column.name, reader).map { summary in
      Self.drift(summary, reference, settings)
    }
    var comparisons = [VersionComparison(title: "PSI \(SignalWords.spaced(column.name))", cells: drift)]
    for metric in limited {
      let sums = try sums(of: metric.name, reader)
      // A metric whose source does not tell versions has nothing to compare.
      guard sums.contains(where: { $0 != nil }) else { continue }
      let cells = sums.map { cell(metric, $0) }
      comparisons.append(VersionComparison(title: metric.title, cells: cells))
    }
    return comparisons
  }

  /// Metrics with limits, those that are out of them first.
  private var limited: [WatchPlan.Metric] {
    let places = Dictionary(
      shown.enumerated().map { ($1.name, ($1.health == .alarm ? 0 : $1.health == .warn ? 1 : 2, $0)) },
      uniquingKeysWith: { first, _ in first })
    let metrics = plan.metrics.filter { metric in
      metric.kind != .category && metric.tolerance.map { $0.warn != nil || $0.alarm != nil } ?? false
    }
    return Array(
      metrics.sorted { (places[$0.name] ?? (3, 0)) < (places[$1.name] ?? (3, 0)) }.prefix(Self.metricLimit))
  }

  /// What a metric's rows of each version add up to.
  private func sums(of metric: String, _ reader: StoreReader) throws -> [Summary?] {
    try versions.indices.map { index in
      let stop = index + 1 < versions.count ? min(end, versions[index + 1].since) : end
      var sum: Summary?
      try reader.slots(of: metric, from: stop - window, to: stop) { slot in
        guard slot.labels["version"] == versions[index].name else { return }
        if sum?.merge(slot.summary) == nil { sum = slot.summary }
      }
      return sum
    }
  }

  private static func drift(
    _ summary: Summary?, _ reference: Reference?, _ settings: DriftSettings
  ) -> VersionComparison.Cell {
    guard let reference else { return VersionComparison.Cell(text: nil) }
    let rows = summary?.count ?? 0
    guard let summary, rows >= settings.minimumRows else {
      return VersionComparison.Cell(text: nil, missingRows: settings.minimumRows - rows)
    }
    let estimate = reference.compare(summary, settings: settings)
    let health: MetricRow.Health =
      switch estimate.verdict {
      case .alarm: .alarm
      case .warn: .warn
      case .ok, .tooFew: .ok
      }
    return VersionComparison.Cell(text: Self.hundredths(estimate.psi), health: health)
  }

  private func cell(_ metric: WatchPlan.Metric, _ summary: Summary?) -> VersionComparison.Cell {
    let needed = max(1, metric.tolerance?.minimumCount ?? 1)
    let rows = summary?.count ?? 0
    guard let summary, rows >= needed, let value = summary.value(of: metric.shownStatistic, over: window) else {
      return VersionComparison.Cell(text: nil, missingRows: max(1, needed - rows))
    }
    let health: MetricRow.Health =
      switch metric.tolerance?.judge(value, rows) {
      case .alarm: .alarm
      case .warn: .warn
      default: .ok
      }
    return VersionComparison.Cell(
      text: ReadingText.comparison(value, nil, unit: metric.displayUnit), health: health)
  }

  private static func hundredths(_ value: Double) -> String {
    let rounded = (max(0, value) * 100).rounded() / 100
    let text = "\(rounded)"
    return text.split(separator: ".").last?.count == 1 ? text + "0" : text
  }
}
