import Domain
import Measures
import Testing

@testable import Drift

/// Quality from stored distributions of scores, against the same from the rows.
@Suite struct ScoreQualityTests {
  private typealias Row = (score: Double, isPositive: Bool)

  /// Of scores s, a share `truth(s)` is positive.
  private func rows(_ count: Int, seed: UInt64, in range: ClosedRange<Double> = 0...1, truth: (Double) -> Double)
    -> [Row]
  {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in
      let score = Double.random(in: range, using: &random)
      return (score, Double.random(in: 0..<1, using: &random) < truth(score))
    }
  }

  private func summaries(_ rows: [Row]) -> (all: DistributionSummary, positive: DistributionSummary) {
    (DistributionSummary(rows.map(\.score)), DistributionSummary(rows.filter(\.isPositive).map(\.score)))
  }

  @Test("agrees with what the rows themselves give", arguments: [0.3, 0.5, 0.9])
  func agreesWithRows(threshold: Double) throws {
    // Scores that are too sure of themselves, so that calibrating matters.
    let truth: (Double) -> Double = { 0.25 + $0 / 2 }
    let (old, new) = (rows(5_000, seed: 1, truth: truth), rows(3_000, seed: 2, in: 0.2...0.6, truth: truth))
    let calibration = try #require(IsotonicCalibration(old.map { ($0.score, $0.isPositive) }))
    let known = try #require(PerformanceEstimate.Reference(old.map { ($0.score >= threshold, $0.isPositive) }))
    let exact = PerformanceEstimate(
      new.map { (calibration.probability(at: $0.score), $0.score >= threshold) }, reference: known)
    let (labelled, positive) = summaries(old)
    let quality = try #require(ScoreQuality(labelled: labelled, positive: positive, threshold: threshold))
    let estimate = try #require(quality.estimate(summaries(new).all))
    #expect(estimate.count == exact.count && quality.isCalibrated)
    for ((name, mine), (_, theirs)) in zip(estimate.qualities, exact.qualities) {
      guard let theirs else {
        #expect(mine == nil, "\(name)")
        continue
      }
      let band = try #require(mine?.band)
      #expect(abs((mine?.value ?? 0) - theirs.value) < 0.02, "\(name): \(mine?.value ?? 0) or \(theirs.value)")
      #expect(abs((mine?.samplingError ?? 0) - (theirs.samplingError ?? 1)) < 0.005, "\(name) \(band)")
    }
  }

  @Test("the truth lies in the band while scores keep their meaning, and outside when they lose it")
  func conceptShift() throws {
    let old = rows(6_000, seed: 3) { $0 }
    let (labelled, positive) = summaries(old)
    let quality = try #require(ScoreQuality(labelled: labelled, positive: positive, threshold: 0.5))
    for (seed, isFlipped) in [(UInt64(4), false), (5, false), (6, true)] {
      let new = rows(2_000, seed: seed, in: 0.25...0.75) { isFlipped ? 1 - $0 : $0 }
      let (all, yes) = summaries(new)
      let comparison = QualityComparison(
        reference: quality.reference, estimate: try #require(quality.estimate(all)),
        realised: quality.realised(labelled: all, positive: yes))
      #expect(comparison.isBelied == isFlipped && comparison.labelled == 2_000)
      // A harder mix: from three quarters right to five eighths.
      let accuracy = comparison.metrics[0]
      #expect(comparison.metrics.allSatisfy { $0.realised != nil })
      #expect(accuracy.hasMoved && abs((accuracy.estimate?.value ?? 0) - 0.625) < 0.03)
      #expect(comparison.caution.contains("concept shift"))
    }
  }

  @Test("without labels the scores are probabilities, compared with those before")
  func uncalibrated() throws {
    let before = DistributionSummary(rows(2_000, seed: 7) { $0 }.map(\.score))
    let quality = try #require(ScoreQuality(calibratedBefore: before, threshold: 0))
    #expect(!quality.isCalibrated)
    // At threshold 0 every answer is positive: the accuracy is the mean score.
    #expect(abs((quality.reference.accuracy?.value ?? 0) - 0.5) < 0.02)
    let estimate = try #require(quality.estimate(DistributionSummary(Array(repeating: 0.9, count: 100))))
    #expect(abs((estimate.accuracy?.value ?? 0) - 0.9) < 0.01)
    #expect(quality.realised(labelled: before, positive: before) == nil)
  }

  @Test("too few rows say nothing, and labels that contradict themselves do no harm")
  func limits() {
    let few = DistributionSummary(Array(repeating: 0.5, count: 199))
    #expect(ScoreQuality(labelled: few, positive: few, threshold: 0.5) == nil)
    #expect(ScoreQuality(calibratedBefore: DistributionSummary([0.5]), threshold: 0.5) == nil)
    let some = DistributionSummary(Array(repeating: 0.5, count: 200))
    // More positive labels than labels, as a restart between two metrics might leave them.
    let quality = ScoreQuality(
      labelled: some, positive: DistributionSummary(Array(repeating: 0.5, count: 300)), threshold: 0.5)
    #expect(quality?.reference.accuracy?.value == 1)
    #expect(quality?.estimate(DistributionSummary([0.5])) == nil)
    // Values that are no scores are limited.
    let odd = quality?.estimate(
      DistributionSummary(Array(repeating: 1e300, count: 30) + Array(repeating: -7, count: 30)))
    #expect(odd?.accuracy.map { (0...1).contains($0.value) } == true)
  }
}
