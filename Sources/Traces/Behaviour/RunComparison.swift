import Domain
import RealModule

/// Comparisons of two groups of runs.
enum RunComparison {
  /// How far two mixes lie apart, and how likely chance alone brings them as far.
  struct Divergence: Sendable {
    /// The Jensen–Shannon divergence to base 2, from 0 to 1.
    var value: Double
    /// The share of random splits of the same runs that lie as far apart (the observed one counts too).
    var p: Double
    /// The features that moved most, with the change of their share in points.
    var movers: [(feature: Int, points: Double)]
  }

  static let draws = 199

  /// Compares the pooled counts of two groups of runs. Runs are shuffled whole, since the calls of one run depend on
  /// each other (Good, Permutation Tests, 2000). The seed makes the answer repeatable.
  static func divergence(
    _ before: [[(feature: Int, count: Double)]], _ after: [[(feature: Int, count: Double)]], seed: UInt64
  ) -> Divergence {
    var places: [Int: Int] = [:]
    var features: [Int] = []
    let runs = (before + after).map { run in
      run.map { entry -> (Int, Double) in
        if let place = places[entry.feature] { return (place, entry.count) }
        places[entry.feature] = features.count
        features.append(entry.feature)
        return (features.count - 1, entry.count)
      }
    }
    var total = [Double](repeating: 0, count: features.count)
    for run in runs { for (place, count) in run { total[place] += count } }
    func sum(_ indices: ArraySlice<Int>) -> [Double] {
      var sum = [Double](repeating: 0, count: features.count)
      for index in indices { for (place, count) in runs[index] { sum[place] += count } }
      return sum
    }
    var order = Array(runs.indices)
    let current = sum(order[before.count...])
    let observed = jensenShannon(current, total)
    var generator = SplitMix64(seed: seed)
    var atLeast = 0
    for _ in 0..<draws {
      order.shuffle(using: &generator)
      if jensenShannon(sum(order[before.count...]), total) >= observed - 1e-12 { atLeast += 1 }
    }
    return Divergence(
      value: observed, p: Double(1 + atLeast) / Double(1 + draws), movers: movers(current, total, features))
  }

  /// The divergence of a part of the counts from the rest of them.
  private static func jensenShannon(_ part: [Double], _ total: [Double]) -> Double {
    let (partSum, all) = (part.reduce(0, +), total.reduce(0, +))
    guard partSum > 0, all > partSum else { return 0 }
    var divergence = 0.0
    for index in part.indices where total[index] > 0 {
      let p = part[index] / partSum
      let q = (total[index] - part[index]) / (all - partSum)
      let middle = (p + q) / 2
      if p > 0 { divergence += p / 2 * Double.log2(p / middle) }
      if q > 0 { divergence += q / 2 * Double.log2(q / middle) }
    }
    return divergence
  }

  private static func movers(_ part: [Double], _ total: [Double], _ features: [Int]) -> [(feature: Int, points: Double)]
  {
    let (partSum, all) = (part.reduce(0, +), total.reduce(0, +))
    guard partSum > 0, all > partSum else { return [] }
    let moves = features.indices.map { index -> (feature: Int, points: Double) in
      let change = part[index] / partSum - (total[index] - part[index]) / (all - partSum)
      return (features[index], change * 100)
    }
    return Array(moves.sorted { (abs($0.points), $1.feature) > (abs($1.points), $0.feature) }.prefix(3))
  }

  /// The two-sided p of Mann and Whitney's test (1947) in its normal approximation, corrected for ties.
  static func mannWhitney(_ left: [Double], _ right: [Double]) -> Double {
    let (m, n) = (Double(left.count), Double(right.count))
    guard m > 0, n > 0 else { return 1 }
    let all = (left.map { ($0, true) } + right.map { ($0, false) }).sorted { $0.0 < $1.0 }
    var rankSum = 0.0
    var ties = 0.0
    var start = 0
    while start < all.count {
      var end = start + 1
      while end < all.count, all[end].0 == all[start].0 { end += 1 }
      let rank = Double(start + end + 1) / 2
      let size = Double(end - start)
      ties += size * size * size - size
      rankSum += rank * Double(all[start..<end].count { $0.1 })
      start = end
    }
    let count = m + n
    let variance = m * n / 12 * ((count + 1) - ties / (count * (count - 1)))
    guard variance > 0 else { return 1 }
    let distance = max(0, abs(rankSum - m * (m + 1) / 2 - m * n / 2) - 0.5)
    return min(1, Double.erfc(distance / variance.squareRoot() / 2.0.squareRoot()))
  }

  static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return 0 }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
