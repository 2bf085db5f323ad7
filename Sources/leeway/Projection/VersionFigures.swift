import Dashboard
import Domain
import Drift
import Engine
import Measures
import Storage

/// The newest versions side by side: a column's drift, and the metrics that have limits. The newest version is looked at
/// over the last window, older ones over the same hours of an earlier day where they have rows then, else over their last
/// window before the next one came.
struct VersionFigures {
  private static let metricLimit = 6
  /// How many days back the same hours are looked for.
  private static let daysBack = 7

  /// What a version is looked at over.
  private struct Stretch {
    var from: Timestamp
    var to: Timestamp
    /// `the last 30 m`, `1 d before`, `its last 30 m`.
    var text: String
  }

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
    let stretches = try versions.indices.map { try stretch(of: $0, column.name, settings, reader) }
    let drift = zip(try sums(of: column.name, stretches, reader), stretches).map { summary, stretch in
      Self.drift(summary, stretch, reference, settings)
    }
    var comparisons = [VersionComparison(title: "PSI \(SignalWords.spaced(column.name))", cells: drift)]
    for metric in limited {
      let sums = try sums(of: metric.name, stretches, reader)
      // A metric whose source does not tell versions has nothing to compare.
      guard sums.contains(where: { $0 != nil }) else { continue }
      let cells = sums.map { cell(metric, $0) }
      comparisons.append(VersionComparison(title: metric.title, cells: cells))
    }
    comparisons.append(
      VersionComparison(title: "looked at", cells: stretches.map { VersionComparison.Cell(text: $0.text) }))
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

  /// Over what a version is looked at: enough rows of the column decide.
  private func stretch(
    of index: Int, _ column: String, _ settings: DriftSettings, _ reader: StoreReader
  ) throws -> Stretch {
    guard index + 1 < versions.count else { return Stretch(from: end - window, to: end, text: "last \(window.short)") }
    let stop = min(end, versions[index + 1].since)
    for days in 1...Self.daysBack {
      let to = end - .seconds(86_400 * days)
      guard to <= stop else { continue }
      let stretch = Stretch(from: to - window, to: to, text: "\(days) d before")
      let rows = try sum(of: column, versions[index].name, stretch, reader)?.count ?? 0
      if rows >= settings.minimumRows { return stretch }
    }
    return Stretch(from: stop - window, to: stop, text: "its last \(window.short)")
  }

  /// What a metric's rows of each version add up to.
  private func sums(of metric: String, _ stretches: [Stretch], _ reader: StoreReader) throws -> [Summary?] {
    try zip(versions, stretches).map { try sum(of: metric, $0.name, $1, reader) }
  }

  private func sum(
    of metric: String, _ version: String, _ stretch: Stretch, _ reader: StoreReader
  ) throws -> Summary? {
    var sum: Summary?
    try reader.slots(of: metric, from: stretch.from, to: stretch.to) { slot in
      guard slot.labels["version"] == version else { return }
      if sum?.merge(slot.summary) == nil { sum = slot.summary }
    }
    return sum
  }

  private static func drift(
    _ summary: Summary?, _ stretch: Stretch, _ reference: Reference?, _ settings: DriftSettings
  ) -> VersionComparison.Cell {
    guard let reference else { return VersionComparison.Cell(text: nil) }
    let rows = summary?.count ?? 0
    guard let summary, rows >= settings.minimumRows else {
      return VersionComparison.Cell(text: nil, missingRows: settings.minimumRows - rows)
    }
    let alike = settings.stratify == nil ? reference : reference.alike(from: stretch.from, to: stretch.to)
    let estimate = alike.compare(summary, settings: settings)
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
