public import Domain
public import Measures

/// The risk e-detector over the slots of a ratio: says early that a share, of errors, of refusals, of wrong answers by labels,
/// has risen above what is tolerated, and since when (spec: drift, formula 8).
///
/// A tick is so much event time as holds at least ``minimumRows`` records. However small the rise, it is found in the end;
/// however short the look, it is not found by chance more often than the budget allows.
public struct ShareChangeDetector: Sendable {
  /// What is known after a tick.
  public struct State: Hashable, Sendable {
    /// The log of the Shiryaev-Roberts statistic.
    public var logStatistic: Double
    /// When the rise that explains the counts best began.
    public var onset: Timestamp
    /// The share since then, 0...1.
    public var share: Double
    /// How many records these are.
    public var rows: Int
  }

  /// The least records of a tick; fewer wait for the next slots.
  public static let minimumRows = 50

  /// What is known; nil before the first tick.
  public private(set) var state: State?
  /// The share up to which all is well.
  public let tolerated: Double

  private var detector: RiskDetector
  private var waiting = RatioSummary(numerator: 0, denominator: 0)
  private var waitingSince: Timestamp?

  /// Watches a share; nil when the tolerated one is not between 0 and 1.
  public init?(tolerated: Double) {
    guard let detector = RiskDetector(reference: tolerated) else { return nil }
    self.tolerated = tolerated
    self.detector = detector
  }

  /// Takes the records of the time since the last call, which was `start`; whether they made a tick.
  public mutating func update(_ rows: RatioSummary, from start: Timestamp) -> Bool {
    let began = waitingSince ?? start
    waitingSince = began
    waiting = RatioSummary(
      numerator: saturatingSum(waiting.numerator, rows.numerator),
      denominator: saturatingSum(waiting.denominator, rows.denominator))
    guard waiting.denominator >= Self.minimumRows else { return false }
    let reading = detector.update(
      errors: waiting.numerator, rows: waiting.denominator, start: began.nanoseconds)
    waiting = RatioSummary(numerator: 0, denominator: 0)
    waitingSince = nil
    let since = detector.history.counts(last: reading.onsetTicksBack, cells: 2)
    let count = since[0] + since[1]
    state = State(
      logStatistic: reading.logStatistic,
      onset: detector.history.start(ofLast: reading.onsetTicksBack).map(Timestamp.init(nanoseconds:)) ?? began,
      share: count > 0 ? since[0] / count : 0, rows: Int(min(count, 1e15)))
    return true
  }

  /// What has been counted so far, as it is stored.
  public var json: JSON {
    var object = JSONObject([
      ("tolerated", .number(tolerated)), ("history", detector.history.json),
      ("waiting", [JSON(waiting.numerator), JSON(waiting.denominator)]),
    ])
    if let waitingSince { object["waiting_ns"] = .integer(waitingSince.nanoseconds) }
    if let state {
      object["state"] = [
        "log": .number(state.logStatistic), "onset_ns": .integer(state.onset.nanoseconds),
        "share": .number(state.share), "rows": JSON(state.rows),
      ]
    }
    return .object(object)
  }

  /// Goes on where ``json`` was written. What a detector of another share wrote, or nobody, changes nothing.
  public mutating func restore(_ json: JSON) {
    guard json["tolerated"]?.double == tolerated, let waiting = json["waiting"]?.array?.compactMap(\.integer),
      waiting.count == 2, waiting[0] >= 0, waiting[0] <= waiting[1], detector.restore(json["history"])
    else { return }
    self.waiting = RatioSummary(numerator: Int(waiting[0]), denominator: Int(waiting[1]))
    waitingSince = json["waiting_ns"]?.integer.map(Timestamp.init(nanoseconds:))
    guard let state = json["state"], let log = state["log"]?.double, let onset = state["onset_ns"]?.integer,
      let share = state["share"]?.double, let rows = state["rows"]?.integer, rows >= 0
    else { return }
    self.state = State(
      logStatistic: log, onset: Timestamp(nanoseconds: onset), share: share, rows: Int(rows))
  }
}
