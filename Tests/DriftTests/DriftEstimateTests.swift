import Domain
import Drift
import Measures
import Testing

/// A standard normal deviate: the sum of twelve uniform ones.
func normal(_ random: inout SplitMix64) -> Double {
  (0..<12).reduce(-6) { sum, _ in sum + Double.random(in: 0..<1, using: &random) }
}

func reference(_ summary: Summary, missing: Int = 0) throws(ReferenceError) -> Reference {
  try Reference.capture(
    from: summary, name: "week-46", series: SeriesKey(metric: "tokens", labels: Labels(["model": "chat"])),
    missing: missing, capturedFrom: Timestamp(seconds: 1_000), capturedTo: Timestamp(seconds: 2_000),
    capturedAt: Timestamp(seconds: 3_000), source: "10.–16. November")
}

func numeric(_ values: [Double]) -> Summary { .distribution(DistributionSummary(values)) }

@Suite struct DriftEstimateTests {
  /// Multinomial counts of given shares.
  static func counts(_ shares: [Double], _ rows: Int, _ random: inout SplitMix64) -> [Int] {
    var counts = Array(repeating: 0, count: shares.count)
    for _ in 0..<rows {
      var point = Double.random(in: 0..<1, using: &random)
      var cell = 0
      while cell < shares.count - 1, point >= shares[cell] {
        point -= shares[cell]
        cell += 1
      }
      counts[cell] += 1
    }
    return counts
  }

  static func index(_ p: [Double], _ q: [Double]) -> Double {
    var index = 0.0
    for (p, q) in zip(p, q) {
      // ln(q / p) by the series of 2 artanh((q - p) / (q + p)).
      let t = (q - p) / (q + p)
      var (term, sum) = (t, 0.0)
      for n in 0..<60 {
        sum += term / Double(2 * n + 1)
        term *= t * t
      }
      index += (q - p) * 2 * sum
    }
    return index
  }

  @Test("the band covers the true index in 91 to 100 % of simulated pairs", arguments: [10, 20], [300, 1_000])
  func bandCoversTheTruth(cells: Int, rows: Int) {
    var random = SplitMix64(seed: UInt64(cells * rows))
    let p = Array(repeating: 1 / Double(cells), count: cells)
    // A tilt: the last cell holds twice what the first one does.
    let weights = (0..<cells).map { 1 + Double($0) / Double(cells - 1) }
    let q = weights.map { $0 / weights.reduce(0, +) }
    let truth = Self.index(p, q)
    var covered = 0
    for _ in 0..<300 {
      let estimate = PopulationStability(
        reference: Self.counts(p, 4 * rows, &random), current: Self.counts(q, rows, &random))
      if estimate.low <= truth, truth <= estimate.high { covered += 1 }
    }
    #expect(Double(covered) / 300 >= 0.91, "covered \(covered) of 300, true index \(truth)")
  }

  @Test(
    "without drift the mean of the index is what the formula says, and almost nothing is called drift",
    arguments: [50, 80, 200, 2_000])
  func noDriftIsQuiet(rows: Int) throws {
    var random = SplitMix64(seed: UInt64(rows))
    let stored = try reference(numeric((0..<5_000).map { _ in 100 + 20 * normal(&random) }))
    var (warnings, alarms, index, expected) = (0, 0, 0.0, 0.0)
    for _ in 0..<100 {
      let estimate = stored.compare(numeric((0..<rows).map { _ in 100 + 20 * normal(&random) }))
      if estimate.verdict == .warn { warnings += 1 }
      if estimate.verdict == .alarm { alarms += 1 }
      index += estimate.stability.index / 100
      expected = estimate.stability.nullMean
    }
    #expect(alarms == 0)
    #expect(warnings <= 4, "\(warnings) of 100")
    #expect(index > 0.6 * expected && index < 1.5 * expected)
  }

  @Test("real drift alarms with the movers named, the largest first")
  func driftIsNamed() throws {
    var random = SplitMix64(seed: 4)
    let stored = try reference(numeric((0..<5_000).map { _ in 500 + 100 * normal(&random) }))
    let estimate = stored.compare(numeric((0..<2_000).map { _ in 620 + 100 * normal(&random) }))
    #expect(estimate.verdict == .alarm)
    #expect(estimate.reason.contains("whole band is above 0.25"))
    #expect(estimate.psi > 0.9 && estimate.psi < 2 && estimate.low > 0.25 && estimate.high > estimate.psi)
    #expect(estimate.cells.count == 10 && estimate.referenceCount == 5_000 && estimate.currentCount == 2_000)
    let top = try #require(estimate.movers.first)
    #expect(top.label.hasPrefix(">") && top.deltaPoints > 20)
    #expect(zip(estimate.movers, estimate.movers.dropFirst()).allSatisfy { $0.psi >= $1.psi })
    #expect(abs(estimate.movers.reduce(0) { $0 + $1.psiShare } - 1) < 1e-9)
    #expect(estimate.toleranceP < 1e-6)
  }

