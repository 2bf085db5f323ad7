public import Domain

/// A signal of an incident, with what it last said.
public struct IncidentSignal: Hashable, Sendable {
  /// Its identity.
  public let key: SignalKey
  /// Where it stands; `stale` and `error` mean unknown and never count as clear.
  public internal(set) var state: SignalState
  /// The value that was last compared.
  public internal(set) var value: Double?
  /// The bound that it was compared with.
  public internal(set) var threshold: Double?
  /// How many rows the value rests on.
  public internal(set) var count: Int?
  /// Event time since which the condition has held.
  public internal(set) var since: Timestamp?
  /// Event time at which it last began to fire.
  public internal(set) var firedAt: Timestamp?
  /// Event time at which it last cleared.
  public internal(set) var clearedAt: Timestamp?
  /// How often it began to fire or cleared.
  public internal(set) var changes = 0
  /// How many records have met the condition since it last began to fire; nil where it counts none.
  public internal(set) var hits: Int?
  /// The value farthest beyond the bound that the journal has of its last firing; nil where it states none.
  public internal(set) var peak: Double?
  /// The incident that brought it in by a merge.
  public internal(set) var mergedFrom: Int?
  var recentChanges: [Timestamp] = []
  /// Whether its engine said at the last change that it flaps.
  var isSaidToFlap = false

  init(key: SignalKey, state: SignalState) {
    self.key = key
    self.state = state
  }

  /// Whether its condition is known not to hold.
  public var isClear: Bool { state == .inactive }

  /// Whether its condition holds; recovering signals fire until they have recovered.
  public var isFiring: Bool { state == .firing || state == .recovering }

  /// Whether it changed four times in its last twenty evaluations, as its engine said, or within as many of ten seconds
  /// (spec: incidents, part 1).
  public var isFlapping: Bool {
    if isSaidToFlap { return true }
    guard recentChanges.count >= IncidentSignal.flappingChanges, let first = recentChanges.first,
      let last = recentChanges.last
    else { return false }
    return last - first <= .seconds(200)
  }

  static let flappingChanges = 4

  mutating func noteChange(at: Timestamp) {
    changes &+= 1
    recentChanges.append(at)
    if recentChanges.count > IncidentSignal.flappingChanges { recentChanges.removeFirst() }
  }

  var json: JSON {
    [
      "key": .string(key.description), "rule": .string(key.rule), "labels": JSON(key.labels),
      "state": .string(state.rawValue), "value": JSON(value), "threshold": JSON(threshold), "n": JSON(count),
      "since": JSON(since), "hits": JSON(hits), "peak": JSON(peak),
    ]
  }
}
