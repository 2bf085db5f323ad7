import Domain
public import Measures
import RealModule

/// How far the gauges can be trusted on this very column: the reference is shuffled to measure false alarms, and shifts
/// of known size are injected to measure what is seen and how fast.
///
/// Seeded, so that the same column gives the same figures. It works on counts, with at most ``rowLimit`` rows a side.
public struct DriftSelfTest: Hashable, Sendable {
  /// The most rows that a side of a round has.
  public static let rowLimit = 20_000
  /// How many rows the e-detector is given to find a shift.
  public static let delayLimit = 5_000

  /// What happens at a true index.
  public struct Detection: Hashable, Sendable {
    /// The true index of the injected shift.
    public var psi: Double
    /// The share of rounds with a warning or an alarm.
    public var warnRate: Double
    /// The share of rounds with an alarm.
    public var alarmRate: Double
    /// The median number of rows until the e-detector's alarm; nil when fewer than half of the streams alarmed within
    /// ``DriftSelfTest/delayLimit`` rows.
    public var medianDelay: Int?
  }

  /// The rows of the reference in each round.
  public let referenceRows: Int
  /// The current rows in each round.
  public let currentRows: Int
  /// The number of rounds.
  public let rounds: Int
  /// The share of shuffled rounds with a warning.
  public let falseWarnRate: Double
  /// The share of shuffled rounds with an alarm.
  public let falseAlarmRate: Double
  /// The share of shuffled rounds whose tolerance p is below 0.05.
  public let falseToleranceRate: Double
  /// The e-detector's ticks without a change, and its alarms in them.
  public let quietTicks: Int
  /// The e-detector's alarms in ``quietTicks``.
  public let quietAlarms: Int
  /// What injected shifts do.
  public let detections: [Detection]

  /// The e-detector's rows a tick and threshold in the test.
  public static let (tick, threshold) = (50, 1_000.0)

  /// Runs the test; nil when there are fewer than two cells or too few rows.
  ///
  /// - Parameters:
  ///   - reference: the reference's counts in the cells of the verdict, in the order of the values.
  ///   - fine: the reference's counts in the cells of the e-detector.
  ///   - currentRows: how many rows the current side has.
  public init?(
    reference: [Int], fine: [Int], currentRows: Int, settings: DriftSettings = DriftSettings(), rounds: Int = 200,
    seed: UInt64 = 1
  ) {
    let total = reference.reduce(0, saturatingSum)
    let m = min(currentRows, total / 2, DriftSelfTest.rowLimit)
    let n = min(total - m, DriftSelfTest.rowLimit)
    guard reference.count > 1, m >= DriftEstimate.minimumRows, n >= DriftEstimate.minimumRows, rounds > 0 else {
      return nil
    }
    var random = SplitMix64(seed: seed)
    (referenceRows, self.currentRows, self.rounds) = (n, m, rounds)
    var (warnings, alarms, rejections) = (0, 0, 0)
    for _ in 0..<rounds {
      var rest = reference
      let current = DriftSelfTest.draw(m, from: &rest, &random)
      let kept = rest.reduce(0, saturatingSum) == n ? rest : DriftSelfTest.draw(n, from: &rest, &random)
      let judged = DriftSelfTest.judge(kept, current, settings)
      if judged.verdict == .warn { warnings += 1 }
      if judged.verdict == .alarm { alarms += 1 }
      if judged.p < 0.05 { rejections += 1 }
    }
    falseWarnRate = Double(warnings) / Double(rounds)
    falseAlarmRate = Double(alarms) / Double(rounds)
    falseToleranceRate = Double(rejections) / Double(rounds)

    let cells = fine.count > 1 ? fine : reference
    let shares = CellShares(counts: cells)
    let quiet = DriftSelfTest.alarms(cells, shares, streams: 4, ticks: 100, &random)
    (quietTicks, quietAlarms) = (400, quiet.count { $0 < 100 })
    let verdictShares = CellShares(counts: reference)
    detections = [0.05, 0.1, 0.24, 0.5].map { psi in
      var (warned, alarmed) = (0, 0)
      let shifted = verdictShares.shifted(psi: psi)
      for _ in 0..<rounds {
        let judged = DriftSelfTest.judge(
          verdictShares.draw(n, &random), shifted.draw(m, &random), settings)
        if judged.verdict == .alarm { alarmed += 1 }
        if judged.verdict == .warn || judged.verdict == .alarm { warned += 1 }
      }
      let ticks = DriftSelfTest.delayLimit / DriftSelfTest.tick
      let delays = DriftSelfTest.alarms(cells, shares.shifted(psi: psi), streams: 9, ticks: ticks, &random).sorted()
      let median = delays[delays.count / 2]
      return Detection(
        psi: psi, warnRate: Double(warned) / Double(rounds), alarmRate: Double(alarmed) / Double(rounds),
        medianDelay: median < ticks ? (median + 1) * DriftSelfTest.tick : nil)
    }
  }

  private static func judge(
    _ reference: [Int], _ current: [Int], _ settings: DriftSettings
  ) -> (verdict: DriftEstimate.Verdict, p: Double) {
    let (n, m) = (reference.reduce(0, +), current.reduce(0, +))
    let (statistic, degrees) = ChiSquare.statistic(reference: reference, current: current)
    let pooled = Double(n) / Double(n + m) * Double(m)
    let p = ChiSquare.upperTail(statistic, degrees: degrees, noncentrality: pooled * settings.tau)
    let stability = PopulationStability(reference: reference, current: current)
    return (DriftEstimate.judge(stability, n, m, p, settings).0, p)
  }

  /// The tick of each stream's first alarm; `ticks` where there is none.
  private static func alarms(
    _ reference: [Int], _ shares: CellShares, streams: Int, ticks: Int, _ random: inout SplitMix64
  ) -> [Int] {
    (0..<streams).map { _ in
      guard var detector = PolyaDetector(reference: reference, threshold: threshold) else { return ticks }
      for index in 0..<ticks where detector.update(shares.draw(tick, &random).map(Double.init)).isAlarm {
        return index
      }
      return ticks
    }
  }

  /// Takes rows out of counts at random, without putting any back.
  private static func draw(_ rows: Int, from counts: inout [Int], _ random: inout SplitMix64) -> [Int] {
    var drawn = Array(repeating: 0, count: counts.count)
    var left = counts.reduce(0, +)
    for _ in 0..<min(rows, left) {
      var point = Int.random(in: 0..<left, using: &random)
      var cell = 0
      while point >= counts[cell] {
        point -= counts[cell]
        cell += 1
      }
      counts[cell] -= 1
      drawn[cell] += 1
      left -= 1
    }
    return drawn
  }
}
