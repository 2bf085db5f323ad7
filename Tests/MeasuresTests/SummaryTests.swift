import Domain
import Measures
import Testing

/// Summaries of every kind from a seed.
func randomSummary(_ kind: MetricKind, _ random: inout SplitMix64) -> Summary {
  let size = Int.random(in: 0..<40, using: &random)
  switch kind {
  case .counter: return .counter(CounterSummary(count: size, sum: Double(Int.random(in: -900..<900, using: &random))))
  case .ratio:
    return .ratio(RatioSummary(numerator: Int.random(in: 0...size, using: &random), denominator: size))
  case .gauge:
    let at = Timestamp(nanoseconds: Int64.random(in: 0..<3, using: &random))
    return .gauge(GaugeSummary(Double(Int.random(in: -5..<5, using: &random)), at: at))
  case .distribution:
    return .distribution(DistributionSummary((0..<size).map { _ in Double(Int.random(in: -50..<50, using: &random)) }))
  case .category:
    var category = CategorySummary()
    for _ in 0..<size { category.insert("word\(Int.random(in: 0..<9, using: &random))") }
    return .category(category)
  }
}

@Suite struct SummaryTests {
  /// Whole values keep their sums exact, so the stored forms must be equal to the last byte but for the moments.
  @Test("merging is commutative and associative for every kind", arguments: MetricKind.allCases)
  func mergingObeysItsLaws(kind: MetricKind) {
    var random = SplitMix64(seed: 11)
    for _ in 0..<200 {
      let (a, b, c) = (randomSummary(kind, &random), randomSummary(kind, &random), randomSummary(kind, &random))
      func sum(_ parts: Summary...) -> Summary { parts.dropFirst().reduce(into: parts[0]) { $0.merge($1) } }
      let results = [sum(a, b, c), sum(c, a, b), sum(a, sum(b, c)), sum(sum(c, b), a)]
      for other in results.dropFirst() {
        if case .distribution(let left) = results[0], case .distribution(let right) = other {
          #expect(left.counts == right.counts && left.buckets == right.buckets && left.sum == right.sum)
        } else {
          #expect(other == results[0])
        }
      }
      #expect(results[0].count == a.count + b.count + c.count)
    }
  }

  @Test("what is encoded is read again", arguments: MetricKind.allCases)
  func codingGoesBothWays(kind: MetricKind) throws {
    var random = SplitMix64(seed: 12)
    for _ in 0..<200 {
      let summary = randomSummary(kind, &random)
      let bytes = summary.encode()
      #expect(try Summary(decoding: bytes) == summary)
      #expect(try Summary(decoding: bytes).encode() == bytes)
    }
  }

  @Test("fractions, negative zeros and large numbers are read again")
  func numbersGoBothWays() throws {
    for value in [0.1, -0.1, -0.0, 1e100, -1e139, 4_503_599_627_370_495, .leastNonzeroMagnitude] {
      let summary = Summary.counter(CounterSummary(count: 3, sum: value))
      let again = try Summary(decoding: summary.encode())
      #expect(again == summary)
      #expect(again.value(of: .sum, over: .seconds(1))?.sign == value.sign)
    }
  }

