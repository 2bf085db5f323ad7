import Domain
import Drift
import Testing

@Suite struct DetectorTests {
  private static func detections(_ values: [Double], _ detector: some OnlineDetector) -> [Int] {
    var detector = detector
    return values.indices.filter { detector.update(values[$0]) != nil }
  }

  @Test("ADWIN and Page-Hinkley report at the same values as river 0.26")
  func river() throws {
    let pace = StreamFigures.pace
    #expect(Self.detections(pace, AdaptiveWindow()) == StreamFigures.adwin)
    #expect(Self.detections(pace, AdaptiveWindow(clock: 1)) == StreamFigures.adwinEachValue)
    #expect(Self.detections(pace, PageHinkley()) == StreamFigures.pageHinkley)
    let scale = try #require(Standardisation(values: pace.prefix(pace.count / 5)))
    let standardised = pace.map { scale($0) }
    #expect(Self.detections(standardised, AdaptiveWindow()) == StreamFigures.standardisedAdwin)
    #expect(Self.detections(standardised, PageHinkley()) == StreamFigures.standardisedPageHinkley)
  }

  @Test("the window keeps what came after a jump, and the onsets of all detectors lie near it")
  func onsets() throws {
    var random = SplitMix64(seed: 12)
    let values = (0..<4_000).map { normal(&random) + ($0 < 2_000 ? 0 : 1) }
    var window = AdaptiveWindow()
    for value in values { _ = window.update(value) }
    #expect(abs(window.mean - 1) < 0.15 && window.width < 2_100)
    func first(_ detector: some OnlineDetector) -> (at: Int, onset: Int)? {
      var detector = detector
      for index in values.indices {
        if let back = detector.update(values[index]) { return (index, index - back) }
      }
      return nil
    }
    let sums = try #require(CumulativeSum(mean: 0, deviation: 1))
    let bins = try #require(BinnedDetector(reference: SortedSample(Array(values.prefix(1_000)))))
    for found in [first(AdaptiveWindow()), first(PageHinkley()), first(sums), first(bins)] {
      let found = try #require(found)
      #expect((2_000..<2_200).contains(found.at), "\(found)")
      #expect(abs(found.onset - 2_000) <= 64, "\(found)")
    }
    #expect(CumulativeSum(mean: 0, deviation: 0) == nil && Standardisation(values: [1, 1]) == nil)
  }

  @Test("the e-detector gives the readings of its definition, and alarms in the second changed tick")
  func eDetector() throws {
    var detector = try #require(PolyaDetector(reference: Array(repeating: 150, count: 20)))
    var alarms: [Int] = []
    for (tick, counts) in StreamFigures.incomes.enumerated() {
      let (reading, expected) = (detector.update(counts), StreamFigures.incomeReadings[tick])
      #expect(agrees(reading.logStatistic, expected.logStatistic, 1e-8), "tick \(tick)")
      #expect(reading.onsetTicksBack == expected.ticksBack, "tick \(tick)")
      if reading.isAlarm { alarms.append(tick) }
    }
    #expect(alarms == [57, 58, 59, 60, 61])
    detector.restart()
    #expect(!detector.update(StreamFigures.incomes[0]).isAlarm)
    #expect(PolyaDetector(reference: [5]) == nil && PolyaDetector(reference: [0, 0]) == nil)
  }

  @Test("an alarm is given once, or again and again when the detector restarts")
  func alarmsOnce() throws {
    let reference = SortedSample((0..<1_000).map(Double.init))
    let values = (0..<2_000).map { $0 < 1_000 ? Double($0) : 900 + Double($0 % 100) }
    let once = try #require(BinnedDetector(reference: reference, tick: 10))
    let again = try #require(BinnedDetector(reference: reference, tick: 10, restarts: true))
    // A stream that repeats the reference in order changes with every tick, so only the last thousand count.
    let stream = Array(values[1_000...])
    #expect(Self.detections(stream, once).count == 1)
    #expect(Self.detections(stream, again).count > 20)
  }

