import Domain

extension Model {
  /// Calls for attention are at least this far apart: a storm of incidents is one call.
  static let callInterval = Duration.seconds(30)

  /// Asks for attention when alarms have come that nobody has acknowledged, once for all of them; what was there when the
  /// dashboard began is seen on its first screen.
  mutating func callForAttention() -> [Command] {
    let numbers = newest.incidents.map(\.number)
    guard let known = calledFor else {
      // The first incidents of a store that is still being read are old ones.
      if newest.isCollected, !newest.sources.isEmpty, !newest.sources.contains(where: { $0.state == .catchingUp }) {
        calledFor = numbers.max() ?? 0
      }
      return []
    }
    let fresh = newest.incidents.filter { $0.number > known && $0.severity == .alarm && $0.state == .new }
    guard let first = fresh.max(by: { $0.number < $1.number }) else { return [] }
    if let calledAt, now - calledAt < Model.callInterval { return [] }
    calledFor = first.number
    calledAt = now
    let more = fresh.count > 1 ? " and \(fresh.count - 1) more" : ""
    return [.call("ALARM INC-\(incidentNumber(first.number)) \(first.title)\(more)")]
  }
}
