import Dashboard
import Domain
import Drift
import Engine
import Measures
import Storage

/// The drift screen's data of one column, from stored summaries and references alone.
struct DriftBoardProjection {
  /// The longest stretch of event time that the graph shows, where the window is no longer.
  private static let leastSpan: Duration = .seconds(86_400)
  private var span = leastSpan
  /// Samples of the graph at most.
  private static let samples = 144
  /// Lengths of a sample, the shortest that is long enough is taken.
  private static let buckets: [Int64] = [10, 30, 60, 120, 300, 600]
  /// Slots this close to the newest may still grow.
  private static let tail: Duration = .seconds(120)
  /// Values of one label, and labels, that become segments.
  private static let segmentLimit = 40
  private static let labelLimit = 6
  private static let versionLimit = 4

  private var column: String?
  private var reference: Reference?
  /// Merged slots by their start, every label set together.
  private var slots: [Timestamp: Summary] = [:]
  private var readThrough: Timestamp = .distantPast
  /// What was computed of samples that change no more.
  private var course: [Timestamp: Double?] = [:]
  private var bucket: Int64 = 0
  /// The references of segments: nil where the store no longer holds enough of their past.
  private var pasts: [DriftSegmentKey: Reference?] = [:]
  private var volume = VolumeHistory()

  /// The board of the column that is asked for, else of the one that moved most; nil where no column is watched.
  ///
  /// - Parameter opened: the numbers of the open incidents about drift, by column.
  mutating func board(
    _ selection: String?, rows: [DriftRow], metrics: [MetricRow], incidents: [IncidentRow], opened: [String: Int],
    versions: [DeployedVersion], reviews: [String: VersionReview], compared: [DriftProjection.Compared],
    plan: WatchPlan, selfTests: [String: GaugeSelfTest], sources: [SourceRow], end: Timestamp,
    _ calibrations: inout ScoreCalibrations,
    _ reader: StoreReader
  ) throws -> DriftBoard? {
    let worst = rows.enumerated().min { Self.rank($0.element) < Self.rank($1.element) }?.element
    guard let row = rows.first(where: { $0.name == selection }) ?? worst,
      let metric = plan.metrics.first(where: { $0.name == row.name })
    else { return nil }
    let known = try reader.references().compactMap(Reference.init(json:))
    let reference = DriftProjection.reference(for: metric, among: known)
    if column != row.name || reference != self.reference {
      self = DriftBoardProjection()
      column = row.name
      self.reference = reference
    }
    let settings = metric.drift ?? DriftSettings()
    span = max(Self.leastSpan, settings.window)
    try read(metric.name, end: end, reader)
    var board = DriftBoard(row: row, window: settings.window, course: course(row, settings, end: end))
    if let reference, let current = merged(from: end - settings.window, to: end) {
      let estimate = reference.alike(metric, from: end - settings.window, to: end).compare(current, settings: settings)
      board.reason = estimate.reason
      board.kolmogorovSmirnov = estimate.kolmogorovSmirnov
    }
    let current = try labelled(metric.name, from: end - settings.window, to: end, reader)
    board.labels = Self.labels(of: current.keys)
    board.segments = try segments(metric, settings, current, labels: board.labels, reader)
    let shown = Array(versions.suffix(Self.versionLimit))
    board.versions = shown.map(\.name)
    board.comparisons = try VersionFigures(
      versions: shown, window: settings.window, end: end, plan: plan, shown: metrics
    ).comparisons(of: metric, settings, reference, reader)
    if !shown.isEmpty {
      let cells = shown.enumerated().map { index, version -> VersionComparison.Cell in
        if let review = reviews[version.name] {
          return VersionComparison.Cell(
            text: "\(review.decision.rawValue) \(review.by)", health: review.decision == .rollBack ? .alarm : .ok)
        }
        return index == 0 ? VersionComparison.Cell(text: nil) : VersionComparison.Cell(text: "not done", health: .warn)
      }
      board.comparisons.append(VersionComparison(title: "review", cells: cells))
    }
    board.incident = opened[row.name]
    let harm = try DriftMeaning.onset(of: board).map {
      try DriftHarm(plan: plan, began: $0.at, end: end).sentences(&calibrations, reader)
    }
    board.meaning =
      DriftMeaning(
        board: board, deploys: versions, incidents: incidents,
        comparison: compared.first { $0.metric.name == row.name }?.comparison, harm: harm ?? [],
        volume: try volume.comparison(of: metric.name, window: settings.window, end: end, reader),
        selfTest: selfTests[metric.name],
        otherType: metric.field.flatMap { field in
          sources.first { $0.name == metric.source }?.tally.fieldErrors[field]
        } ?? 0, end: end
      ).sentences
    return board
  }

