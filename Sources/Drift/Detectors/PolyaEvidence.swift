import RealModule

/// Dirichlet-multinomial likelihoods of counts, and the e-value of a change (spec: drift, formula 7).
struct PolyaEvidence: Hashable, Sendable {
  /// Concentrations of the alternatives: from far away to close by.
  static let strengths: [Double] = [10, 100, 1_000, 10_000]

  private struct Alternative: Hashable, Sendable {
    var strength: Double
    var weights: [Double]
    var logGammas: Double
  }

  private let alternatives: [Alternative]

  /// Evidence against a reference of `rows` rows with the given weights: counts and a half.
  init(weights: [Double], rows: Int) {
    let total = weights.reduce(0, +)
    let strengths = PolyaEvidence.strengths.filter { $0 < Double(rows) }
    alternatives = (strengths.isEmpty ? [PolyaEvidence.strengths[0]] : strengths).map { strength in
      let scaled = weights.map { $0 * strength / total }
      return Alternative(
        strength: strength, weights: scaled, logGammas: scaled.reduce(0) { $0 + Double.logGamma($1) })
    }
  }

  /// The log of how many times likelier the counts are under the alternatives than under the base.
  func logEvidence(of counts: [Double], base: [Double]) -> Double {
    let rows = counts.reduce(0, +)
    let total = base.reduce(0, +)
    var null = Double.logGamma(total) - Double.logGamma(total + rows)
    for (count, weight) in zip(counts, base) where count > 0 {
      null += Double.logGamma(weight + count) - Double.logGamma(weight)
    }
    let terms = alternatives.map { alternative in
      var sum = Double.logGamma(alternative.strength) - Double.logGamma(alternative.strength + rows)
      for (count, weight) in zip(counts, alternative.weights) { sum += Double.logGamma(weight + count) }
      return sum - alternative.logGammas
    }
    return LogSum.mean(terms) - null
  }
}

/// Sums of numbers that are known by their logarithms.
enum LogSum {
  /// The log of the sum; minus infinity for none.
  static func sum(_ logs: [Double]) -> Double {
    guard let largest = logs.max(), largest.isFinite else { return -.infinity }
    return largest + Double.log(logs.reduce(0) { $0 + Double.exp($1 - largest) })
  }

  /// The log of the mean.
  static func mean(_ logs: [Double]) -> Double { sum(logs) - Double.log(Double(max(1, logs.count))) }
}
