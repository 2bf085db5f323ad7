import Domain

/// Ratings that users leave a while after their request.
struct FeedbackLog: Sendable {
  private var dice: Dice
  private var text = ByteText()
  /// Ratings that are still to be written, the earliest last.
  private var waiting: [(at: Timestamp, request: InferenceLog.Request)] = []

  init(seed: UInt64) {
    dice = Dice(seed: seed)
  }

  /// When the next line is due, as far as the requests so far tell.
  var next: Timestamp? { waiting.last?.at }

  /// Decides whether the request's user will leave a rating, and when.
  mutating func consider(_ request: InferenceLog.Request) {
    guard dice.chance(0.07) else { return }
    let delay = dice.logNormal(median: 40, sigma: 0.6)
    let at = request.at + .nanoseconds(Int64(min(max(delay, 5), 300) * 1e9))
    let position = waiting.firstIndex { $0.at < at } ?? waiting.endIndex
    waiting.insert((at, request), at: position)
  }

  /// The line that is due first.
  mutating func line() -> [UInt8]? {
    guard let (at, request) = waiting.popLast() else { return nil }
    var mean = 4.45
    if request.wasRefused { mean -= 1.3 }
    if request.hasFailed { mean -= 2.2 }
    if request.latencyMilliseconds > 2_000 { mean -= 0.6 }
    let rating = min(5, max(1, Int((mean + 0.8 * dice.normal()).rounded())))
    text.bytes.removeAll(keepingCapacity: true)
    text.add("{\"ts\":\"")
    text.add(at)
    text.add("\",\"request_id\":\"r")
    text.add(request.number, width: 8)
    text.add("\",\"tenant\":\"")
    text.add(request.tenant.bytes)
    text.add("\",\"rating\":")
    text.add(rating)
    text.add(",\"thumbs\":")
    text.add(rating >= 4 ? "\"up\"" : "\"down\"")
    text.add(",\"resolved\":")
    text.add(request.isResolved)
    text.add(",\"note\":")
    text.add(note(rating))
    text.add("}\n")
    return text.bytes
  }

  private mutating func note(_ rating: Int) -> StaticString {
    if dice.below(150) == 0 { return "\"\\u001b[2J\\u001b[Hall good \u{202E}tON\"" }
    if dice.chance(0.7) { return "\"\"" }
    return rating >= 4 ? dice.pick(FeedbackLog.pleased) : dice.pick(FeedbackLog.displeased)
  }

  private static let pleased: [StaticString] = [
    "\"quick and clear\"", "\"thanks 🎉\"", "\"solved it\"", "\"très bien\"",
  ]
  private static let displeased: [StaticString] = [
    "\"did not answer the question\"", "\"refused a harmless question\"", "\"too slow\"", "\"kein Ergebnis\"",
  ]
}
