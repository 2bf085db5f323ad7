import RealModule

/// The two-sided Kolmogorov distribution of finite n.
///
/// Which method holds where follows Simard and L'Ecuyer, "Computing the two-sided Kolmogorov-Smirnov distribution",
/// Journal of Statistical Software 39 (2011).
public enum KolmogorovDistribution {
  /// The probability that the statistic of `n` values exceeds `statistic`; 1 where there are no values.
  public static func upperTail(_ statistic: Double, n: Int) -> Double {
    guard n > 0, statistic > 0 else { return 1 }
    guard statistic < 1 else { return 0 }
    let count = Double(n)
    let scaled = count * statistic
    let square = scaled * statistic
    if scaled <= 0.5 { return 1 }
    if scaled <= 1 { return clipped(1 - smallest(count, scaled)) }
    if scaled >= count - 1 { return clipped(2 * Double.pow(1 - statistic, count)) }
    if statistic >= 0.5 { return clipped(2 * oneSidedTail(statistic, n)) }
    if n <= 140 {
      return clipped(square <= 4 ? 1 - matrixPower(statistic, n) : 2 * oneSidedTail(statistic, n))
    }
    if square >= 370 { return 0 }
    if square >= 2.2 { return clipped(2 * oneSidedTail(statistic, n)) }
    let isSmall = n <= 100_000 && count * statistic * statistic.squareRoot() <= 1.4
    return clipped(1 - (isSmall ? matrixPower(statistic, n) : expansion(statistic, count)))
  }

  /// The tail for two samples of `n` and `m` values: that of `nm / (n + m)` values, rounded.
  public static func upperTail(_ statistic: Double, _ n: Int, _ m: Int) -> Double {
    guard n > 0, m > 0 else { return 1 }
    let pooled = Double(n) / (Double(n) + Double(m)) * Double(m)
    return upperTail(statistic, n: max(1, Int(pooled.rounded(.toNearestOrEven))))
  }

  private static func clipped(_ probability: Double) -> Double { min(1, max(0, probability)) }

  /// `P(D <= d)` for `1/2n <= d <= 1/n`: `n! (2d - 1/n)^n`.
  private static func smallest(_ n: Double, _ scaled: Double) -> Double {
    Double.exp(Double.logGamma(n + 1) - n * Double.log(n) + n * Double.log(2 * scaled - 1))
  }

  /// `P(D+ > d)`, a sum of positive terms (Smirnov; Birnbaum and Tingey 1951).
  static func oneSidedTail(_ d: Double, _ n: Int) -> Double {
    let count = Double(n)
    let last = Int((count * (1 - d)).rounded(.down))
    var sum = Double.pow(1 - d, count)
    guard last > 0 else { return sum }
    for index in 1...last {
      let j = Double(index)
      let p = d + j / count
      let q = 1 - d - j / count
      if index == n || q <= 0 { break }
      sum += d / p * Saddlepoint.binomial(j, of: count, p: p, q: q)
    }
    return sum
  }

  /// `P(D <= d)` as an entry of the n-th power of a matrix: Marsaglia, Tsang and Wang, "Evaluating Kolmogorov's
  /// distribution", Journal of Statistical Software 8 (2003).
  private static func matrixPower(_ d: Double, _ n: Int) -> Double {
    let scaled = Double(n) * d
    let k = Int(scaled.rounded(.down)) + 1
    let size = 2 * k - 1
    let rest = Double(k) - scaled
    var base = [Double](repeating: 0, count: size * size)
    for row in 0..<size {
      for column in 0..<min(size, row + 2) { base[row * size + column] = 1 }
    }
    for index in 0..<size {
      base[index * size] -= Double.pow(rest, index + 1)
      base[(size - 1) * size + index] -= Double.pow(rest, size - index)
    }
    base[(size - 1) * size] += max(0, 2 * rest - 1) > 0 ? Double.pow(2 * rest - 1, size) : 0
    for row in 0..<size {
      for column in 0..<min(size, row + 2) where row - column + 1 > 0 {
        var factorial = 1.0
        for factor in 1...(row - column + 1) { factorial *= Double(factor) }
        base[row * size + column] /= factorial
      }
    }
    var power = ScaledMatrix(size: size, values: base)
    var result: ScaledMatrix?
    var exponent = n
    while exponent > 0 {
      if exponent & 1 == 1 { result = result.map { $0 * power } ?? power }
      exponent >>= 1
      if exponent > 0 { power = power * power }
    }
    guard let result else { return 0 }
    // times n! / n^n
    var value = result.values[(k - 1) * size + k - 1]
    var scale = result.exponent
    for factor in 1...n {
      value *= Double(factor) / Double(n)
      if value < 1e-140 {
        value *= 1e140
        scale -= 140
      }
    }
    return value * Double.exp10(Double(scale))
  }

