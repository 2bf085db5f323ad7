import Domain
import Expressions
import Measures

/// What a condition says of one signal: it holds, it does not, or there is too little to say.
enum Outcome: Hashable, Sendable {
  case holds
  case fails
  case unknown

  init(_ value: Bool) { self = value ? .holds : .fails }
}

/// The outcome of a rule for one signal, with the numbers that it rests on.
struct ConditionReading {
  var outcome: Outcome
  /// The value of the first comparison that holds, else of the first comparison.
  var value: Double?
  var threshold: Double?
  var count: Int?
  /// The value of the first comparison, which `clear` is compared with.
  var firstValue: Double?
  /// When a detector says that what is compared changed; nil where none says so.
  var onset: Timestamp?
  /// Whether any record stands behind any of the comparisons.
  var hasRows: Bool
}

/// One comparison's number.
private struct LeafReading {
  var outcome: Outcome
  var value: Double?
  var rows: Int
  var onset: Timestamp?
}

/// The series that one comparison reads.
private struct LeafSeries<Windows: WindowReading> {
  var windows: Windows
  /// nil where it has no records.
  var series: WindowSeries?
  /// Whether it is the one series of a rule without identity labels.
  var isUnlabelled: Bool

  func summary(from: Timestamp, to: Timestamp) -> Summary? {
    series.flatMap { windows.summary(of: $0, from: from, to: to) }
  }
}

extension CompiledRule {
  /// Reads the condition for an identity at a boundary.
  ///
  /// - Parameter watchedSince: the source's records before this instant were not all seen; windows that reach further
  ///   back are incomplete.
  ///
  /// - Parameter isWhole: whether every comparison is read, also those that decide nothing any more; a live signal's
  ///   staleness depends on all of them.
  func read(
    _ identity: RuleIdentity, at boundary: Timestamp, watchedSince: Timestamp, isWhole: Bool = true,
    windows: some WindowReading
  ) -> ConditionReading {
    func read(_ index: Int) -> LeafReading {
      let series = LeafSeries(windows: windows, series: identity.series[index], isUnlabelled: identity.labels.isEmpty)
      return self.read(leaves[index], series, at: boundary, watchedSince: watchedSince)
    }
    var readings: [LeafReading]
    if isWhole {
      readings = leaves.indices.map(read)
    } else {
      readings = Array(repeating: LeafReading(outcome: .unknown, value: nil, rows: 0), count: leaves.count)
      let outcome = decide(root) { index in
        readings[index] = read(index)
        return readings[index].outcome
      }
      guard outcome == .holds else {
        return ConditionReading(
          outcome: outcome, value: readings[0].value, threshold: leaves[0].bound?.value, count: readings[0].rows,
          firstValue: readings[0].value, hasRows: readings.contains { $0.rows > 0 })
      }
      // What begins to hold is told with all that it rests on.
      readings = leaves.indices.map(read)
    }
    let shown = readings.firstIndex { $0.outcome == .holds } ?? 0
    return ConditionReading(
      outcome: CompiledRule.fold(root, readings.map(\.outcome)), value: readings[shown].value,
      threshold: leaves[shown].bound?.value, count: readings[shown].rows, firstValue: readings[0].value,
      onset: readings[shown].onset, hasRows: readings.contains { $0.rows > 0 })
  }

  /// Kleene's three-valued logic: unknown stays unknown unless the other parts decide.
  private static func fold(_ node: Node, _ outcomes: [Outcome]) -> Outcome {
    switch node {
    case .leaf(let index): return outcomes[index]
    case .not(let part):
      switch fold(part, outcomes) {
      case .holds: return .fails
      case .fails: return .holds
      case .unknown: return .unknown
      }
    case .all(let parts):
      let folded = parts.map { fold($0, outcomes) }
      return folded.contains(.fails) ? .fails : (folded.contains(.unknown) ? .unknown : .holds)
    case .any(let parts):
      let folded = parts.map { fold($0, outcomes) }
      return folded.contains(.holds) ? .holds : (folded.contains(.unknown) ? .unknown : .fails)
    }
  }

  /// Folds like ``fold(_:_:)``, but asks for no more comparisons than decide.
  private func decide(_ node: Node, _ outcome: (Int) -> Outcome) -> Outcome {
    switch node {
    case .leaf(let index): return outcome(index)
    case .not(let part):
      switch decide(part, outcome) {
      case .holds: return .fails
      case .fails: return .holds
      case .unknown: return .unknown
      }
    case .all(let parts):
      var isUnknown = false
      for part in parts {
        switch decide(part, outcome) {
        case .fails: return .fails
        case .unknown: isUnknown = true
        case .holds: continue
        }
      }
      return isUnknown ? .unknown : .holds
    case .any(let parts):
      var isUnknown = false
      for part in parts {
        switch decide(part, outcome) {
        case .holds: return .holds
        case .unknown: isUnknown = true
        case .fails: continue
        }
      }
      return isUnknown ? .unknown : .fails
    }
  }