  private static func rank(_ row: DriftRow) -> Int {
    switch row.verdict {
    case .alarm: 0
    case .warn: 1
    case .ok: 2
    case .tooFew: 3
    case .noReference: 4
    }
  }

  // MARK: - The course

  private mutating func read(_ metric: String, end: Timestamp, _ reader: StoreReader) throws {
    let start = end - span
    let from = max(start, readThrough == .distantPast ? start : readThrough - Self.tail)
    for stamp in slots.keys where stamp < start || stamp >= from { slots[stamp] = nil }
    try reader.slots(of: metric, from: from, to: end + .seconds(10)) { slot in
      if slots[slot.start]?.merge(slot.summary) == nil { slots[slot.start] = slot.summary }
    }
    readThrough = end
  }

  private func merged(from: Timestamp, to: Timestamp) -> Summary? {
    var result: Summary?
    for (start, summary) in slots.sorted(by: { $0.key < $1.key }) where start >= from && start < to {
      if result?.merge(summary) == nil { result = summary }
    }
    return result
  }

  private mutating func course(_ row: DriftRow, _ settings: DriftSettings, end: Timestamp) -> MetricRow {
    let first = slots.keys.min() ?? end
    let length = max(.seconds(600), end - first)
    let bucket = Self.buckets.first { length.inSeconds / Double($0) <= Double(Self.samples) } ?? 600
    if bucket != self.bucket { (self.bucket, course) = (bucket, [:]) }
    let width = Duration.seconds(bucket)
    let last = end.floored(to: width) + width
    let count = min(Self.samples, max(1, Int(length.inSeconds / Double(bucket)) + 1))
    let ordered = slots.sorted { $0.key < $1.key }
    let values = (0..<count).map { index -> Double? in
      let stop = last - .seconds(bucket * Int64(count - 1 - index))
      if let known = course[stop] { return known }
      let value = estimate(settings, ordered, from: stop - settings.window, to: stop)
      if stop < end - Self.tail { course[stop] = .some(value) }
      return value
    }
    let known = values.compactMap { $0 }
    var shown = MetricRow(name: row.name, title: row.title, aspect: .technical)
    shown.samples = values
    shown.bucketSeconds = Int(bucket)
    shown.end = last
    shown.now = row.value
    shown.minimum = known.min()
    shown.maximum = known.max()
    shown.limit = MetricLimit(warn: settings.warn, alarm: settings.alarm, direction: .above)
    shown.health = row.verdict == .alarm ? .alarm : row.verdict == .warn ? .warn : .ok
    shown.count = row.count
    return shown
  }

  /// The debiased index of a stretch of time, never below 0 on the graph; nil where too few rows say.
  private func estimate(
    _ settings: DriftSettings, _ ordered: [(key: Timestamp, value: Summary)], from: Timestamp, to: Timestamp
  ) -> Double? {
    var current: Summary?
    for (start, summary) in ordered where start >= from && start < to {
      if current?.merge(summary) == nil { current = summary }
    }
    guard let current, let reference else { return nil }
    let alike = settings.stratify == nil ? reference : reference.alike(from: from, to: to)
    let estimate = alike.compare(current, settings: settings)
    guard estimate.verdict != .tooFew else { return nil }
    return max(0, estimate.psi)
  }

