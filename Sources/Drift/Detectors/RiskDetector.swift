import Domain
import RealModule

/// Says when the share of errors rose above what is tolerated, from labels that arrive: an e-detector of bets on higher
/// rates (spec: drift, formula 8).
public struct RiskDetector: Hashable, Sendable {
  private static let bets = [0.02, 0.05, 0.1, 0.2, 0.4]

  /// The error rate up to which all is well, between 0 and 1.
  public let tolerated: Double
  /// The statistic at which a change is reported.
  public let threshold: Double

  private(set) var history = SuffixHistory()

  /// Watches an error rate; nil when the tolerated one is not between 0 and 1.
  public init?(reference: Double, tolerance: Double = 0, threshold: Double = 1_000) {
    let tolerated = reference + tolerance
    guard tolerated > 0, tolerated < 1 else { return nil }
    self.tolerated = tolerated
    self.threshold = threshold
  }

  /// Takes the labels of the next tick.
  ///
  /// - Parameter start: when the tick began, in whatever the caller counts.
  public mutating func update(errors: Int, rows: Int, start: Int64 = 0) -> ChangeReading {
    let rows = max(0, rows)
    let errors = max(0, min(rows, errors))
    history.add([Double(errors), Double(rows - errors)], start: start)
    var (bad, good, ticks) = (0.0, 0.0, 0)
    var found: [(log: Double, ticksBack: Int)] = []
    for bucket in history.buckets.reversed() {
      bad += bucket.counts[0]
      good += bucket.counts[1]
      ticks += bucket.ticks
      let terms = RiskDetector.bets.map { bet in
        bad * Double.log(onePlus: (1 - tolerated) * bet / tolerated) + good * Double.log(onePlus: -bet)
      }
      found.append((LogSum.mean(terms), ticks))
    }
    return ChangeReading(evidence: found, threshold: threshold)
  }

  /// Goes on with a stored history; false where it is none of this detector's.
  mutating func restore(_ json: JSON?) -> Bool {
    guard let restored = SuffixHistory(json: json, cells: 2) else { return false }
    history = restored
    return true
  }

  /// Forgets the stream.
  public mutating func restart() { history.removeAll() }
}
