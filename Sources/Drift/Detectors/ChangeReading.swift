import RealModule

/// What an e-detector says after a tick.
public struct ChangeReading: Hashable, Sendable {
  /// The log of the Shiryaev-Roberts statistic: the evidence for a change, over all moments when it can have begun.
  public var logStatistic: Double
  /// The moment that explains it best, in ticks back: 1 when only this tick differs.
  public var onsetTicksBack: Int
  /// Whether the statistic reaches the threshold.
  public var isAlarm: Bool

  init(evidence: [(log: Double, ticksBack: Int)], threshold: Double) {
    logStatistic = LogSum.sum(evidence.map(\.log))
    onsetTicksBack = evidence.max { $0.log < $1.log }?.ticksBack ?? 0
    isAlarm = logStatistic >= Double.log(max(1, threshold))
  }
}
