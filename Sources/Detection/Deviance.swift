import Glibc

/// Signed roots of likelihood ratios: differences in standard deviations that hold for small counts too.
enum Deviance {
  /// Of two shares, each given as the records that met a condition and all records: positive where the first is larger.
  static func ofShares(_ now: (hits: Int, all: Int), _ then: (hits: Int, all: Int)) -> Double {
    let (hits, all) = (Double(now.hits + then.hits), Double(now.all + then.all))
    var sum = 0.0
    for part in [now, then] {
      let share = Double(part.all) / all
      sum += term(Double(part.hits), expected: hits * share)
      sum += term(Double(part.all - part.hits), expected: (all - hits) * share)
    }
    let isMore = Double(now.hits) * Double(then.all) >= Double(then.hits) * Double(now.all)
    return (isMore ? 1 : -1) * (2 * max(0, sum)).squareRoot()
  }

  /// Of two rates, each given as a count and the seconds in which it was counted: positive where the first is larger.
  static func ofRates(_ now: (count: Double, seconds: Double), _ then: (count: Double, seconds: Double)) -> Double {
    let all = now.count + then.count
    let share = now.seconds / (now.seconds + then.seconds)
    let sum = term(now.count, expected: all * share) + term(then.count, expected: all * (1 - share))
    let isMore = now.count * then.seconds >= then.count * now.seconds
    return (isMore ? 1 : -1) * (2 * max(0, sum)).squareRoot()
  }

  private static func term(_ observed: Double, expected: Double) -> Double {
    observed > 0 && expected > 0 ? observed * log(observed / expected) : 0
  }
}
