public import Domain
import RealModule

/// Shares of cells that rows can be drawn from, and that can be shifted by a known amount.
public struct CellShares: Hashable, Sendable {
  /// Each cell's share; they add up to 1.
  public let shares: [Double]

  private let ends: [Double]

  /// The shares of counts; equal ones when all are 0.
  public init(counts: [Int]) {
    self.init(weights: counts.map { Double(max(0, $0)) })
  }

  /// Shares in proportion to weights that are not negative.
  public init(weights: [Double]) {
    let total = weights.reduce(0, +)
    shares = total > 0 ? weights.map { $0 / total } : weights.map { _ in 1 / Double(weights.count) }
    var sum = 0.0
    ends = shares.map { share in
      sum += share
      return sum
    }
  }

  /// The population stability index between two shares; cells that are empty on a side are left out.
  public func psi(_ other: CellShares) -> Double {
    zip(shares, other.shares).reduce(0) { sum, pair in
      pair.0 > 0 && pair.1 > 0 ? sum + (pair.1 - pair.0) * Double.log(pair.1 / pair.0) : sum
    }
  }

  /// Shares tilted towards the last cells until the index to these ones is `psi`, or as near to it as a tilt gets.
  public func shifted(psi: Double) -> CellShares {
    let steps = max(1, Double(shares.count - 1))
    func tilted(_ strength: Double) -> CellShares {
      CellShares(weights: shares.enumerated().map { $1 * Double.exp(strength * Double($0) / steps) })
    }
    var (low, high) = (0.0, 40.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if self.psi(tilted(middle)) < psi { low = middle } else { high = middle }
    }
    return tilted(high)
  }

  /// Counts of so many rows drawn at random.
  public func draw(_ rows: Int, _ random: inout SplitMix64) -> [Int] {
    var counts = Array(repeating: 0, count: shares.count)
    guard !counts.isEmpty else { return counts }
    for _ in 0..<rows {
      let point = Double(random.next() >> 11) * 0x1p-53
      var (low, high) = (0, ends.count - 1)
      while low < high {
        let middle = (low + high) / 2
        if ends[middle] <= point { low = middle + 1 } else { high = middle }
      }
      counts[low] += 1
    }
    return counts
  }
}
