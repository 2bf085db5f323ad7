import Domain

/// What a journal entry says about a signal at one moment.
struct SignalFacts: Hashable, Sendable {
  var key: SignalKey
  var state: SignalState
  var at: Timestamp
  var value: Double?
  var threshold: Double?
  var count: Int?
  var since: Timestamp?
  var onset: Timestamp?
  var hits: Int?
  var peak: Double?
  var inhibitedBy: String?
  var isFlapping = false

  init(_ transition: SignalTransition) {
    key = transition.key
    state = transition.to
    at = transition.at.journalled
    value = transition.value
    threshold = transition.threshold
    count = transition.count
    since = transition.since?.journalled
    onset = transition.onset?.journalled
    hits = transition.hits
    peak = transition.peak
    isFlapping = transition.isFlapping
    inhibitedBy = transition.inhibitedBy?.description
  }

  var members: JSONObject {
    var object = JSONObject([
      ("rule", .string(key.rule)), ("labels", JSON(key.labels)), ("state", .string(state.rawValue)), ("at", .time(at)),
    ])
    object.set(decimal: "value", value)
    object.set(decimal: "threshold", threshold)
    object.set("n", count)
    object.set("since", since)
    object.set("onset", onset)
    object.set("hits", hits)
    if peak != value { object.set(decimal: "peak", peak) }
    object.set("inhibited_by", inhibitedBy)
    if isFlapping { object["flapping"] = true }
    return object
  }

  init?(data: JSON) {
    guard let rule = data.text("rule"), let state = data.text("state").flatMap(SignalState.init(rawValue:)),
      let at = data.time("at")
    else { return nil }
    let labels = (data["labels"]?.object?.members ?? []).compactMap { name, value in
      value.string.map { Labels.Label(name: name, value: $0) }
    }
    key = SignalKey(rule: rule, labels: labels.isEmpty ? .none : Labels(labels))
    self.state = state
    self.at = at
    value = data.decimal("value")
    threshold = data.decimal("threshold")
    count = data.int("n")
    since = data.time("since")
    onset = data.time("onset")
    hits = data.int("hits")
    peak = data.decimal("peak")
    isFlapping = data["flapping"]?.bool ?? false
    inhibitedBy = data.text("inhibited_by")
  }

  /// `0.031 against 0.01, n 212`, `3.9 against 0.25, n 1800, began about 14:55`; empty where no value is known.
  var reading: String {
    guard let value else { return "" }
    var text = Decimal.shortText(value)
    if let threshold { text += " against \(Decimal.shortText(threshold))" }
    if let count { text += ", n \(count)" }
    if let onset { text += ", began about \(onset.formatted().dropFirst(11).prefix(5))" }
    return text
  }
}
