public import Domain

/// Everything that is remembered of one signal: its state and the start of every timer, so that a restart changes
/// nothing (spec: incident cases, S04).
public struct SignalRecord: Hashable, Sendable {
  /// Why a signal is stale.
  public enum Silence: String, Hashable, Sendable {
    /// The source said nothing.
    case source
    /// The source speaks, but has no record of this signal's labels.
    case series
  }

  /// Which signal.
  public var key: SignalKey
  /// The source whose boundaries it steps at.
  public var source: String
  /// Where it stands.
  public internal(set) var state: SignalState = .inactive
  /// When it came to stand there.
  public internal(set) var since: Timestamp
  /// The state that a stale or failed signal returns to.
  public internal(set) var leftState: SignalState?
  /// Why it is stale.
  public internal(set) var silence: Silence?
  /// Since when the condition has held; `for` counts from here.
  public internal(set) var activeSince: Timestamp?
  /// When it began to fire.
  public internal(set) var firedAt: Timestamp?
  /// Since when the condition has not held; `keep_firing_for` counts from here.
  public internal(set) var keepFiringSince: Timestamp?
  /// The last boundary with any record behind the condition.
  public internal(set) var lastRowsAt: Timestamp?
  /// Whether it was active after each of the last ``historyLimit`` evaluations, the newest last.
  public internal(set) var recent: [Bool] = []
  /// The value that was last compared.
  public internal(set) var value: Double?
  /// The bound that it was compared with.
  public internal(set) var threshold: Double?
  /// How many rows the value rests on.
  public internal(set) var count: Int?
  /// When a detector said that what is compared changed; nil where none said so.
  public internal(set) var onset: Timestamp?

  /// How many records have met the condition since shortly before it began to hold; nil where it counts none.
  public internal(set) var hits: Int?
  /// The boundary up to which ``hits`` counts.
  var hitsThrough: Timestamp?
  /// The value farthest beyond the bound since the condition began to hold.
  public internal(set) var peak: Double?
  /// The signal that kept this one from being presented when it began to fire, as long as it does.
  public internal(set) var inhibitedBy: SignalKey?

  /// Evaluations that flapping looks back on (spec: incidents, part 1).
  public static let historyLimit = 20
  /// Changes within them from which on a signal flaps.
  public static let flappingChanges = 4

  /// Creates the record of an inactive signal.
  public init(key: SignalKey, source: String, since: Timestamp) {
    self.key = key
    self.source = source
    self.since = since
  }

  /// Whether it fires, or did when it was last known.
  public var isActive: Bool {
    switch state {
    case .firing, .recovering: true
    case .stale, .error: leftState == .firing || leftState == .recovering
    case .inactive, .pending: false
    }
  }

  /// Whether the signal changes so often that each change says little.
  public var isFlapping: Bool {
    zip(recent, recent.dropFirst()).count { $0 != $1 } >= SignalRecord.flappingChanges
  }

  mutating func remember() {
    // Before it was first evaluated it was not active.
    if recent.isEmpty, isActive { recent.append(false) }
    recent.append(isActive)
    if recent.count > SignalRecord.historyLimit { recent.removeFirst() }
  }
}

extension SignalRecord {
  /// The record as it is stored. Times are nanoseconds, so that no timer loses a fraction.
  public var json: JSON {
    var object = JSONObject([
      ("rule", .string(key.rule)), ("labels", JSON(key.labels)), ("source", .string(source)),
      ("state", .string(state.rawValue)), ("since", .integer(since.nanoseconds)),
    ])
    func set(_ name: String, _ time: Timestamp?) {
      if let time { object[name] = .integer(time.nanoseconds) }
    }
    if let leftState { object["left"] = .string(leftState.rawValue) }
    if let silence { object["silence"] = .string(silence.rawValue) }
    set("active_since", activeSince)
    set("fired_at", firedAt)
    set("keep_firing_since", keepFiringSince)
    set("last_rows_at", lastRowsAt)
    if !recent.isEmpty { object["recent"] = .string(recent.map { $0 ? "1" : "0" }.joined()) }
    if let value { object["value"] = JSON(value) }
    if let threshold { object["threshold"] = JSON(threshold) }
    if let count { object["n"] = JSON(count) }
    set("onset", onset)
    if let hits { object["hits"] = JSON(hits) }
    set("hits_through", hitsThrough)
    if let peak { object["peak"] = JSON(peak) }
    if let inhibitedBy {
      object["inhibited_by"] = ["rule": .string(inhibitedBy.rule), "labels": JSON(inhibitedBy.labels)]
    }
    return .object(object)
  }

  /// Reads what ``json`` wrote; nil when it is no record.
  public init?(json: JSON) {
    guard let rule = json["rule"]?.string, let source = json["source"]?.string,
      let state = json["state"]?.string.flatMap(SignalState.init(rawValue:)),
      let since = json["since"]?.integer, let members = json["labels"]?.object?.members
    else { return nil }
    let labels = Labels(members.compactMap { name, value in value.string.map { .init(name: name, value: $0) } })
    self.init(key: SignalKey(rule: rule, labels: labels), source: source, since: Timestamp(nanoseconds: since))
    func time(_ name: String) -> Timestamp? { json[name]?.integer.map { Timestamp(nanoseconds: $0) } }
    self.state = state
    leftState = json["left"]?.string.flatMap(SignalState.init(rawValue:))
    silence = json["silence"]?.string.flatMap(Silence.init(rawValue:))
    activeSince = time("active_since")
    firedAt = time("fired_at")
    keepFiringSince = time("keep_firing_since")
    lastRowsAt = time("last_rows_at")
    recent = (json["recent"]?.string ?? "").suffix(SignalRecord.historyLimit).map { $0 == "1" }
    value = json["value"]?.double
    threshold = json["threshold"]?.double
    count = json["n"]?.integer.map { Int($0) }
    onset = time("onset")
    hits = json["hits"]?.integer.map { Int($0) }
    hitsThrough = time("hits_through")
    peak = json["peak"]?.double
    if let rule = json["inhibited_by"]?["rule"]?.string {
      let labels = json["inhibited_by"]?["labels"]?.object?.members ?? []
      inhibitedBy = SignalKey(
        rule: rule,
        labels: Labels(labels.compactMap { name, value in value.string.map { .init(name: name, value: $0) } }))
    }
  }
}
