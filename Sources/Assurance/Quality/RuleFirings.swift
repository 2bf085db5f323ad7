public import Domain
public import Incidents

/// What the journal says of each time a rule fired, an episode of an incident: the farthest value that was seen, the bound, the
/// labels, and what people found it to be.
public struct RuleFirings: Hashable, Sendable {
  /// One episode of an incident of a rule.
  public struct Firing: Hashable, Sendable {
    /// The incident's number.
    public var incident: Int
    /// The labels of the signal that opened it.
    public var labels: Labels
    /// The farthest value beyond the bound that the journal has; nil where the rule states none.
    public var worst: Double?
    /// The bound at that time.
    public var bound: Double?
    /// Whether it was real; nil while nobody has judged it.
    public var isReal: Bool?
    /// Whether its signals came and went too fast.
    public var isFlapping: Bool
  }

  private struct Seen: Hashable {
    var rule: String
    var labels: Labels
    var worst: Double?
    var bound: Double?
  }

  private static let limit = 100_000
  private static let acts: Set<String> = [
    "incident.open", "incident.attach", "incident.reopen", "signal.firing", "signal.resolved",
  ]
  /// The episodes of each incident, by its name, in order.
  private var seen: [String: [Seen]] = [:]
  private var count = 0

  /// Nothing is known yet.
  public init() {}

  /// Takes an entry.
  public mutating func apply(_ entry: JournalEntry) {
    guard Self.acts.contains(entry.act.rawValue), let name = entry.object["incident"]?.string else { return }
    let facts = entry.data["signal"] ?? entry.data
    guard let rule = facts["rule"]?.string else { return }
    let peak = Self.number(facts["peak"])
    // The value of an end lies within the bound.
    let value = peak ?? (entry.act == "signal.resolved" ? nil : Self.number(facts["value"]))
    let bound = Self.number(facts["threshold"])
    guard var episodes = seen[name] else {
      if entry.act == "incident.open" { begin(name, rule, facts, value, bound) }
      return
    }
    if entry.act == "incident.reopen" {
      begin(name, rule, facts, value, bound)
      return
    }
    guard var known = episodes.last, known.rule == rule, let value,
      let worst = known.worst, let limit = known.bound
    else { return }
    known.worst = worst >= limit ? max(worst, value) : min(worst, value)
    episodes[episodes.count - 1] = known
    seen[name] = episodes
  }

  private mutating func begin(_ name: String, _ rule: String, _ facts: JSON, _ value: Double?, _ bound: Double?) {
    guard count < Self.limit else { return }
    count += 1
    let labels = facts["labels"].flatMap { Labels(encoded: $0.text) } ?? .none
    seen[name, default: []].append(Seen(rule: rule, labels: labels, worst: value, bound: bound))
  }

  private static func number(_ value: JSON?) -> Double? { value?.double ?? value?.string.flatMap { Double($0) } }

  /// The firings of every rule, by incident; of one incident the newest first.
  public func byRule(_ incidents: [Incident]) -> [String: [Firing]] {
    var firings: [String: [Firing]] = [:]
    for incident in incidents {
      // An episode that a person began by hand has no firing: only the newest ones are told apart for sure.
      let known = seen[incident.name] ?? seen[incident.id] ?? []
      for (firing, episode) in zip(known.reversed(), incident.episodes.reversed()) {
        let isReal: Bool? =
          switch episode.verdict {
          case .truePositive?: true
          case .falsePositive?, .expected?: false
          default: nil
          }
        firings[firing.rule, default: []].append(
          Firing(
            incident: incident.number, labels: firing.labels, worst: firing.worst, bound: firing.bound, isReal: isReal,
            isFlapping: incident.signals.contains(where: \.isFlapping)))
      }
    }
    return firings
  }
}
