import RealModule

/// What two count vectors over the same cells say about each other: the statistics of bins and of categories.
public struct CountComparison: Hashable, Sendable {
  /// One cell on both sides.
  public struct Mover: Hashable, Sendable {
    /// The bin or category.
    public var label: String
    /// The reference's share, 0...1.
    public var referenceShare: Double
    /// The current share, 0...1.
    public var currentShare: Double
    /// The cell's part of the index as a share of it, 0...1.
    public var psiShare: Double

    /// The change of the share in percentage points.
    public var deltaPoints: Double { (currentShare - referenceShare) * 100 }
  }

  /// The cells' names.
  public let labels: [String]
  /// The reference's rows in each cell.
  public let reference: [Int]
  /// The current rows in each cell.
  public let current: [Int]
  /// The population stability index with a share of 0 replaced by 1e-4.
  public let psiReplaced: Double
  /// Each cell's part of ``psiReplaced``.
  public let psiParts: [Double]
  /// The index of shares `(count + 1) / (n + K)`.
  public let psiAddOne: Double
  /// The index of spec: drift, formula 2, less its mean under no change, with its band.
  public let stability: PopulationStability
  /// The square root of the Jensen-Shannon divergence in bits, 0...1.
  public let jensenShannon: Double
  /// Half the sum of the shares' differences, 0...1.
  public let totalVariation: Double
  /// The Hellinger distance, 0...1.
  public let hellinger: Double
  /// The 2xK statistic without Yates' correction.
  public let chiSquare: Double
  /// Its degrees of freedom: the cells that are not empty, less one.
  public let degrees: Int
  /// The probability of at least this statistic when nothing changed.
  public let chiSquareP: Double

  /// The reference's rows.
  public var n: Int { reference.reduce(0, saturatingSum) }
  /// The current rows.
  public var m: Int { current.reduce(0, saturatingSum) }

  /// Compares counts of the same cells; nil when a side is empty or the lengths differ.
  public init?(labels: [String], reference: [Int], current: [Int]) {
    guard labels.count == reference.count, labels.count == current.count else { return nil }
    let (left, right) = (reference.map { Double(max(0, $0)) }, current.map { Double(max(0, $0)) })
    let (n, m) = (left.reduce(0, +), right.reduce(0, +))
    guard n > 0, m > 0 else { return nil }
    let k = Double(labels.count)
    var (parts, addOne, divergence, variation, affinity) = ([Double](), 0.0, 0.0, 0.0, 0.0)
    for (r, x) in zip(left, right) {
      let (p, q) = (r / n, x / m)
      let (pPositive, qPositive) = (p == 0 ? 1e-4 : p, q == 0 ? 1e-4 : q)
      parts.append((qPositive - pPositive) * Double.log(qPositive / pPositive))
      let (pSmooth, qSmooth) = ((r + 1) / (n + k), (x + 1) / (m + k))
      addOne += (qSmooth - pSmooth) * Double.log(qSmooth / pSmooth)
      let middle = (p + q) / 2
      if p > 0 { divergence += 0.5 * p * Double.log2(p / middle) }
      if q > 0 { divergence += 0.5 * q * Double.log2(q / middle) }
      variation += (p - q).magnitude / 2
      let root = p.squareRoot() - q.squareRoot()
      affinity += root * root
    }
    self.labels = labels
    self.reference = reference
    self.current = current
    psiParts = parts
    psiReplaced = parts.reduce(0, +)
    psiAddOne = addOne
    stability = PopulationStability(reference: reference, current: current)
    jensenShannon = min(1, max(0, divergence)).squareRoot()
    totalVariation = min(1, variation)
    hellinger = min(1, (affinity / 2).squareRoot())
    (chiSquare, degrees) = ChiSquare.statistic(reference: reference, current: current)
    chiSquareP = ChiSquare.upperTail(chiSquare, degrees: degrees)
  }

  /// The probability of at least this much change when the true change is `tau` (spec: drift, formula 5 with phi = 1).
  public func toleranceP(tau: Double) -> Double {
    let (n, m) = (Double(n), Double(m))
    return ChiSquare.upperTail(chiSquare, degrees: degrees, noncentrality: n / (n + m) * m * max(0, tau))
  }

  /// The cells by their part of the index, the largest first; of equal ones in the order of the cells.
  public func movers(_ limit: Int = 5) -> [Mover] {
    let (n, m) = (Double(n), Double(m))
    let order = psiParts.indices.sorted { (-psiParts[$0], $0) < (-psiParts[$1], $1) }
    return order.prefix(limit).filter { psiParts[$0] > 0 }.map { index in
      Mover(
        label: labels[index], referenceShare: Double(reference[index]) / n, currentShare: Double(current[index]) / m,
        psiShare: psiReplaced > 0 ? psiParts[index] / psiReplaced : 0)
    }
  }

  /// The log of the Polya mixture e-value of the current counts against the reference's: how many times likelier they
  /// are when the shares changed than when they did not, over alternatives of several strengths (spec: drift,
  /// formula 7).
  public var logEvidence: Double {
    let base = reference.map { Double($0) + 0.5 }
    return PolyaEvidence(weights: base, rows: n).logEvidence(of: current.map(Double.init), base: base)
  }
}