  @Test("few rows say nothing, and an alarm needs 200")
  func fewRowsSayNothing() throws {
    let stored = try reference(numeric((0..<1_000).map(Double.init)))
    func verdict(_ rows: Int) -> DriftEstimate.Verdict {
      stored.compare(numeric((0..<rows).map { 5_000 + Double($0) })).verdict
    }
    #expect(verdict(0) == .tooFew && verdict(49) == .tooFew)
    #expect(verdict(50) == .warn && verdict(199) == .warn && verdict(200) == .alarm)
    let thin = try reference(numeric((0..<40).map(Double.init)))
    #expect(thin.compare(numeric((0..<4_000).map(Double.init))).verdict == .tooFew)
  }

  @Test("a constant column that takes another value is drift, below, above and between")
  func constantColumnsDrift() throws {
    let constant = try reference(numeric(Array(repeating: 5, count: 1_000)))
    #expect(constant.compare(numeric(Array(repeating: 5, count: 1_000))).verdict == .ok)
    for other in [4.0, 6, 0, -5, 1e300] {
      let estimate = constant.compare(numeric(Array(repeating: other, count: 1_000)))
      #expect(estimate.verdict == .alarm)
      #expect(estimate.movers.contains { $0.label == "other values" && $0.currentCount == 1_000 })
    }
    let two = try reference(numeric((0..<1_000).map { $0 % 2 == 0 ? 0 : 10 }))
    #expect(two.compare(numeric(Array(repeating: 5, count: 500))).verdict == .alarm)
  }

  @Test("heavy ties, huge values and empty sides give numbers, never NaN", arguments: 1...30 as ClosedRange<UInt64>)
  func oddColumnsAreHarmless(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    func column() -> [Double] {
      let rows = Int.random(in: 1..<400, using: &random)
      return (0..<rows).map { _ in
        switch seed % 5 {
        case 0: 0
        case 1: Double(Int.random(in: 0..<3, using: &random))
        case 2: Double(bitPattern: random.next())
        case 3: Bool.random(using: &random) ? 0 : normal(&random) * 1e150
        default: Double.random(in: 0..<1, using: &random) < 0.9 ? 1 : normal(&random)
        }
      } + [1]
    }
    let stored = try reference(numeric(column()))
    for current in [numeric(column()), numeric([]), .counter(CounterSummary()), .category(CategorySummary())] {
      let estimate = stored.compare(current)
      let numbers =
        [estimate.psi, estimate.low, estimate.high, estimate.stability.variance, estimate.toleranceP]
        + estimate.cells.flatMap { [$0.psi, $0.psiShare, $0.referenceShare, $0.currentShare, $0.deltaPoints] }
      #expect(numbers.allSatisfy { $0.isFinite })
      #expect(estimate.low <= estimate.psi && estimate.psi <= estimate.high && !estimate.reason.isEmpty)
      #expect(estimate.cells.reduce(0) { $0 + $1.currentCount } == estimate.currentCount)
    }
  }

  @Test("categories and ratios have cells of their own, with one for what the reference never saw")
  func categoriesDrift() throws {
    let stored = try reference(.category(CategorySummary(counts: ["stop": 900, "length": 90, "refusal": 10])))
    let estimate = stored.compare(.category(CategorySummary(counts: ["stop": 500, "refusal": 300, "tool": 200])))
    #expect(estimate.verdict == .alarm && estimate.kolmogorovSmirnov == nil)
    #expect(estimate.cells.map(\.label) == ["stop", "length", "refusal", "other categories"])
    #expect(estimate.cells.map(\.currentCount) == [500, 0, 300, 200])
    #expect(estimate.movers.prefix(2).map(\.label) == ["other categories", "refusal"])
    let ratio = try reference(.ratio(RatioSummary(numerator: 30, denominator: 1_000)))
    #expect(ratio.compare(.ratio(RatioSummary(numerator: 31, denominator: 1_000))).verdict == .ok)
    #expect(ratio.compare(.ratio(RatioSummary(numerator: 400, denominator: 1_000))).verdict == .alarm)
  }
}