  private struct ScaledMatrix {
    var size: Int
    var values: [Double]
    /// The values stand for themselves times ten to this power.
    var exponent = 0

    static func * (left: ScaledMatrix, right: ScaledMatrix) -> ScaledMatrix {
      let size = left.size
      var product = ScaledMatrix(
        size: size, values: [Double](repeating: 0, count: size * size), exponent: left.exponent + right.exponent)
      for row in 0..<size {
        for inner in 0..<size {
          let factor = left.values[row * size + inner]
          if factor == 0 { continue }
          for column in 0..<size { product.values[row * size + column] += factor * right.values[inner * size + column] }
        }
      }
      let middle = product.values[(size / 2) * size + size / 2]
      if middle > 1e140 {
        for index in product.values.indices { product.values[index] *= 1e-140 }
        product.exponent += 140
      }
      return product
    }
  }

  /// `P(D <= d)` by the expansion of Pelz and Good (Journal of the Royal Statistical Society B 38, 1976): the limit
  /// distribution and its corrections in 1/sqrt(n), 1/n and 1/n^1.5, as theta functions that converge for small d.
  private static func expansion(_ d: Double, _ n: Double) -> Double {
    let z = n.squareRoot() * d
    let (z2, z3, z4) = (z * z, z * z * z, z * z * z * z)
    let (z6, z7) = (z4 * z2, z4 * z3)
    let pi2 = Double.pi * Double.pi
    let (pi4, pi6) = (pi2 * pi2, pi2 * pi2 * pi2)
    guard pi2 / 8 / z2 < 700 else { return 0 }
    var sums = (0.0, 0.0, 0.0, 0.0)
    let terms = Int((16 * z / Double.pi).rounded(.up)) + 1
    for index in (1...terms).reversed() {
      let odd = Double(2 * index - 1)
      let m2 = odd * odd
      let (m4, m6) = (m2 * m2, m2 * m2 * m2)
      let weight = Double.exp(-m2 * pi2 / 8 / z2)
      sums.0 += weight
      sums.1 += weight * (pi2 / 4 * m2 - z2)
      sums.2 += weight * (6 * z6 + 2 * z4 + (2 * z4 - 5 * z2) * pi2 / 4 * m2 + pi4 * (1 - 2 * z2) / 16 * m4)
      let cubic = pi2 * (135 * z4 - 96 * z6) / 4 * m2 + pi4 * (212 * z4 - 60 * z2) / 16 * m4
      sums.3 += weight * (cubic + pi6 * (5 - 30 * z2) / 64 * m6 - 30 * z6 - 90 * z4 * z4)
    }
    var (second, third) = (0.0, 0.0)
    for index in (1...terms).reversed() {
      let k2 = Double(index * index)
      let weight = k2 * Double.exp(-k2 * pi2 / 2 / z2)
      second += weight
      third += weight * (3 * z2 - pi2 * k2)
    }
    let root = (2 * Double.pi).squareRoot()
    let k0 = root * sums.0 / z
    let k1 = root * sums.1 / (6 * z4)
    let k2 = root * sums.2 / (72 * z7) - pi2 * root * second / (36 * z3)
    let k3 = root * sums.3 / (6_480 * z7 * z3) + pi2 * root * third / (216 * z6)
    return k0 + k1 / n.squareRoot() + k2 / n + k3 / (n * n.squareRoot())
  }
}
