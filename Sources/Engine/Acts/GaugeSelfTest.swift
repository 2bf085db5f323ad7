public import Domain
public import Drift

/// What a self-test of a drift gauge found: how often it alarms without drift, and how surely and how fast it sees a shift.
public struct GaugeSelfTest: Hashable, Sendable {
  /// The true index of the shift that it is judged by: the size at which people usually act.
  public static let shift = 0.24

  /// The metric.
  public var metric: String
  /// When it was tested.
  public var at: Timestamp
  /// How many windows were tried of each kind.
  public var rounds: Int
  /// The rows of each window.
  public var rows: Int
  /// Windows without drift that alarmed.
  public var falseAlarms: Int
  /// Windows with the shift that warned or alarmed.
  public var seen: Int
  /// The median rows after which the e-detector saw the shift; nil where it did not within 5,000.
  public var delayRows: Int?

  /// Takes what the journal keeps out of a test.
  public init(metric: String, at: Timestamp, _ test: DriftSelfTest) {
    func count(_ share: Double) -> Int { Int((share * Double(test.rounds)).rounded()) }
    self.metric = metric
    self.at = at
    rounds = test.rounds
    rows = test.currentRows
    falseAlarms = count(test.falseAlarmRate)
    let shifted = test.detections.first { $0.psi == Self.shift }
    seen = count(shifted?.warnRate ?? 0)
    delayRows = shifted?.medianDelay
  }

  /// As the journal keeps it.
  public var json: JSON {
    [
      "metric": .string(metric), "rounds": JSON(rounds), "rows": JSON(rows), "false_alarms": JSON(falseAlarms),
      "seen": JSON(seen), "delay_rows": JSON(delayRows),
    ]
  }

  init?(json: JSON, at: Timestamp) {
    guard let metric = json["metric"]?.string, let rounds = json["rounds"]?.integer, rounds > 0,
      let rows = json["rows"]?.integer, let falseAlarms = json["false_alarms"]?.integer,
      let seen = json["seen"]?.integer
    else { return nil }
    self.metric = metric
    self.at = at
    (self.rounds, self.rows) = (Int(rounds), Int(rows))
    (self.falseAlarms, self.seen) = (Int(falseAlarms), Int(seen))
    delayRows = json["delay_rows"]?.integer.map { Int($0) }
  }

  /// `Self-test of 2026-11-27: 0 of 200 windows without drift alarmed; a PSI of 0.24 is seen in 198 of 200 windows of 1800
  /// rows, by the e-detector after about 200 rows.`
  public var sentence: String {
    let delay =
      delayRows.map { ", by the e-detector after about \($0) rows" } ?? ", by the e-detector not within 5000 rows"
    return
      "Self-test of \(at.formatted().prefix(10)): \(falseAlarms) of \(rounds) windows without drift alarmed; a PSI of "
      + "\(Self.shift) is seen in \(seen) of \(rounds) windows of \(rows) rows\(delay)."
  }
}
