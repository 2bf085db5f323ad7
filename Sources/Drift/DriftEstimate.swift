import Measures

/// How far a metric's current distribution lies from its reference, and how sure that is.
public struct DriftEstimate: Hashable, Sendable {
  /// What follows from the estimate.
  public enum Verdict: String, CaseIterable, Hashable, Sendable {
    /// No more change than is tolerated, or than chance can make.
    case ok
    /// The estimate is above the first mark, and more than the tolerated change is there.
    case warn
    /// The whole band is above the second mark.
    case alarm
    /// Fewer than 50 rows on one of the sides.
    case tooFew = "too_few"
  }

  /// One bin or category on both sides.
  public struct Cell: Hashable, Sendable {
    /// The bin or category: `400–800`, `refusal`.
    public var label: String
    /// The reference's rows.
    public var referenceCount: Int
    /// The current rows.
    public var currentCount: Int
    /// The reference's share, 0...1.
    public var referenceShare: Double
    /// The current share, 0...1.
    public var currentShare: Double
    /// The cell's part of the index.
    public var psi: Double
    /// The cell's part of the index as a share of it, 0...1.
    public var psiShare: Double

    /// The change of the share in percentage points.
    public var deltaPoints: Double { (currentShare - referenceShare) * 100 }
  }

  /// The least number of rows on both sides for any verdict, unless the settings say otherwise.
  public static let minimumRows = 50
  /// The least number of rows on both sides for an alarm.
  public static let alarmRows = 200

  /// The reference's name.
  public let reference: String
  /// The rows of the reference.
  public let referenceCount: Int
  /// The current rows.
  public let currentCount: Int
  /// The index with its band, over the coarse cells.
  public let stability: PopulationStability
  /// The coarse cells in the order of the values, or of frequency.
  public let cells: [Cell]
  /// The ends between which the Kolmogorov-Smirnov statistic of the raw rows lies (spec: drift, formula 3); nil for
  /// categories.
  public let kolmogorovSmirnov: ClosedRange<Double>?
  /// The probability of at least this much change when the true change is the tolerated one, `tau` (spec: drift,
  /// formula 5).
  public let toleranceP: Double
  /// What follows.
  public let verdict: Verdict
  /// Why, in words.
  public let reason: String

  /// The debiased index: the gauge's value.
  public var psi: Double { stability.debiased }
  /// The lower end of its 95 % band.
  public var low: Double { stability.low }
  /// The upper end of its 95 % band.
  public var high: Double { stability.high }
  /// The cells by their part of the index, the largest first; of equal ones in the order of the cells.
  public var movers: [Cell] {
    cells.enumerated().sorted { ($1.element.psi, $0.offset) < ($0.element.psi, $1.offset) }.map(\.element)
  }

  init(
    reference: String, labels: [String], referenceCounts: [Int], currentCounts: [Int],
    kolmogorovSmirnov: ClosedRange<Double>?, overdispersion: Double, settings: DriftSettings
  ) {
    let (n, m) = (referenceCounts.reduce(0, saturatingSum), currentCounts.reduce(0, saturatingSum))
    let stability = PopulationStability(reference: referenceCounts, current: currentCounts)
    self.reference = reference
    (referenceCount, currentCount) = (n, m)
    self.stability = stability
    self.kolmogorovSmirnov = kolmogorovSmirnov
    cells = labels.indices.map { index in
      let part = stability.parts[index]
      return Cell(
        label: labels[index], referenceCount: referenceCounts[index], currentCount: currentCounts[index],
        referenceShare: n > 0 ? Double(referenceCounts[index]) / Double(n) : 0,
        currentShare: m > 0 ? Double(currentCounts[index]) / Double(m) : 0, psi: part,
        psiShare: stability.index > 0 ? part / stability.index : 0)
    }
    let (statistic, degrees) = ChiSquare.statistic(reference: referenceCounts, current: currentCounts)
    let pooled = n > 0 && m > 0 ? Double(n) / (Double(n) + Double(m)) * Double(m) : 0
    toleranceP = ChiSquare.upperTail(
      statistic / overdispersion, degrees: degrees, noncentrality: pooled * max(0, settings.tau) / overdispersion)
    (verdict, reason) = DriftEstimate.judge(stability, n, m, toleranceP, settings)
  }

  static func judge(
    _ stability: PopulationStability, _ n: Int, _ m: Int, _ toleranceP: Double, _ settings: DriftSettings
  ) -> (Verdict, String) {
    let least = settings.minimumRows
    if m < least { return (.tooFew, "too few rows to say: \(m) of \(least)") }
    if n < least { return (.tooFew, "too few rows in the reference to say: \(n) of \(least)") }
    let value = decimals(stability.debiased)
    let band = "PSI \(value) (\(decimals(stability.low))–\(decimals(stability.high)))"
    if stability.low > settings.alarm, n >= alarmRows, m >= alarmRows {
      return (.alarm, "\(band): the whole band is above \(decimals(settings.alarm))")
    }
    guard stability.debiased > settings.warn else {
      return (.ok, "\(band): not above \(decimals(settings.warn))")
    }
    guard toleranceP < 0.05 else {
      return (.ok, "\(band): above \(decimals(settings.warn)), but with \(m) rows chance alone can do that")
    }
    guard stability.low > settings.alarm else { return (.warn, "\(band): above \(decimals(settings.warn))") }
    return (.warn, "\(band): above \(decimals(settings.alarm)), but an alarm needs \(alarmRows) rows on both sides")
  }

  private static func decimals(_ value: Double) -> String {
    guard value.magnitude < 1e9 else { return value.description }
    let hundredths = Int((value * 100).rounded())
    let fraction = abs(hundredths) % 100
    return "\(hundredths < 0 ? "-" : "")\(abs(hundredths) / 100).\(fraction < 10 ? "0" : "")\(fraction)"
  }
}
