import RealModule

/// Tail probabilities of the chi-square distributions.
public enum ChiSquare {
  /// The 2xK statistic of two count vectors over the same cells and its degrees of freedom (the cells that are not
  /// empty less one), without a continuity correction.
  public static func statistic(reference: [Int], current: [Int]) -> (value: Double, degrees: Int) {
    let pairs = zip(reference, current).map { (Double(max(0, $0)), Double(max(0, $1))) }.filter { $0.0 + $0.1 > 0 }
    let n = pairs.reduce(0) { $0 + $1.0 }
    let m = pairs.reduce(0) { $0 + $1.1 }
    guard n > 0, m > 0 else { return (0, 0) }
    var value = 0.0
    for (left, right) in pairs {
      let column = left + right
      let expectedLeft = column * (n / (n + m))
      let expectedRight = column * (m / (n + m))
      value += (left - expectedLeft) * (left - expectedLeft) / expectedLeft
      value += (right - expectedRight) * (right - expectedRight) / expectedRight
    }
    return (value, pairs.count - 1)
  }

  /// The probability that a noncentral chi-square exceeds `value`: the Poisson mixture of central ones, summed around
  /// its largest terms, so that far tails keep their relative accuracy; or Sankaran's normal approximation
  /// (Biometrika 46, 1959) where the noncentrality is above 10^8.
  public static func upperTail(_ value: Double, degrees: Int, noncentrality: Double = 0) -> Double {
    guard degrees > 0, value.isFinite, noncentrality.isFinite else { return 1 }
    guard value > 0 else { return 1 }
    let (half, a) = (value / 2, Double(degrees) / 2)
    guard noncentrality > 0 else { return upperGamma(a, half) }
    // Below the smallest number, by Birge's bound ("An alternative point of view on Lepski's method", 2001).
    guard value.squareRoot() < (Double(degrees) + 2 * noncentrality).squareRoot() + 39 else { return 0 }
    if noncentrality > 1e8 { return sankaran(value, Double(degrees), noncentrality) }
    let mean = noncentrality / 2
    // In the tail the terms are largest near sqrt(mean * half), far from the mixture's mean.
    let center = max(mean, half > mean + a ? (mean * half).squareRoot() : 0).rounded()
    let spread = 15 * center.squareRoot() + 60
    let first = max(0, (min(mean, center) - spread).rounded(.down))
    let last = (center + spread).rounded(.up)
    // The middle of the window is accurate; both ways from there are products.
    var weights = [Double](repeating: 0, count: Int(last - first) + 1)
    let middle = Int(center - first)
    weights[middle] = Saddlepoint.poisson(center, mean: mean)
    for index in stride(from: middle, to: 0, by: -1) {
      weights[index - 1] = weights[index] * (first + Double(index)) / mean
    }
    for index in (middle + 1)..<weights.count {
      weights[index] = weights[index - 1] * mean / (first + Double(index))
    }
    // Q(a + 1, x) = Q(a, x) + x^a e^-x / Gamma(a + 1): adds up positive terms only.
    var tail = upperGamma(a + first, half)
    var step = Saddlepoint.poisson(a + first, mean: half)
    var sum = 0.0
    for (index, weight) in weights.enumerated() {
      sum += weight * tail
      tail = min(1, tail + step)
      // A step that has become 0 by underflow is taken up again where it is large enough.
      let place = a + first + Double(index) + 1
      step = step > 1e-290 ? step * half / place : Saddlepoint.poisson(place, mean: half)
    }
    return min(1, max(0, sum))
  }

  private static func sankaran(_ x: Double, _ k: Double, _ lambda: Double) -> Double {
    let total = k + lambda
    let spread = k + 2 * lambda
    let h = 1 - 2.0 / 3 * total * (k + 3 * lambda) / (spread * spread)
    let p = spread / (total * total)
    let m = (h - 1) * (1 - 3 * h)
    let mean = 1 + h * p * (h - 1 - 0.5 * (2 - h) * m * p)
    let deviation = h * (2 * p).squareRoot() * (1 + 0.5 * m * p)
    let z = (Double.pow(x / total, h) - mean) / deviation
    return min(1, max(0, 0.5 * Double.erfc(z / 2.0.squareRoot())))
  }

  /// The regularised upper incomplete gamma function: a series below `a + 1`, Lentz's continued fraction above.
  static func upperGamma(_ a: Double, _ x: Double) -> Double {
    guard x > 0, a > 0 else { return 1 }
    // x^a e^-x / Gamma(a)
    let scale = a * Saddlepoint.poisson(a, mean: x)
    if x < a + 1 {
      var (term, sum, n) = (1 / a, 1 / a, a)
      for _ in 0..<100_000 {
        n += 1
        term *= x / n
        sum += term
        if term < sum * 1e-16 { break }
      }
      return min(1, max(0, 1 - sum * scale))
    }
    let tiny = 1e-300
    var b = x + 1 - a
    var c = 1 / tiny
    var d = 1 / b
    var h = d
    for index in 1..<100_000 {
      let i = Double(index)
      let an = -i * (i - a)
      b += 2
      d = an * d + b
      if d.magnitude < tiny { d = tiny }
      c = b + an / c
      if c.magnitude < tiny { c = tiny }
      d = 1 / d
      h *= d * c
      if (d * c - 1).magnitude < 1e-15 { break }
    }
    return min(1, max(0, h * scale))
  }
}
