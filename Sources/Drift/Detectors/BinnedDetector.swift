/// The e-detector over single numbers: bins from the quantiles of a reference, counts of so many rows a tick.
public struct BinnedDetector: OnlineDetector, Hashable {
  /// The bins.
  public let bins: QuantileBins
  /// How many values make a tick.
  public let tick: Int
  /// Whether the stream is forgotten after an alarm, so that a change that stays alarms again.
  public let restarts: Bool
  /// What the detector said after the last whole tick; nil before the first.
  public private(set) var reading: ChangeReading?

  private var detector: PolyaDetector
  private var counts: [Double]
  private var filled = 0

  /// Watches against a reference sample; nil when it is empty.
  public init?(
    reference: SortedSample, bins: Int = 20, tick: Int = 50, threshold: Double = 1_000, restarts: Bool = false
  ) {
    let cells = QuantileBins(reference, bins: bins)
    guard let detector = PolyaDetector(reference: cells.counts(reference), threshold: threshold) else { return nil }
    self.bins = cells
    self.tick = max(1, tick)
    self.restarts = restarts
    self.detector = detector
    counts = Array(repeating: 0, count: cells.innerEdges.count + 1)
  }

  /// Takes the next value. One change gives one alarm: the next is given once the statistic has been below the
  /// threshold, unless the detector restarts.
  public mutating func update(_ value: Double) -> Int? {
    var (low, high) = (0, bins.innerEdges.count)
    while low < high {
      let middle = (low + high) / 2
      if bins.innerEdges[middle] <= value { low = middle + 1 } else { high = middle }
    }
    counts[low] += 1
    filled += 1
    guard filled == tick else { return nil }
    let wasAlarm = reading?.isAlarm ?? false
    let next = detector.update(counts)
    counts = Array(repeating: 0, count: counts.count)
    filled = 0
    reading = next
    guard next.isAlarm, restarts || !wasAlarm else { return nil }
    if restarts { detector.restart() }
    return next.onsetTicksBack * tick - 1
  }
}
