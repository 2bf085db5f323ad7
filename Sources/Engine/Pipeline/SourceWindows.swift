import Detection
import Domain
import Drift
import Measures

/// The recent slots of a source's derived and drift metrics, as rules see them. Belongs to the pipeline's thread.
final class SourceWindows: WindowReading {
  private var recent: RecentSlots
  /// The metrics of long windows, kept apart so that the others need not be kept for as long.
  private var long: RecentSlots
  private let longMetrics: Set<String>
  private let kept: Set<String>
  private let driftSettings: [String: DriftSettings]
  private var estimates: [String: (at: Timestamp, drift: DriftReading?)] = [:]
  private var detectors: [String: SummaryChangeDetector] = [:]
  /// The metrics whose detectors are worth a page.
  private var paging: Set<String> = []
  private var tickedAt: Timestamp?
  /// The tick up to which what the detectors counted has been handed out to be stored.
  private var storedTick: Timestamp?
  private let budget: DriftBudget
  /// What reaches further back is kept apart.
  private static let shortHorizon: Duration = .seconds(4 * 3_600)
  /// Drift is computed anew this often in event time: its window of half an hour moves slowly.
  private static let driftStep: Duration = .seconds(60)
  /// The references that drift is measured against, by metric.
  var references: [String: Reference] = [:] {
    didSet {
      forgetEstimates()
      for (metric, reference) in references where reference.identity != oldValue[metric]?.identity {
        // Without a stratum of its own each hour would be a change.
        guard driftSettings[metric]?.stratify == nil else { continue }
        detectors[metric] = SummaryChangeDetector(reference)
        paging.remove(metric)
        presences[metric] = nil
      }
    }
  }
  /// The step for which the shadows have been merged.
  private var shadowStep: Timestamp?
  /// Up to where the shadows have been merged.
  private var shadowsThrough: Timestamp?
  private let recordCounters: [String: String]
  private var risks: [String: ShareChangeDetector] = [:]
  private var presences: [String: (over: Duration, reading: PresenceReading)] = [:]

  /// Creates windows that keep the slots of the given metrics for as long as any rule looks back.
  ///
  /// - Parameters:
  ///   - reaches: how far back rules read each metric.
  ///   - riskWatches: the derived metrics whose shares are watched, with what is tolerated.
  ///   - recordCounters: what counts the records of which some hold a drift metric's value, by the drift metric.
  init(
    metrics: Set<String>, reaches: [String: Duration], driftSettings: [String: DriftSettings],
    recordCounters: [String: String], riskWatches: [String: Double] = [:], budget: DriftBudget, horizon: Duration
  ) {
    risks = riskWatches.compactMapValues { ShareChangeDetector(tolerated: $0) }
    self.recordCounters = recordCounters
    self.budget = budget
    longMetrics = Set(reaches.filter { $0.value > SourceWindows.shortHorizon }.keys)
    long = RecentSlots(horizon: horizon)
    let drift = driftSettings.values.map(\.window).max() ?? .zero
    recent = RecentSlots(
      horizon: min(horizon, max(SourceWindows.shortHorizon, drift, AutomaticReference.span) + .seconds(60)))
    kept = metrics.union(driftSettings.keys.map { SourceSetup.shadowPrefix + $0 })
    self.driftSettings = driftSettings
  }

  /// Whether drift is about to be computed anew at a boundary, and the shadows' slots are to be merged before. Asking
  /// promises to do so.
  func wantsShadows(at boundary: Timestamp) -> Bool {
    let step = boundary.floored(to: Self.driftStep)
    guard !driftSettings.isEmpty || !risks.isEmpty, shadowStep != step else { return false }
    shadowStep = step
    return true
  }

  /// Takes note that the shadows have been merged up to a boundary.
  func noteShadows(through boundary: Timestamp) {
    shadowsThrough = boundary
    presences = [:]
  }

