import Measures
import Testing

@Suite struct PlacedDistributionTests {
  @Test func `counts, sum and ends are exact, quantiles are in the right range`() throws {
    let summary = DistributionSummary(
      ranges: [(lower: 0, upper: 1, count: 50), (lower: 1, upper: 2, count: 40), (lower: 2, upper: 10, count: 10)],
      sum: 123.5, minimum: 0.25, maximum: 9)
    #expect(summary.count == 100 && summary.sum == 123.5 && summary.minimum == 0.25 && summary.maximum == 9)
    #expect(summary.counts.reduce(0, +) == 100)
    for (share, lower, upper) in [(0.2, 0.0, 1.0), (0.49, 0, 1), (0.7, 1, 2), (0.95, 2, 10)] {
      let quantile = try #require(summary.quantile(share))
      #expect(quantile >= lower * 0.99 && quantile <= upper * 1.01, "\(share)")
    }
  }

  @Test func `single values stay, and what is not finite is left out`() {
    let summary = DistributionSummary(
      ranges: [
        (lower: 4, upper: 4, count: 3), (lower: .nan, upper: 1, count: 9), (lower: 0, upper: .infinity, count: 1),
      ],
      sum: nil, minimum: nil, maximum: nil)
    #expect(summary.count == 3 && summary.sum == 12 && summary.minimum == 4 && summary.maximum == 4)
    #expect(DistributionSummary(ranges: [], sum: 3, minimum: nil, maximum: nil) == DistributionSummary())
  }
}