  private func read(
    _ leaf: Leaf, _ series: LeafSeries<some WindowReading>, at boundary: Timestamp, watchedSince: Timestamp
  ) -> LeafReading {
    if leaf.function == .drift { return drift(leaf, at: boundary, series.windows) }
    if leaf.function == .missing { return missing(leaf, series, at: boundary) }
    if leaf.function == .risk { return risk(leaf, series, at: boundary) }
    let start = boundary - leaf.over
    let summary = series.summary(from: start, to: boundary)
    let rows = summary?.count ?? 0
    let isPartial = start < watchedSince
    guard let bound = leaf.bound else {
      let outcome: Outcome = rows > 0 ? .fails : (isPartial ? .unknown : .holds)
      return LeafReading(outcome: outcome, value: Double(rows), rows: rows)
    }
    var value = number(summary, leaf, over: leaf.over)
    if let reference = leaf.reference, leaf.comparison == .score {
      let score = score(leaf, reference, summary, series, before: start, watchedSince)
      guard let score, !isPartial, leaf.isDefiniteWithoutRows || rows >= max(1, definition.minimumCount) else {
        return LeafReading(outcome: .unknown, value: score, rows: rows)
      }
      return LeafReading(outcome: Outcome(bound.holds(score)), value: score, rows: rows)
    }
    if let reference = leaf.reference {
      let old = referenceValue(leaf, reference, series, before: start, watchedSince)
      value = if let old, old != 0, let current = value { current / old } else { nil }
      guard let change = value, change.isFinite else { return LeafReading(outcome: .unknown, value: nil, rows: rows) }
      // Nothing in the window is a change when the reference window had rows.
      let isTooFew = !leaf.isDefiniteWithoutRows && rows < max(1, definition.minimumCount)
      return LeafReading(outcome: isTooFew ? .unknown : Outcome(bound.holds(change)), value: change, rows: rows)
    }
    guard let value else { return LeafReading(outcome: .unknown, value: nil, rows: rows) }
    if !leaf.isDefiniteWithoutRows {
      let isTooFew = rows < max(1, definition.minimumCount)
      return LeafReading(outcome: isTooFew ? .unknown : Outcome(bound.holds(value)), value: value, rows: rows)
    }
    // A number that is still growing can already be too large, but not yet too small.
    let isSettled = !isPartial || bound.comparison == .greater || bound.comparison == .greaterOrEqual
    return LeafReading(outcome: isSettled ? Outcome(bound.holds(value)) : .unknown, value: value, rows: rows)
  }

  private func number(_ summary: Summary?, _ leaf: Leaf, over duration: Duration) -> Double? {
    guard let summary else { return leaf.isDefiniteWithoutRows ? 0 : nil }
    let value = summary.value(of: leaf.statistic, over: duration)
    switch leaf.function {
    case .rate: return value.map { $0 / max(duration.inSeconds, 1e-9) }
    case .burnRate: return value.map { $0 / max(1 - (leaf.objective ?? 0), 1e-12) }
    default: return value
    }
  }

  /// The number of the reference window, scaled to the length of the window; nil when it has too few rows, or is not
  /// long enough in the past to be known.
  private func referenceValue(
    _ leaf: Leaf, _ reference: Duration, _ series: LeafSeries<some WindowReading>, before end: Timestamp,
    _ watchedSince: Timestamp
  ) -> Double? {
    let summary = series.summary(from: end - reference, to: end)
    guard let summary, summary.count >= max(1, definition.minimumCount) else { return nil }
    if leaf.isDefiniteWithoutRows, isYoung(reference, series, before: end) { return nil }
    let value = number(summary, leaf, over: reference)
    switch leaf.function {
    case .count, .sum:
      guard end - reference >= watchedSince else { return nil }
      return value.map { $0 * leaf.over.inSeconds / reference.inSeconds }
    case .rate, .distinct: return end - reference >= watchedSince ? value : nil
    default: return value
    }
  }

  /// Whether a label set had no record in the first quarter of the reference window: what is new has no rate to compare
  /// with.
  private func isYoung(
    _ reference: Duration, _ series: LeafSeries<some WindowReading>, before end: Timestamp
  ) -> Bool {
    guard !series.isUnlabelled else { return false }
    let quarter = end - reference + reference / 4
    return series.summary(from: end - reference, to: quarter)
      .map { $0.count == 0 } ?? true
  }