  /// Gives the detectors what was counted since the last step that ended at a boundary, once the shadows are merged.
  func tick(at boundary: Timestamp) {
    let step = boundary.floored(to: Self.driftStep)
    defer { tickedAt = step }
    guard let last = tickedAt, last < step else { return }
    var hasTicked = false
    for metric in detectors.keys {
      guard let rows = merged(metric: metric, from: max(last, step - Self.longestTick), to: step) else { continue }
      if detectors[metric]?.update(rows, from: max(last, step - Self.longestTick)) == true { hasTicked = true }
    }
    for metric in risks.keys {
      let from = max(last, step - Self.longestTick)
      guard case .ratio(let rows)? = recent.summary(of: metric, labels: .none, from: from, to: step) else { continue }
      if risks[metric]?.update(rows, from: from) == true { hasTicked = true }
    }
    guard hasTicked else { return }
    rankPages()
    estimates = [:]
  }

  /// Decides which metrics' detectors are worth a page.
  private func rankPages() {
    var known = detectors.compactMap { metric, detector in detector.state.map { (metric, $0.logStatistic) } }
    // Names of derived metrics hold a colon, those of others do not.
    known += risks.compactMap { metric, detector in detector.state.map { (metric, $0.logStatistic) } }
    known.sort { $0.0 < $1.0 }
    let pages = SeriesRanking.pages(
      known.map(\.1),
      ticksPerFalsePage: budget.ticksPerFalsePage(tick: Self.driftStep) * budget.share(of: known.count))
    paging = Set(pages.map { known[$0].0 })
  }

