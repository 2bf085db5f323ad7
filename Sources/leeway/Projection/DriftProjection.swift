import Dashboard
import Domain
import Drift
import Engine
import Measures
import Storage

/// The drift of every watched metric, from stored summaries and stored references alone.
struct DriftProjection {
  /// A watched metric, what it is measured against, and its current rows.
  struct Compared {
    var metric: WatchPlan.Metric
    /// Of the same hours or weekdays as the current rows, where those are told apart.
    var reference: Reference?
    var current: Summary?
    /// The current records without a value; nil where they are not counted.
    var missing: Int?

    /// The comparison; nil where there is nothing to compare.
    var comparison: SummaryComparison? {
      guard let reference, let current else { return nil }
      return SummaryComparison(
        name: metric.name, reference: reference, current: current, missing: missing,
        settings: metric.drift ?? DriftSettings())
    }
  }

  /// Gauges are recomputed this often at most.
  private static let interval: Duration = .milliseconds(900)
  /// The end of the event time that the rows are about.
  private(set) var computedAt: Timestamp = .distantPast
  private var computed: [DriftRow] = []
  /// What the rows were computed from, in their order.
  private(set) var compared: [Compared] = []
  private var known = 0
  /// Stretches that were read from the store are read again after so much event time.
  private static let longInterval: Duration = .seconds(30)
  private var long: [String: (end: Timestamp, length: Duration, rows: Summary?)] = [:]

  mutating func rows(
    plan: WatchPlan, windows: MetricWindows, end: Timestamp, _ reader: StoreReader
  ) throws -> [DriftRow] {
    let watched = plan.metrics.filter { $0.drift != nil }
    let isComplete = computed.allSatisfy { $0.verdict != .noReference && $0.verdict != .tooFew }
    guard end < computedAt || end - computedAt >= Self.interval || watched.count != known || !isComplete else {
      return computed
    }
    let references = try reader.references().compactMap(Reference.init(json:))
    compared = try watched.map { metric in
      let length = metric.drift?.window ?? MetricWindows.span
      let current = try merged(metric.name, last: length, end: end, windows, reader)
      let records = try metric.records.map { try merged($0, last: length, end: end, windows, reader)?.count ?? 0 }
      let reference = DriftProjection.reference(for: metric, among: references)?
        .alike(metric, from: end - length, to: end)
      return Compared(
        metric: metric, reference: reference, current: current,
        missing: records.map { max(0, $0 - (current?.count ?? 0)) })
    }
    computed = compared.map { DriftProjection.row($0.metric, reference: $0.reference, current: $0.current) }
    known = watched.count
    computedAt = end
    return computed
  }

  /// What a metric's rows add up to in the last stretch of event time. Stretches beyond what is kept up to date for the
  /// graphs are read from the store, now and then.
  private mutating func merged(
    _ metric: String, last length: Duration, end: Timestamp, _ windows: MetricWindows, _ reader: StoreReader
  ) throws -> Summary? {
    guard length > MetricWindows.span else { return windows.merged(metric, last: length, end: end) }
    if let known = long[metric], known.length == length, end >= known.end, end - known.end < Self.longInterval {
      return known.rows
    }
    var rows: Summary?
    try reader.slots(of: metric, from: end - length, to: end + .seconds(1)) { slot in
      if rows?.merge(slot.summary) == nil { rows = slot.summary }
    }
    long[metric] = (end, length, rows)
    return rows
  }

  /// The reference that a metric is measured against: the one it names, else the automatic one.
  static func reference(for metric: WatchPlan.Metric, among references: [Reference]) -> Reference? {
    let own = references.filter { $0.metric == metric.name }
    let name = metric.drift?.reference ?? "auto"
    return own.first { $0.name == name } ?? own.first
  }

  static func row(_ metric: WatchPlan.Metric, reference: Reference?, current: Summary?) -> DriftRow {
    let settings = metric.drift ?? DriftSettings()
    let title = SignalWords.spaced(metric.name)
    guard let reference else {
      return DriftRow(
        name: metric.name, title: title, warn: settings.warn, alarm: settings.alarm, verdict: .noReference,
        count: current?.count)
    }
    guard let current else {
      return DriftRow(
        name: metric.name, title: title, warn: settings.warn, alarm: settings.alarm, verdict: .tooFew, count: 0,
        needed: settings.minimumRows, referenceCount: reference.count, reference: reference.name)
    }
    let estimate = reference.compare(current, settings: settings)
    var row = DriftRow(
      name: metric.name, title: title, warn: settings.warn, alarm: settings.alarm,
      verdict: DriftRow.Verdict(rawValue: estimate.verdict.rawValue) ?? .tooFew)
    row.count = estimate.currentCount
    row.referenceCount = estimate.referenceCount
    row.reference = reference.name
    if estimate.verdict == .tooFew {
      row.needed = settings.minimumRows
    } else {
      row.value = estimate.psi
      row.low = estimate.low
      row.high = estimate.high
      row.kolmogorovSmirnov = estimate.kolmogorovSmirnov
      let distance = reference.wasserstein(current)
      row.wasserstein = distance?.distance
      row.relativeWasserstein = distance?.relative
    }
    row.movers = estimate.cells.map {
      DriftRow.Mover(
        label: $0.label, referenceShare: $0.referenceShare, currentShare: $0.currentShare, contribution: $0.psi)
    }
    return row
  }
}

extension Reference {
  /// The reference of the same hours or weekdays as a stretch of time, where a metric is compared with those.
  func alike(_ metric: WatchPlan.Metric, from: Timestamp, to: Timestamp) -> Reference {
    metric.drift?.stratify == nil ? self : alike(from: from, to: to)
  }
}
