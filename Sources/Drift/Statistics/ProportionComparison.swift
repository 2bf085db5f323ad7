import Domain
import RealModule

/// Two shares compared: a rate of errors, of refusals or of missing values on two sides.
public struct ProportionComparison: Hashable, Sendable {
  /// The current share less the reference's.
  public let difference: Double
  /// The pooled two-proportion statistic; 0 when both shares are 0 or both 1.
  public let z: Double
  /// The two-sided probability of at least this statistic when the shares are the same.
  public let p: Double
  /// Newcombe's 95 % interval of the difference: the square-and-add of two Wilson intervals (Statistics in Medicine
  /// 17, 1998, method 10).
  public let interval: ClosedRange<Double>

  /// Compares two shares; nil when a side has no rows or more hits than rows.
  public init?(reference: (hits: Int, rows: Int), current: (hits: Int, rows: Int)) {
    guard reference.rows > 0, current.rows > 0, (0...reference.rows).contains(reference.hits),
      (0...current.rows).contains(current.hits)
    else { return nil }
    let (n, m) = (Double(reference.rows), Double(current.rows))
    let (p1, p2) = (Double(reference.hits) / n, Double(current.hits) / m)
    let pooled = (Double(reference.hits) + Double(current.hits)) / (n + m)
    let spread = (pooled * (1 - pooled) * (1 / n + 1 / m)).squareRoot()
    difference = p2 - p1
    z = spread > 0 ? (p2 - p1) / spread : 0
    p = Double.erfc(z.magnitude / 2.0.squareRoot())
    let first = Proportion(reference.hits, of: reference.rows).interval
    let second = Proportion(current.hits, of: current.rows).interval
    func root(_ a: Double, _ b: Double) -> Double { (a * a + b * b).squareRoot() }
    let low = difference - root(p2 - second.lowerBound, first.upperBound - p1)
    let high = difference + root(second.upperBound - p2, p1 - first.lowerBound)
    interval = low...max(low, high)
  }
}