  @Test("the risk e-detector is the mean of its bets, and reports a rate that doubled")
  func riskDetector() throws {
    var detector = try #require(RiskDetector(reference: 0.1, tolerance: 0.1))
    // ln(mean of (P/0.2)^3 ((1-P)/0.8)^7) for P = 0.2 + 0.8 {0.02, 0.05, 0.1, 0.2, 0.4}.
    var product = 0.0
    for bet in [0.02, 0.05, 0.1, 0.2, 0.4] {
      let rate = 0.2 + 0.8 * bet
      var term = 1.0
      for _ in 0..<3 { term *= rate / 0.2 }
      for _ in 0..<7 { term *= (1 - rate) / 0.8 }
      product += term / 5
    }
    let first = detector.update(errors: 3, rows: 10)
    #expect(abs(exponential(first.logStatistic) - product) < 1e-9 && first.onsetTicksBack == 1)

    var random = SplitMix64(seed: 3)
    var quiet = try #require(RiskDetector(reference: 0.1, tolerance: 0.02))
    var alarms = 0
    for _ in 0..<200 {
      let errors = (0..<50).count { _ in Double.random(in: 0..<1, using: &random) < 0.1 }
      if quiet.update(errors: errors, rows: 50).isAlarm { alarms += 1 }
    }
    #expect(alarms == 0)
    var ticks = 0
    var reading: ChangeReading?
    while !(reading?.isAlarm ?? false), ticks < 100 {
      let errors = (0..<50).count { _ in Double.random(in: 0..<1, using: &random) < 0.25 }
      reading = quiet.update(errors: errors, rows: 50)
      ticks += 1
    }
    #expect(ticks < 20 && abs((reading?.onsetTicksBack ?? 0) - ticks) <= 4, "\(ticks) \(String(describing: reading))")
    #expect(RiskDetector(reference: 0.9, tolerance: 0.1) == nil && RiskDetector(reference: 0) == nil)
  }

  private func exponential(_ value: Double) -> Double {
    var (term, sum) = (1.0, 1.0)
    for index in 1..<80 {
      term *= value / Double(index)
      sum += term
    }
    return sum
  }

  @Test("the budget for false pages is spread over the series: M tenfold for one, less for several")
  func seriesRanking() {
    let log10 = 2.302585092994046
    // Three series, one false page in ten ticks: 30 for the first, 15 each for two, 10 each for three.
    #expect(SeriesRanking.pages([log10, 2 * log10, 0], ticksPerFalsePage: 10) == [1])
    #expect(SeriesRanking.pages([log10 * 1.2, log10 * 1.3, 0], ticksPerFalsePage: 10) == [1, 0])
    #expect(SeriesRanking.pages([log10 * 1.01, log10 * 1.02, log10 * 1.03], ticksPerFalsePage: 10) == [2, 1, 0])
    #expect(SeriesRanking.pages([log10, 0.5, 0], ticksPerFalsePage: 10).isEmpty)
    #expect(SeriesRanking.pages([], ticksPerFalsePage: 10).isEmpty)
  }

  @Test("expected quality from scores, by hand")
  func performance() throws {
    let known = try #require(
      PerformanceEstimate.Reference([(true, true), (true, false), (false, true), (false, false)]))
    let estimate = PerformanceEstimate([(0.9, true), (0.6, true), (0.2, false), (.nan, true)], reference: known)
    #expect(estimate.count == 3)
    #expect(agrees(estimate.accuracy?.value, (0.9 + 0.6 + 0.8) / 3))
    #expect(agrees(estimate.precision?.value, 0.75) && agrees(estimate.recall?.value, 1.5 / 1.7))
    #expect(agrees(estimate.f1?.value, 3 / (3 + 0.5 + 0.2)))
    // Half of four rows are right: sqrt(0.25 / 3).
    #expect(agrees(estimate.accuracy?.samplingError, (0.25 / 3).squareRoot()))
    #expect(estimate.accuracy?.band == 0...1)
    #expect(PerformanceEstimate([]).accuracy == nil && PerformanceEstimate([(0.2, false)]).precision == nil)
  }

  @Test("calibration is the best ascending step function")
  func calibration() throws {
    let rows: [(Double, Bool)] = [(0.1, false), (0.3, true), (0.5, false), (0.5, false), (0.8, true), (0.9, true)]
    let calibration = try #require(IsotonicCalibration(rows.map { (score: $0.0, isPositive: $0.1) }))
    #expect(zip(calibration.probabilities, [0, 1.0 / 3, 1.0 / 3, 1, 1]).allSatisfy { agrees($0, $1) })
    #expect(calibration.probability(at: 0) == 0 && calibration.probability(at: 2) == 1)
    #expect(agrees(calibration.probability(at: 0.2), 1.0 / 6))
    #expect(IsotonicCalibration([]) == nil)
  }

  @Test("values are counted into fixed bins closed at their upper ends")
  func fixedBins() {
    var random = SplitMix64(seed: 77)
    let values = (0..<3_000).map { _ in (normal(&random) * 8).rounded() / 8 }
    var bins = FixedBins(SortedSample(values))
    bins.add(values + [.nan, .infinity, -.infinity])
    bins.addMissing()
    let edges = bins.innerEdges
    let naive = bins.counts.indices.map { index in
      (values + [.infinity, -.infinity]).count { value in
        (index == 0 || value > edges[index - 1]) && (index == edges.count || value <= edges[index])
      }
    }
    #expect(bins.counts == naive && bins.missing == 2)
    #expect(bins.emptied().counts.allSatisfy { $0 == 0 } && FixedBins(SortedSample([])).counts == [0])
  }
}
