import Domain

/// Says when the distribution of a metric left its reference, and since when, from counts alone: an e-detector over
/// Dirichlet-multinomial mixtures (spec: drift, formula 7).
///
/// The rows must be exchangeable when nothing changes; rows that depend on one another are to be divided by their
/// overdispersion first. An argued, not proven, average of at least `threshold` ticks lies between false alarms.
public struct PolyaDetector: Hashable, Sendable {
  /// The statistic at which a change is reported.
  public let threshold: Double
  /// The reference's counts and a half.
  public let weights: [Double]

  private let evidence: PolyaEvidence
  private(set) var history = SuffixHistory()

  /// Watches against a reference's counts; nil when there are fewer than two cells or no rows.
  public init?(reference: [Int], threshold: Double = 1_000) {
    let rows = reference.reduce(0) { saturatingSum($0, max(0, $1)) }
    guard reference.count > 1, rows > 0 else { return nil }
    self.threshold = threshold
    weights = reference.map { Double(max(0, $0)) + 0.5 }
    evidence = PolyaEvidence(weights: weights, rows: rows)
  }

  /// Takes the counts of the next tick; they need not be whole, since overdispersed ones are divided.
  ///
  /// - Parameter start: when the tick began, in whatever the caller counts; the history keeps it.
  public mutating func update(_ counts: [Double], start: Int64 = 0) -> ChangeReading {
    var counts = counts.prefix(weights.count).map { max(0, $0) }
    counts.append(contentsOf: repeatElement(0, count: weights.count - counts.count))
    history.add(counts, start: start)
    // From the newest suffix back: the base is everything before it, the reference included.
    var base = weights
    for bucket in history.buckets { for index in base.indices { base[index] += bucket.counts[index] } }
    var suffix = [Double](repeating: 0, count: weights.count)
    var ticks = 0
    var found: [(log: Double, ticksBack: Int)] = []
    for bucket in history.buckets.reversed() {
      for index in base.indices {
        base[index] -= bucket.counts[index]
        suffix[index] += bucket.counts[index]
      }
      ticks += bucket.ticks
      found.append((evidence.logEvidence(of: suffix, base: base), ticks))
    }
    return ChangeReading(evidence: found, threshold: threshold)
  }

  /// What the last so many ticks counted, rounded up to whole buckets of the history.
  func counts(last ticks: Int) -> [Double] { history.counts(last: ticks, cells: weights.count) }

  /// Goes on with a stored history; false where it is none of this detector's.
  mutating func restore(_ json: JSON?) -> Bool {
    guard let restored = SuffixHistory(json: json, cells: weights.count) else { return false }
    history = restored
    return true
  }

  /// Forgets the stream, not the reference.
  public mutating func restart() { history.removeAll() }
}
