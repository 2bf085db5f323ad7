import Domain
import Drift
import Foundation
import Testing

/// What the gauges promise, measured on simulated rows with fixed seeds. `LEEWAY_CALIBRATION=1` takes many more rounds
/// and narrows the limits accordingly.
@Suite struct CalibrationTests {
  static let isLong = ProcessInfo.processInfo.environment["LEEWAY_CALIBRATION"] != nil
  static let rounds = isLong ? 2_000 : 60

  /// The least share of rounds that is compatible with a true share: three standard errors below.
  private static func least(_ share: Double, _ rounds: Int) -> Double {
    share - 3 * (share * (1 - share) / Double(rounds)).squareRoot()
  }

  private static func equalShares(_ cells: Int) -> CellShares {
    CellShares(weights: Array(repeating: 1, count: cells))
  }

  @Test("the band holds the true index in 93 to 100 % of pairs", arguments: [10, 20], [1_000, 5_000, 50_000])
  func bandCoverage(cells: Int, rows: Int) {
    let base = Self.equalShares(cells)
    let truths = [0, 0.05, 0.24]
    let shifted = truths.map { $0 == 0 ? base : base.shifted(psi: $0) }
    for (psi, shares) in zip(truths, shifted) { #expect(abs(base.psi(shares) - psi) < 1e-9) }
    var random = SplitMix64(seed: UInt64(cells * rows))
    var covered = [[Int]](repeating: [0, 0, 0], count: 3)
    let rounds = Self.isLong || rows < 50_000 ? Self.rounds : Self.rounds / 2
    for _ in 0..<rounds {
      let reference = base.draw(rows, &random)
      for (row, current) in [200, 1_000, 5_000].enumerated() {
        for (column, psi) in truths.enumerated() {
          let stability = PopulationStability(reference: reference, current: shifted[column].draw(current, &random))
          if stability.low <= psi, psi <= stability.high { covered[row][column] += 1 }
        }
      }
    }
    for share in covered.joined().map({ Double($0) / Double(rounds) }) {
      #expect(share >= Self.least(0.93, rounds), "covered \(covered) of \(rounds)")
    }
  }

  @Test("the tolerance test rejects the tolerated change in at most 5 % of pairs, and no change in next to none")
  func toleranceTest() throws {
    let base = Self.equalShares(10)
    let tolerated = base.shifted(psi: 0.02)
    var random = SplitMix64(seed: 20)
    var (atTolerance, quiet) = (0, 0)
    let rounds = Self.rounds * 5
    let labels = (0..<10).map(String.init)
    for _ in 0..<rounds {
      let reference = base.draw(3_000, &random)
      func rejects(_ shares: CellShares) throws -> Bool {
        let current = shares.draw(2_000, &random)
        let comparison = try #require(CountComparison(labels: labels, reference: reference, current: current))
        return comparison.toleranceP(tau: 0.02) < 0.05
      }
      if try rejects(tolerated) { atTolerance += 1 }
      if try rejects(base) { quiet += 1 }
    }
    let share = Double(atTolerance) / Double(rounds)
    #expect(share <= 0.05 + 3 * (0.05 * 0.95 / Double(rounds)).squareRoot(), "\(atTolerance) of \(rounds)")
    #expect(share > 0.005 && Double(quiet) / Double(rounds) < 0.01, "\(atTolerance), \(quiet) of \(rounds)")
  }

  /// The median depends on how the history's buckets lie when the change comes: for 0.05 it is 1,000 to 1,050 rows at
  /// the start and after 40 ticks, and 1,250 after 10.
  @Test(
    "the e-detector sees a true index of 0.24 within 250 rows and one of 0.05 within 1,200, in the median",
    arguments: [(0.24, 250), (0.05, 1_200)])
  func eDetectorDelay(psi: Double, limit: Int) throws {
    let base = Self.equalShares(20)
    let shifted = base.shifted(psi: psi)
    var random = SplitMix64(seed: 24)
    let delays = try (0..<(Self.isLong ? 201 : 21)).map { _ in
      var detector = try #require(PolyaDetector(reference: base.draw(5_000, &random)))
      for _ in 0..<40 { _ = detector.update(base.draw(50, &random).map(Double.init)) }
      for tick in 1...80 where detector.update(shifted.draw(50, &random).map(Double.init)).isAlarm { return tick * 50 }
      return 4_000
    }.sorted()
    #expect(delays[delays.count / 2] <= limit, "\(delays)")
  }

  @Test("without a change the e-detector alarms no more often than once in A ticks")
  func eDetectorFalseAlarms() throws {
    let base = Self.equalShares(20)
    var random = SplitMix64(seed: 9)
    var alarms = 0
    // With A = 100 a stream of 50 ticks alarms in at most half of all cases, on average over many.
    let streams = Self.isLong ? 400 : 24
    for _ in 0..<streams {
      var detector = try #require(PolyaDetector(reference: base.draw(5_000, &random), threshold: 100))
      for _ in 0..<50 where detector.update(base.draw(50, &random).map(Double.init)).isAlarm {
        alarms += 1
        break
      }
    }
    #expect(Double(alarms) / Double(streams) <= 0.5)
  }

  @Test("the self-test of a column finds few false alarms, and more the larger the shift is")
  func selfTest() throws {
    var random = SplitMix64(seed: 31)
    let reference = Self.equalShares(10).draw(5_000, &random)
    let fine = Self.equalShares(20).draw(5_000, &random)
    let test = try #require(DriftSelfTest(reference: reference, fine: fine, currentRows: 1_000, rounds: 60))
    #expect(test.currentRows == 1_000 && test.referenceRows == 4_000)
    #expect(test.falseAlarmRate == 0 && test.falseWarnRate <= 0.05 && test.falseToleranceRate <= 0.05)
    #expect(test.quietAlarms <= 3)
    let rates = test.detections.map(\.warnRate)
    #expect(rates == rates.sorted() && rates.last == 1 && rates[0] < 0.2)
    #expect(test.detections[3].alarmRate > 0.9)
    let delays = test.detections.map { $0.medianDelay ?? .max }
    #expect(delays == delays.sorted(by: >) && delays[2] <= 300)
    #expect(try JSON(parsing: test.json(name: "x").text)["detections"]?.array?.count == 4)
    #expect(DriftSelfTest(reference: [5], fine: [5], currentRows: 100) == nil)
    #expect(DriftSelfTest(reference: [50, 9], fine: [50, 9], currentRows: 1_000) == nil)
  }
}