  /// How improbable the window is if nothing has changed since the reference window: the signed root of the likelihood
  /// ratio, which is close to a standard normal deviate also where counts are small (Wilks' theorem; for counts the
  /// two windows' records are divided by their lengths, for shares it is the G test of a 2 × 2 table).
  private func score(
    _ leaf: Leaf, _ reference: Duration, _ summary: Summary?, _ series: LeafSeries<some WindowReading>,
    before end: Timestamp, _ watchedSince: Timestamp
  ) -> Double? {
    let start = max(end - reference, watchedSince)
    // A quarter of the reference window is the least that says what is usual.
    guard end - start >= reference / 4 else { return nil }
    let old = series.summary(from: start, to: end)
    if leaf.function == .ratio {
      guard case .ratio(let now)? = summary, case .ratio(let then)? = old, now.denominator > 0, then.denominator > 0
      else { return nil }
      return Deviance.ofShares(
        (now.numerator, now.denominator), (then.numerator, then.denominator))
    }
    guard let old, old.count > 0 || series.isUnlabelled else { return nil }
    if isYoung(reference, series, before: end) { return nil }
    return Deviance.ofRates(
      (Double(summary?.count ?? 0), leaf.over.inSeconds), (Double(old.count), (end - start).inSeconds))
  }

  /// How many records of a stretch of time met the comparison whose records are counted.
  func hits(_ identity: RuleIdentity, from: Timestamp, to: Timestamp, windows: some WindowReading) -> Int {
    guard let leaf = counted, let series = identity.series[leaf],
      let summary = windows.summary(of: series, from: from, to: to)
    else { return 0 }
    if case .ratio(let ratio) = summary { return ratio.numerator }
    return summary.count
  }

  /// Whether a detector is sure that the share rose above the bound, and it is above it still.
  private func risk(_ leaf: Leaf, _ series: LeafSeries<some WindowReading>, at boundary: Timestamp) -> LeafReading {
    let summary = series.summary(from: boundary - leaf.over, to: boundary)
    let rows = summary?.count ?? 0
    guard let bound = leaf.bound, rows > 0, let now = summary?.value(of: .ratio, over: leaf.over) else {
      return LeafReading(outcome: .unknown, value: nil, rows: rows)
    }
    guard let risk = series.windows.risk(metric: leaf.metric), risk.rows >= definition.minimumCount else {
      return LeafReading(outcome: .fails, value: now, rows: rows)
    }
    return LeafReading(
      outcome: Outcome(bound.holds(now) && bound.holds(risk.share)), value: risk.share, rows: risk.rows,
      onset: risk.onset)
  }

  /// By how much more records than in the reference hold no value. Records and values are counted over the same stretch,
  /// which may end a little before the boundary.
  private func missing(
    _ leaf: Leaf, _ series: LeafSeries<some WindowReading>, at boundary: Timestamp
  ) -> LeafReading {
    guard let bound = leaf.bound, let metric = leaf.subject,
      let presence = series.windows.presence(metric: metric, over: leaf.over, at: boundary)
    else { return LeafReading(outcome: .unknown, value: nil, rows: 0) }
    let rows = series.summary(from: presence.end - leaf.over, to: presence.end)?.count ?? 0
    guard rows > 0, rows >= definition.minimumCount else {
      return LeafReading(outcome: .unknown, value: nil, rows: rows)
    }
    let excess = max(0, 1 - Double(presence.values) / Double(rows)) - presence.usuallyMissing
    return LeafReading(outcome: Outcome(bound.holds(excess)), value: excess, rows: rows)
  }

  /// Drift above a bound is certain only when the whole confidence band is above it and 200 rows are there (spec:
  /// drift, verdict), or when a detector is sure that the metric changed and the rows since then are above it; between,
  /// nothing is said, so that a firing signal stays and nothing new fires.
  private func drift(_ leaf: Leaf, at boundary: Timestamp, _ windows: some WindowReading) -> LeafReading {
    guard let bound = leaf.bound, let drift = windows.drift(metric: leaf.metric, at: boundary) else {
      return LeafReading(outcome: .unknown, value: nil, rows: 0)
    }
    guard drift.n >= max(1, definition.minimumCount), drift.psi.isFinite else {
      return LeafReading(outcome: .unknown, value: drift.psi.isFinite ? drift.psi : nil, rows: drift.n)
    }
    let isGreater = bound.comparison == .greater || bound.comparison == .greaterOrEqual
    if isGreater, let value = drift.sinceChange, bound.holds(value) {
      return LeafReading(outcome: .holds, value: value, rows: drift.n, onset: drift.onset)
    }
    var outcome = Outcome(bound.holds(drift.psi))
    if outcome == .holds, isGreater {
      outcome = bound.holds(drift.low) && drift.n >= 200 ? .holds : .unknown
    }
    return LeafReading(outcome: outcome, value: drift.psi, rows: drift.n, onset: drift.onset)
  }
}
