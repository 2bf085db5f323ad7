import RealModule

/// The population stability index of two count vectors over the same cells, with what chance does to it (spec: drift,
/// formula 2). Never NaN: empty sides and single cells give zeros.
public struct PopulationStability: Hashable, Sendable {
  /// The index over smoothed shares.
  public let index: Double
  /// The index that chance alone would give on average.
  public let nullMean: Double
  /// The index less ``nullMean``, at least 0.
  public let debiased: Double
  /// The variance of the index.
  public let variance: Double
  /// Each cell's part of the index; they add up to it.
  public let parts: [Double]

  /// The lower end of the 95 % band around ``debiased``, at least 0.
  public var low: Double { max(0, debiased - 1.96 * variance.squareRoot()) }
  /// The upper end of the 95 % band around ``debiased``.
  public var high: Double { debiased + 1.96 * variance.squareRoot() }

  /// Compares counts of the same cells; cells that only one side has count as 0 on the other.
  public init(reference: [Int], current: [Int]) {
    let cells = max(reference.count, current.count)
    func counts(_ side: [Int]) -> [Double] {
      side.map { Double(max(0, $0)) } + Array(repeating: 0, count: cells - side.count)
    }
    let (r, x) = (counts(reference), counts(current))
    let (n, m) = (r.reduce(0, +), x.reduce(0, +))
    guard cells > 1, n > 0, m > 0 else {
      (index, nullMean, debiased, variance) = (0, 0, 0, 0)
      parts = Array(repeating: 0, count: cells)
      return
    }
    let k = Double(cells)
    var parts: [Double] = []
    var (gMean, gSquare, hMean, hSquare) = (0.0, 0.0, 0.0, 0.0)
    for cell in 0..<cells {
      let p = (r[cell] + 0.5) / (n + 0.5 * k)
      let q = (x[cell] + 0.5) / (m + 0.5 * k)
      let logRatio = Double.log(q / p)
      parts.append((q - p) * logRatio)
      let g = logRatio + 1 - p / q
      let h = -logRatio + 1 - q / p
      gMean += q * g
      gSquare += q * g * g
      hMean += p * h
      hSquare += p * h * h
    }
    let chance = 1 / n + 1 / m
    self.parts = parts
    index = max(0, parts.reduce(0, +))
    nullMean = chance * (k - 1)
    debiased = max(0, index - nullMean)
    variance =
      max(0, gSquare - gMean * gMean) / m + max(0, hSquare - hMean * hMean) / n + 2 * (k - 1) * chance * chance
  }
}
