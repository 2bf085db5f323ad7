import Domain
import Measures
import Testing

@Suite struct DistributionSummaryTests {
  /// Values whose magnitudes are spread evenly over the exponents of 1e-9 to 1e12.
  static func values(_ count: Int, decades: ClosedRange<Double>, signs: Bool, seed: UInt64) -> [Double] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in
      let exponent = Double.random(in: decades, using: &random)
      var value = Double.random(in: 1..<10, using: &random)
      for _ in 0..<Int(abs(exponent.rounded(.down))) { value = exponent < 0 ? value / 10 : value * 10 }
      return signs && Bool.random(using: &random) ? -value : value
    }
  }

  @Test(
    "every quantile is within 1 % of the exact one of lower rank",
    arguments: [
      (-9.0...12.0, true), (-9.0...12.0, false), (-9.0 ... -8.0, false), (2.0...3.0, false), (5.0...5.5, true),
    ],
    [1, 2, 3] as [UInt64])
  func quantilesAreWithinOnePercent(_ shape: (ClosedRange<Double>, Bool), seed: UInt64) throws {
    for count in [1, 2, 7, 100, 5_000] {
      let values = Self.values(count, decades: shape.0, signs: shape.1, seed: seed &+ UInt64(count))
      let sorted = values.sorted()
      let summary = DistributionSummary(values)
      for share in [0, 0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1] {
        let exact = sorted[Int((share * Double(count - 1)).rounded(.down))]
        let estimate = try #require(summary.quantile(share))
        #expect(abs(estimate - exact) <= abs(exact) * (0.01 + 1e-9), "p\(share) of \(count)")
      }
    }
  }

  @Test("bucket numbers ascend with the values, and every bucket holds what lies between its ends")
  func bucketsAscend() {
    let values = Self.values(20_000, decades: -11...17, signs: true, seed: 5).sorted()
    var previous = Int16.min
    for value in values {
      let bucket = BucketGrid.bucket(of: value)
      #expect(bucket >= previous)
      previous = bucket
      let slack = abs(value) * 1e-9
      #expect(BucketGrid.lowerBound(bucket) - slack <= value && value <= BucketGrid.upperBound(bucket) + slack)
      #expect(abs(BucketGrid.representative(bucket) - value) <= abs(value) * (0.01 + 1e-9))
    }
  }

  @Test("the ends of neighbouring buckets are at most 1.01/0.99 apart")
  func bucketsAreNarrow() {
    for bucket in Int16(2)..<BucketGrid.last {
      let factor = BucketGrid.upperBound(bucket) / BucketGrid.lowerBound(bucket)
      #expect(factor > 1 && factor <= 1.01 / 0.99 + 1e-9)
    }
  }

  @Test("counts, sums, ends and moments agree with two passes over the values")
  func momentsAreExact() throws {
    let values = Self.values(3_000, decades: 0...3, signs: false, seed: 9).map { $0 + 1e6 }
    let summary = DistributionSummary(values)
    let mean = values.reduce(0, +) / 3_000
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 2_999
    #expect(summary.count == 3_000 && summary.counts.reduce(0, +) == 3_000)
    #expect(summary.minimum == values.min() && summary.maximum == values.max())
    #expect(abs(try #require(summary.mean) - mean) < 1e-9 * mean)
    #expect(abs(try #require(summary.variance) - variance) < 1e-9 * variance)
  }

  @Test(
    "merging is commutative and associative, and equals counting everything at once",
    arguments: 1...20 as ClosedRange<UInt64>)
  func mergingObeysItsLaws(seed: UInt64) throws {
    let parts = (0..<3).map { part in
      DistributionSummary(
        Self.values(Int(seed) * part * 7, decades: -2...4, signs: part == 1, seed: seed &+ UInt64(part)))
    }
    func merged(_ order: [Int]) -> DistributionSummary {
      order.reduce(into: DistributionSummary()) { $0.merge(parts[$1]) }
    }
    var right = parts[1]
    right.merge(parts[2])
    var nested = parts[0]
    nested.merge(right)
    let whole = DistributionSummary(
      (0..<3).flatMap { Self.values(Int(seed) * $0 * 7, decades: -2...4, signs: $0 == 1, seed: seed &+ UInt64($0)) })
    for other in [merged([0, 1, 2]), merged([2, 1, 0]), merged([1, 0, 2]), nested] {
      #expect(other.buckets == whole.buckets && other.counts == whole.counts && other.count == whole.count)
      #expect(other.minimum == whole.minimum && other.maximum == whole.maximum)
      #expect(abs(other.sum - whole.sum) <= 1e-9 * (1 + abs(whole.sum)))
      #expect(abs(other.squaredDeviations - whole.squaredDeviations) <= 1e-9 * (1 + whole.squaredDeviations))
    }
  }

  @Test("values that are not finite are left out, and absurd ones harm nobody")
  func absurdValuesAreBounded() throws {
    var summary = DistributionSummary([.nan, .infinity, -.infinity])
    #expect(summary.count == 0 && summary.quantile(0.5) == nil && summary.mean == nil)
    let extremes: [Double] = [1e308, -1e308, 1e308, .leastNonzeroMagnitude, 0, -0.0, .greatestFiniteMagnitude]
    summary = DistributionSummary(extremes + Array(repeating: 100, count: 93))
    summary.merge(summary)
    #expect(summary.count == 200)
    #expect(abs(try #require(summary.quantile(0.5)) - 100) <= 1)
    for statistic in [Statistic.mean, .sum, .minimum, .maximum, .quantile(0), .quantile(0.999), .quantile(1)] {
      let value = try #require(Summary.distribution(summary).value(of: statistic, over: .seconds(10)))
      #expect(value.isFinite)
    }
    #expect(summary.variance.map(\.isFinite) != false)
  }
}
