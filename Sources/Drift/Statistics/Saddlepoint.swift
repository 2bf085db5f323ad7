import RealModule

/// Poisson and binomial probabilities without cancellation, also for counts of millions: Loader's saddle-point
/// expansion ("Fast and accurate computation of binomial probabilities", 2000).
enum Saddlepoint {
  private static let halfLogTwoPi = 0.918938533204672741780329736406

  /// `ln Gamma(n + 1)` less Stirling's `n ln n - n + ln(2 pi n) / 2`, for `n > 0`.
  static func stirlingError(_ n: Double) -> Double {
    if n < 16 { return Double.logGamma(n + 1) - (n + 0.5) * Double.log(n) + n - halfLogTwoPi }
    let square = n * n
    return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 / square) / square) / square) / square) / n
  }

  /// `x ln(x / mean) + mean - x`, accurate where the two are close; both positive.
  static func deviance(_ x: Double, _ mean: Double) -> Double {
    guard (x - mean).magnitude < 0.1 * (x + mean) else { return x * Double.log(x / mean) + mean - x }
    let ratio = (x - mean) / (x + mean)
    var sum = (x - mean) * ratio
    var power = 2 * x * ratio
    for index in 1..<1_000 {
      power *= ratio * ratio
      let next = sum + power / Double(2 * index + 1)
      if next == sum { break }
      sum = next
    }
    return sum
  }

  /// `mean^x e^-mean / Gamma(x + 1)`, for `x >= 0` that need not be whole and `mean > 0`.
  static func poisson(_ x: Double, mean: Double) -> Double {
    guard x > 0 else { return Double.exp(-mean) }
    return Double.exp(-stirlingError(x) - deviance(x, mean)) / (2 * Double.pi * x).squareRoot()
  }

  /// The probability of `k` successes in `n` trials that succeed with probability `p`; `0 < k < n`, `0 < p < 1`.
  static func binomial(_ k: Double, of n: Double, p: Double, q: Double) -> Double {
    let exponent =
      stirlingError(n) - stirlingError(k) - stirlingError(n - k) - deviance(k, n * p) - deviance(n - k, n * q)
    return Double.exp(exponent) * (n / (2 * Double.pi * k * (n - k))).squareRoot()
  }
}