  @Test("hostile bytes are refused or read, never trapped on", arguments: MetricKind.allCases)
  func hostileBytesAreHarmless(kind: MetricKind) throws {
    var random = SplitMix64(seed: 13)
    var refused = 0
    for round in 0..<4_000 {
      var bytes = randomSummary(kind, &random).encode()
      switch round % 3 {
      case 0: bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
      case 1:
        for _ in 0...round % 4 {
          bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
      default: bytes = bytes.prefix(2) + (0..<30).map { _ in UInt8.random(in: 0...255, using: &random) | 0x80 }
      }
      do {
        var summary = try Summary(decoding: bytes)
        summary.merge(summary)
        for statistic in [Statistic.mean, .quantile(0.5), .ratio, .rate, .share(of: "word1"), .sum, .last] {
          if let value = summary.value(of: statistic, over: .seconds(10)) { #expect(value.isFinite) }
        }
        #expect(summary.count >= 0)
      } catch {
        refused += 1
        #expect(error.description.hasPrefix("not a stored summary: expected"))
      }
    }
    #expect(refused > 1_000)
  }

  @Test("a number that is not known is nil, not 0 and not NaN")
  func unknownIsNil() {
    let window = Duration.seconds(60)
    #expect(Summary.ratio(RatioSummary()).value(of: .ratio, over: window) == nil)
    #expect(Summary.distribution(DistributionSummary()).value(of: .mean, over: window) == nil)
    #expect(Summary.distribution(DistributionSummary()).value(of: .quantile(0.95), over: window) == nil)
    #expect(Summary.category(CategorySummary()).value(of: .share(of: "a"), over: window) == nil)
    #expect(Summary.counter(CounterSummary(count: 4, sum: 4)).value(of: .quantile(0.5), over: window) == nil)
    #expect(Summary.counter(CounterSummary(count: 4, sum: 4)).value(of: .rate, over: .zero) == nil)
    #expect(Summary.counter(CounterSummary(count: 4, sum: 6)).value(of: .rate, over: window) == 0.1)
    #expect(Summary.ratio(RatioSummary(numerator: 3, denominator: 12)).value(of: .ratio, over: window) == 0.25)
    #expect(Summary.counter(CounterSummary()).value(of: .sum, over: window) == 0)
  }

  @Test("of more than 256 categories the most frequent are told apart and the total stays exact")
  func categoriesAreBounded() {
    var summary = CategorySummary()
    for index in 0..<400 {
      summary.merge(CategorySummary(counts: ["word\(index)": index < 300 ? 1 : 5]))
    }
    #expect(summary.counts.count == 256)
    #expect(summary.count == 300 + 500)
    #expect((300..<400).allSatisfy { summary.counts["word\($0)"] == 5 })
    #expect(Summary.category(summary).value(of: .distinct, over: .seconds(1)) == 257)
  }

  @Test("long categories are cut between characters")
  func longCategoriesAreCut() throws {
    var summary = CategorySummary()
    summary.insert(String(repeating: "ä", count: 100))
    #expect(summary.counts == [String(repeating: "ä", count: 64): 1])
    #expect(try Summary(decoding: Summary.category(summary).encode()) == .category(summary))
  }

  @Test("a gauge's last value is the latest in event time, whatever the order of merging")
  func gaugeKeepsTheLatest() {
    var late = GaugeSummary(7, at: Timestamp(seconds: 20))
    late.merge(GaugeSummary(9, at: Timestamp(seconds: 10)))
    #expect(late.last == 7 && late.maximum == 9 && late.minimum == 7 && late.count == 2 && late.sum == 16)
  }
}

@Suite struct StatisticTests {
  @Test(
    "statistics are read from text and written back",
    arguments: [
      "count", "sum", "mean", "min", "max", "last", "rate", "ratio", "distinct", "p50", "p95", "p99.9",
      "share(refusal)",
    ])
  func textGoesBothWays(text: String) throws {
    #expect(try #require(Statistic(text)).description == text)
  }

  @Test("other text is no statistic", arguments: ["", "p", "p101", "p-1", "pp", "avg", "share()", "p1e9", "pnan"])
  func otherTextIsRefused(text: String) {
    #expect(Statistic(text) == nil)
  }

  @Test("p95 is the quantile 0.95")
  func percentBecomesShare() {
    #expect(Statistic("p95") == .quantile(0.95))
  }
}

@Suite struct ToleranceTests {
  @Test(
    "the marks say whether high or low is bad",
    arguments: [
      (800.0, 1_500.0, 800.0, Tolerance.Judgement.ok), (800, 1_500, 801, .warn), (800, 1_500, 1_501, .alarm),
      (0.9, 0.8, 0.9, .ok), (0.9, 0.8, 0.85, .warn), (0.9, 0.8, 0.7, .alarm),
    ])
  func judges(warn: Double, alarm: Double, value: Double, expected: Tolerance.Judgement) {
    #expect(Tolerance(of: .mean, warn: warn, alarm: alarm).judge(value, 10) == expected)
  }

  @Test("no value is unknown, few rows are too few, and missing marks are never crossed")
  func judgesTheUnknown() {
    let tolerance = Tolerance(of: .quantile(0.95), warn: 1, alarm: 2, minimumCount: 50)
    #expect(tolerance.judge(nil, 100) == .unknown)
    #expect(tolerance.judge(.nan, 100) == .unknown)
    #expect(tolerance.judge(9, 49) == .tooFew)
    #expect(Tolerance(of: .mean).judge(1e9, 1) == .ok)
  }
}