  /// What the detectors have counted, as it is stored, when it has changed since the last call.
  func takeDetectors() -> JSON? {
    guard let tickedAt, tickedAt != storedTick else { return nil }
    storedTick = tickedAt
    return [
      "ticked_ns": .integer(tickedAt.nanoseconds),
      "metrics": .object(JSONObject(detectors.sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) })),
      "risks": .object(JSONObject(risks.sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) })),
    ]
  }

  /// Lets the detectors go on where an earlier process stopped; the references are there already.
  func restoreDetectors(_ stored: JSON) {
    tickedAt = stored["ticked_ns"]?.integer.map(Timestamp.init(nanoseconds:))
    storedTick = tickedAt
    for (metric, memory) in stored["metrics"]?.object?.members ?? [] { detectors[metric]?.restore(memory) }
    for (metric, memory) in stored["risks"]?.object?.members ?? [] { risks[metric]?.restore(memory) }
    rankPages()
  }

  /// What more of the reference's records lack is optional: that it is there may be the trouble, as with errors.
  private static let mostMissing = 0.5
  /// What is older than this when the next tick comes is passed over.
  private static let longestTick: Duration = .seconds(600)

  private func forgetEstimates() {
    estimates = [:]
    shadowStep = nil
  }

  /// Where the slots of a series of the meters go.
  private enum Destination {
    case nowhere
    case recent(RecentSlots.Place)
    case long(RecentSlots.Place)
  }

  private var destinations: [Int: Destination] = [:]

  /// Adds stored slots.
  func merge(_ deltas: [SlotDelta]) {
    for delta in deltas { _ = add(delta) }
  }

  /// Adds a slot of a series that the meters name by a number.
  func merge(_ delta: SlotDelta, series: Int) {
    switch destinations[series] {
    case .nowhere: return
    case .recent(let place): recent.merge(delta, at: place)
    case .long(let place): long.merge(delta, at: place)
    case nil: destinations[series] = add(delta)
    }
  }

  private func add(_ delta: SlotDelta) -> Destination? {
    guard kept.contains(delta.series.metric) else { return .nowhere }
    return longMetrics.contains(delta.series.metric)
      ? long.merge(delta).map { .long($0) } : recent.merge(delta).map { .recent($0) }
  }

  /// Forgets what no rule looks back to any more.
  func expire(watermark: Timestamp) {
    let before = generation
    recent.expire(watermark: watermark)
    long.expire(watermark: watermark)
    // The places of the others move when a series goes.
    if generation != before { destinations = [:] }
  }

  var generation: Int? { recent.generation &+ long.generation }

  func labelSets(of metric: String, from: Timestamp, to: Timestamp) -> [Labels] {
    longMetrics.contains(metric) ? long.labelSets(of: metric) : recent.labelSets(of: metric)
  }

  /// Places in the long windows have negative names.
  func series(of metric: String, labels: Labels) -> WindowSeries? {
    longMetrics.contains(metric)
      ? long.place(of: metric, labels: labels).map { WindowSeries(rawValue: ~$0.rawValue) }
      : recent.place(of: metric, labels: labels).map { WindowSeries(rawValue: $0.rawValue) }
  }

  func summary(of series: WindowSeries, from: Timestamp, to: Timestamp) -> Summary? {
    series.rawValue < 0
      ? long.summary(at: RecentSlots.Place(rawValue: ~series.rawValue), from: from, to: to)
      : recent.summary(at: RecentSlots.Place(rawValue: series.rawValue), from: from, to: to)
  }

  /// The summary of a drift metric over `from..<to`, all label sets together.
  func merged(metric: String, from: Timestamp, to: Timestamp) -> Summary? {
    recent.summary(of: SourceSetup.shadowPrefix + metric, labels: .none, from: from, to: to)
  }

  /// How many records of `from..<to` hold no value of a drift metric; nil where they are not counted. Exact once the
  /// shadows have been merged up to `to`.
  func missing(metric: String, values: Int, from: Timestamp, to: Timestamp) -> Int? {
    guard let counter = recordCounters[metric] else { return nil }
    return max(0, (recent.summary(of: counter, labels: .none, from: from, to: to)?.count ?? 0) - values)
  }

  /// Whether the records that hold no value of a drift metric are counted.
  func countsMissing(metric: String) -> Bool { recordCounters[metric] != nil }

  func presence(metric: String, over duration: Duration, at instant: Timestamp) -> PresenceReading? {
    guard let end = shadowsThrough, end <= instant, let usual = references[metric]?.missingShare,
      usual <= Self.mostMissing
    else { return nil }
    if let known = presences[metric], known.over == duration { return known.reading }
    let values = merged(metric: metric, from: end - duration, to: end)?.count ?? 0
    let reading = PresenceReading(end: end, values: values, usuallyMissing: usual)
    presences[metric] = (duration, reading)
    return reading
  }

  func risk(metric: String) -> RiskReading? {
    guard paging.contains(metric), let state = risks[metric]?.state else { return nil }
    return RiskReading(share: state.share, rows: state.rows, onset: state.onset)
  }

  /// The drift of a metric against its reference; nil without a reference or without rows.
  func drift(metric: String, at instant: Timestamp) -> DriftReading? {
    let step = instant.floored(to: Self.driftStep)
    if let known = estimates[metric], known.at == step { return known.drift }
    let drift = compute(metric: metric, at: instant)
    estimates[metric] = (step, drift)
    return drift
  }

  private func compute(metric: String, at instant: Timestamp) -> DriftReading? {
    guard let settings = driftSettings[metric], let reference = references[metric],
      let current = merged(metric: metric, from: instant - settings.window, to: instant)
    else { return nil }
    let alike = settings.stratify == nil ? reference : reference.alike(from: instant - settings.window, to: instant)
    let estimate = alike.compare(current, settings: settings)
    guard estimate.verdict != .tooFew else { return nil }
    var reading = DriftReading(psi: estimate.psi, low: estimate.low, n: estimate.currentCount)
    if paging.contains(metric), let state = detectors[metric]?.state, state.rows >= settings.minimumRows {
      reading.sinceChange = state.psi
      reading.onset = state.onset
    }
    return reading
  }
}
