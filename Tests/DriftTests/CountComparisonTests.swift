import Drift
import Testing

@Suite struct CountComparisonTests {
  @Test("statistics of cells agree with those of numpy and scipy", arguments: CountFigures.all.indices)
  func figures(index: Int) throws {
    let figures = CountFigures.all[index]
    let labels = figures.reference.indices.map(String.init)
    let comparison = try #require(
      CountComparison(labels: labels, reference: figures.reference, current: figures.current))
    #expect(agrees(comparison.psiReplaced, figures.psiReplaced))
    #expect(agrees(comparison.psiAddOne, figures.psiAddOne))
    #expect(agrees(comparison.jensenShannon, figures.jensenShannon))
    #expect(agrees(comparison.hellinger, figures.hellinger))
    #expect(agrees(comparison.totalVariation, figures.totalVariation))
    #expect(agrees(comparison.chiSquare, figures.chiSquare))
    #expect(comparison.degrees == figures.degrees)
    #expect(agrees(comparison.chiSquareP, figures.p, 1e-6))
    for (tau, expected) in zip([0.005, 0.01, 0.02], figures.tolerance) {
      #expect(agrees(comparison.toleranceP(tau: tau), expected, 1e-6), "tau \(tau): \(comparison.toleranceP(tau: tau))")
    }
    #expect(agrees(comparison.logEvidence, figures.logEvidence))
    let movers = comparison.movers(figures.movers.count)
    #expect(movers[0].label == labels[figures.movers[0]])
    #expect(zip(movers, figures.moverShares).allSatisfy { agrees($0.psiShare, $1) })
  }

  @Test("the tail of the finite Kolmogorov distribution agrees with scipy's", arguments: ProbabilityFigures.kolmogorov)
  func kolmogorovTail(statistic: Double, n: Int, p: Double) {
    let tail = KolmogorovDistribution.upperTail(statistic, n: n)
    #expect(agrees(tail, p, 1e-6), "\(tail) instead of \(p)")
  }

  @Test("the noncentral chi-square tail agrees with scipy's, far out too", arguments: ProbabilityFigures.noncentral)
  func noncentralTail(value: Double, degrees: Int, noncentrality: Double, p: Double) {
    let tail = ChiSquare.upperTail(value, degrees: degrees, noncentrality: noncentrality)
    #expect(agrees(tail, p, 1e-6), "\(tail) instead of \(p)")
  }

  @Test("tails at the ends of their ranges are probabilities")
  func endsOfTails() {
    for n in [1, 2, 50, 140, 141, 9_999, 100_001] {
      #expect(KolmogorovDistribution.upperTail(0, n: n) == 1 && KolmogorovDistribution.upperTail(1, n: n) == 0)
      var previous = 1.0
      for step in 1...20 {
        let tail = KolmogorovDistribution.upperTail(Double(step) / 20 / Double(n).squareRoot() * 3, n: n)
        #expect(tail >= 0 && tail <= previous + 1e-9, "n \(n), step \(step)")
        previous = tail
      }
    }
    #expect(KolmogorovDistribution.upperTail(0.5, 0, 4) == 1)
    for value in [1e-300, 1, 1e5, 1e300] {
      for noncentrality in [0, 1e-300, 3, 1e7, 1e12] {
        let tail = ChiSquare.upperTail(value, degrees: 9, noncentrality: noncentrality)
        #expect(tail >= 0 && tail <= 1)
      }
    }
    #expect(ChiSquare.upperTail(1e300, degrees: 9, noncentrality: 1e5) == 0)
    #expect(agrees(ChiSquare.upperTail(1, degrees: 9, noncentrality: 1e5), 1))
  }

  /// The smallest of five is times 5, the second times 5/2, and so on.
  @Test("Benjamini-Hochberg adjusts by rank")
  func benjaminiHochberg() {
    let raw = [
      0.24824343738357046, 0.03977063435218742, 0.00262608819123685, 0.9138632264947458, 0.008491352390740045,
    ]
    let adjusted = BenjaminiHochberg.adjusted(raw)
    let expected = [
      0.3103042967294631, 0.06628439058697903, 0.01313044095618425, 0.9138632264947458, 0.021228380976850113,
    ]
    #expect(zip(adjusted, expected).allSatisfy { agrees($0, $1) }, "\(adjusted)")
    #expect(BenjaminiHochberg.rejected(raw, alpha: 0.05) == [2, 4])
    #expect(BenjaminiHochberg.adjusted([]).isEmpty && BenjaminiHochberg.rejected([0.2], alpha: 0.05).isEmpty)
  }

  /// From canary_employment: 3,605 errors in 21,050 rows against 498 in 2,327.
  @Test("two error rates are compared as statsmodels does")
  func proportions() throws {
    let change = try #require(ProportionComparison(reference: (3_605, 21_050), current: (498, 2_327)))
    #expect(agrees(change.difference, 0.0427505468694975))
    #expect(agrees(change.z, 5.144268392265146))
    #expect(agrees(change.p, 2.68565352863246e-07, 1e-6))
    #expect(agrees(change.interval.lowerBound, 0.02576578589341803))
    #expect(agrees(change.interval.upperBound, 0.060601741273945575))
    #expect(ProportionComparison(reference: (0, 0), current: (1, 2)) == nil)
    #expect(ProportionComparison(reference: (0, 9), current: (0, 7))?.p == 1)
  }
}
