public import Domain
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
    /// When the change that explains the counts best began.
    public var onset: Timestamp
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
  private var waitingSince: Timestamp?

  /// Watches against a reference; nil where it has fewer than two cells.
  public init?(_ reference: Reference) {
    let coarse = reference.coarse(Self.cells)
    guard let counts = coarse.counts(of: nil), let detector = PolyaDetector(reference: counts) else { return nil }
    self.reference = coarse
    self.counts = counts
    self.detector = detector
    waiting = Array(repeating: 0, count: counts.count)
  }

  /// Takes the rows of the time since the last call, which was `start`; whether they made a tick.
  public mutating func update(_ rows: Summary, from start: Timestamp) -> Bool {
    guard let new = reference.counts(of: rows), new.count == waiting.count else { return false }
    let began = waitingSince ?? start
    waitingSince = began
    for index in new.indices { waiting[index] = saturatingSum(waiting[index], new[index]) }
    guard waiting.reduce(0, saturatingSum) >= Self.minimumRows else { return false }
    let phi = reference.overdispersion
    let reading = detector.update(waiting.map { Double($0) / phi }, start: began.nanoseconds)
    waiting = Array(repeating: 0, count: waiting.count)
    waitingSince = nil
    let since = detector.counts(last: reading.onsetTicksBack).map { Int(($0 * phi).rounded()) }
    let stability = PopulationStability(reference: counts, current: since)
    state = State(
      logStatistic: reading.logStatistic,
      onset: detector.history.start(ofLast: reading.onsetTicksBack).map(Timestamp.init(nanoseconds:)) ?? began,
      psi: stability.debiased, rows: since.reduce(0, saturatingSum))
    return true
  }

  /// What has been counted so far, as it is stored: goes on after a restart with ``restore(_:)``.
  public var json: JSON {
    var object = JSONObject([
      ("reference", .string(reference.identity)), ("waiting", .array(waiting.map { JSON($0) })),
      ("history", detector.history.json),
    ])
    if let waitingSince { object["waiting_ns"] = .integer(waitingSince.nanoseconds) }
    if let state {
      object["state"] = [
        "log": .number(state.logStatistic), "onset_ns": .integer(state.onset.nanoseconds), "psi": .number(state.psi),
        "rows": JSON(state.rows),
      ]
    }
    return .object(object)
  }

  /// Goes on where ``json`` was written. What another reference's detector wrote, or nobody, changes nothing.
  public mutating func restore(_ json: JSON) {
    guard json["reference"]?.string == reference.identity,
      let waiting = json["waiting"]?.array?.compactMap(\.integer), waiting.count == self.waiting.count,
      waiting.allSatisfy({ $0 >= 0 }), detector.restore(json["history"])
    else { return }
    self.waiting = waiting.map { Int($0) }
    waitingSince = json["waiting_ns"]?.integer.map(Timestamp.init(nanoseconds:))
    guard let state = json["state"], let log = state["log"]?.double, let onset = state["onset_ns"]?.integer,
      let psi = state["psi"]?.double, let rows = state["rows"]?.integer, rows >= 0
    else { return }
    self.state = State(logStatistic: log, onset: Timestamp(nanoseconds: onset), psi: psi, rows: Int(rows))
  }
}