  // MARK: - Segments

  /// What a metric's label sets add up to over a stretch of time.
  private func labelled(
    _ metric: String, from: Timestamp, to: Timestamp, _ reader: StoreReader
  ) throws -> [Labels: Summary] {
    var sums: [Labels: Summary] = [:]
    try reader.slots(of: metric, from: from, to: to) { slot in
      if sums[slot.labels]?.merge(slot.summary) == nil { sums[slot.labels] = slot.summary }
    }
    return sums
  }

  /// The labels that have more than one value, the version left out: versions stand side by side elsewhere.
  private static func labels(of sets: some Collection<Labels>) -> [String] {
    var values: [String: Set<String>] = [:]
    for set in sets { for label in set.all { values[label.name, default: []].insert(label.value) } }
    return Array(values.filter { $0.key != "version" && $0.value.count > 1 }.keys.sorted().prefix(labelLimit))
  }

  private mutating func segments(
    _ metric: WatchPlan.Metric, _ settings: DriftSettings, _ current: [Labels: Summary], labels: [String],
    _ reader: StoreReader
  ) throws -> [DriftSegment] {
    guard let reference else { return [] }
    var sums: [DriftSegmentKey: Summary] = [:]
    for (set, summary) in current.sorted(by: { $0.key < $1.key }) {
      for label in labels {
        guard let value = set[label] else { continue }
        let key = DriftSegmentKey(label: label, value: value)
        if sums[key]?.merge(summary) == nil { sums[key] = summary }
      }
    }
    let largest = sums.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.prefix(Self.segmentLimit)
    try readPasts(of: metric.name, largest.map(\.key), reference, reader)
    let segments = largest.map { key, summary in
      let past = pasts[key].flatMap { $0 }
      var gauge = DriftProjection.row(metric, reference: past ?? reference, current: summary)
      gauge.movers = []
      return DriftSegment(label: key.label, value: key.value, gauge: gauge, hasOwnPast: past != nil)
    }
    return segments.sorted { left, right in
      (Self.rank(left.gauge), -(left.gauge.value ?? 0), left.label, left.value)
        < (Self.rank(right.gauge), -(right.gauge.value ?? 0), right.label, right.value)
    }
  }

  /// What segments were in the reference's own time, as far as the store still holds it.
  private mutating func readPasts(
    of metric: String, _ keys: [DriftSegmentKey], _ reference: Reference, _ reader: StoreReader
  ) throws {
    guard keys.contains(where: { pasts[$0] == nil }), reference.capturedFrom < reference.capturedTo else { return }
    let old = try labelled(metric, from: reference.capturedFrom, to: reference.capturedTo, reader)
    for key in keys where pasts[key] == nil {
      var sum: Summary?
      for (set, summary) in old.sorted(by: { $0.key < $1.key }) where set[key.label] == key.value {
        if sum?.merge(summary) == nil { sum = summary }
      }
      guard let sum, sum.count >= DriftEstimate.minimumRows else {
        pasts[key] = .some(nil)
        continue
      }
      let labels = Labels([Labels.Label(name: key.label, value: key.value)])
      pasts[key] = .some(
        try? Reference.capture(
          from: sum, name: reference.name, series: SeriesKey(metric: metric, labels: labels),
          capturedFrom: reference.capturedFrom, capturedTo: reference.capturedTo, capturedAt: reference.capturedAt,
          source: reference.source))
    }
  }
}

/// Names a segment.
private struct DriftSegmentKey: Hashable, Comparable {
  var label: String
  var value: String

  static func < (left: DriftSegmentKey, right: DriftSegmentKey) -> Bool {
    (left.label, left.value) < (right.label, right.value)
  }
}
