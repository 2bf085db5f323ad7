/// The risk e-detector over single labels, 1 for an error and 0 for none: counts of so many rows a tick.
public struct RiskStream: OnlineDetector, Hashable {
  /// How many values make a tick.
  public let tick: Int
  /// Whether the stream is forgotten after an alarm, so that a change that stays alarms again.
  public let restarts: Bool

  private var detector: RiskDetector
  private var errors = 0
  private var filled = 0
  private var wasAlarm = false

  /// Watches an error rate; nil when the tolerated one is not between 0 and 1.
  public init?(
    reference: Double, tolerance: Double = 0, tick: Int = 50, threshold: Double = 1_000, restarts: Bool = false
  ) {
    guard let detector = RiskDetector(reference: reference, tolerance: tolerance, threshold: threshold) else {
      return nil
    }
    self.detector = detector
    self.tick = max(1, tick)
    self.restarts = restarts
  }

  /// Takes the next value; any but 0 is an error. One change gives one alarm, unless the detector restarts.
  public mutating func update(_ value: Double) -> Int? {
    if value != 0 { errors += 1 }
    filled += 1
    guard filled == tick else { return nil }
    let reading = detector.update(errors: errors, rows: tick)
    (errors, filled) = (0, 0)
    defer { wasAlarm = reading.isAlarm }
    guard reading.isAlarm, restarts || !wasAlarm else { return nil }
    if restarts { detector.restart() }
    return reading.onsetTicksBack * tick - 1
  }
}
