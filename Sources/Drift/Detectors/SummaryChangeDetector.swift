public import Measures

/// The e-detector over the slots of one metric: says early that its distribution has left a stored reference, since when,
/// and by how much since then.
///
/// A tick is so much event time as holds at least ``minimumRows`` rows (spec: drift, formula 7, with K = 20 cells and
/// counts that are divided by the reference's overdispersion). Its evidence is against no change at all, so a small and
/// harmless one is found as well: whoever acts on it also looks at ``State/psi``.
public struct SummaryChangeDetector: Sendable {
  /// What is known after a tick.
  public struct State: Hashable, Sendable {
    /// The log of the Shiryaev-Roberts statistic.
    public var logStatistic: Double
    /// How many ticks ago the change that explains the counts best began.
    public var onsetTicksBack: Int
    /// The debiased population stability index of the rows since then.
    public var psi: Double
    /// How many rows these are.
    public var rows: Int
  }

  /// The least rows of a tick; fewer wait for the next slots.
  public static let minimumRows = 50
  private static let cells = 20

  /// What is known; nil before the first tick.
  public private(set) var state: State?

  private let reference: Reference
  private let counts: [Int]
  private var detector: PolyaDetector
  private var waiting: [Int]

  /// Watches against a reference; nil where it has fewer than two cells.
  public init?(_ reference: Reference) {
    let coarse = reference.coarse(Self.cells)
    guard let counts = coarse.counts(of: nil), let detector = PolyaDetector(reference: counts) else { return nil }
    self.reference = coarse
    self.counts = counts
    self.detector = detector
    waiting = Array(repeating: 0, count: counts.count)
  }

  /// Takes the rows of the time since the last call; whether they made a tick.
  public mutating func update(_ rows: Summary) -> Bool {
    guard let new = reference.counts(of: rows), new.count == waiting.count else { return false }
    for index in new.indices { waiting[index] = saturatingSum(waiting[index], new[index]) }
    guard waiting.reduce(0, saturatingSum) >= Self.minimumRows else { return false }
    let phi = reference.overdispersion
    let reading = detector.update(waiting.map { Double($0) / phi })
    waiting = Array(repeating: 0, count: waiting.count)
    let since = detector.counts(last: reading.onsetTicksBack).map { Int(($0 * phi).rounded()) }
    let stability = PopulationStability(reference: counts, current: since)
    state = State(
      logStatistic: reading.logStatistic, onsetTicksBack: reading.onsetTicksBack, psi: stability.debiased,
      rows: since.reduce(0, saturatingSum))
    return true
  }
}
