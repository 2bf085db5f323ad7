public import Domain

/// A change of a rule that people's verdicts speak for, with the evidence. Nothing is changed by it: somebody decides, after a
/// replay has shown what would be different (practice PM-3).
public struct RuleSuggestion: Hashable, Sendable {
  /// What to change.
  public enum Change: Hashable, Sendable {
    /// Another bound: what lies between was false.
    case bound(from: Double, to: Double)
    /// No such rule: it has never been right.
    case retire
    /// A bound of its own for one value of a label: all false there, and right elsewhere.
    case split(label: String, value: String)
    /// A longer `for`, `keep_firing_for`, or a `clear` bound: it comes and goes.
    case steady
  }

  /// The rule.
  public let rule: String
  /// What to change.
  public let change: Change
  /// Why, with the figures.
  public let because: String

  /// Fewer judged incidents say nothing.
  public static var leastJudged: Int { 5 }

  /// What the verdicts on a rule's incidents speak for; at most one change of each kind, the most telling first.
  public static func suggestions(for rule: String, _ firings: [RuleFirings.Firing]) -> [RuleSuggestion] {
    let judged = firings.filter { $0.isReal != nil }
    let (real, unreal) = (judged.filter { $0.isReal == true }, judged.filter { $0.isReal == false })
    var found: [RuleSuggestion] = []
    func add(_ change: Change, _ because: String) {
      found.append(RuleSuggestion(rule: rule, change: change, because: because))
    }
    if judged.count >= leastJudged, unreal.count >= 3 {
      if let bound = betterBound(real, unreal) {
        add(
          .bound(from: bound.old, to: bound.new),
          "\(bound.hidden) of \(unreal.count) false incidents stayed within \(short(bound.new)), "
            + (real.isEmpty ? "and none was real" : "and none of \(real.count) real ones did"))
      }
      if let split = lonelyLabel(real, unreal) {
        add(
          .split(label: split.label, value: split.value),
          "all \(split.count) incidents of \(split.label) \(split.value) were false, "
            + "\(split.realElsewhere) of \(split.elsewhere) elsewhere were real")
      }
      if real.isEmpty, judged.count >= 2 * leastJudged {
        let precision = Proportion(0, of: judged.count)
        add(.retire, "none of \(judged.count) judged incidents was real (precision \(precision.sentence))")
      }
    }
    let flapping = firings.count(where: \.isFlapping)
    if flapping >= 3, flapping * 10 >= firings.count * 3 {
      add(.steady, "\(flapping) of \(firings.count) incidents flapped")
    }
    return found
  }

  /// The bound that hides most false incidents and no real one; nil where it would hide fewer than a third of them.
  private static func betterBound(
    _ real: [RuleFirings.Firing], _ unreal: [RuleFirings.Firing]
  ) -> (old: Double, new: Double, hidden: Int)? {
    let known = (real + unreal).compactMap { firing in
      firing.bound.flatMap { bound in firing.worst.map { (bound, $0) } }
    }
    // Incidents of an older bound say little of this one.
    guard known.count == real.count + unreal.count, let old = (real + unreal).last?.bound,
      known.allSatisfy({ $0.0 == old })
    else { return nil }
    let isHigh = known.allSatisfy { $0.1 >= old }
    guard isHigh || known.allSatisfy({ $0.1 <= old }) else { return nil }
    func beyond(_ firing: RuleFirings.Firing) -> Double { ((firing.worst ?? old) - old) * (isHigh ? 1 : -1) }
    let least = real.map(beyond).min() ?? .infinity
    let within = unreal.map(beyond).filter { $0 < least }
    guard within.count >= 2, within.count * 3 >= unreal.count, let farthest = within.max() else { return nil }
    // Half-way to the nearest real one; without any, just beyond the farthest false one.
    let step = least.isFinite ? (farthest + least) / 2 : farthest * 1.1
    let new = old + step * (isHigh ? 1 : -1)
    guard new.isFinite, new != old else { return nil }
    let rounded = readable(
      new, between: old + farthest * (isHigh ? 1 : -1), and: least.isFinite ? old + least * (isHigh ? 1 : -1) : nil)
    return (old, rounded, within.count)
  }

  /// The number with the fewest digits that lies between two, near to one.
  private static func readable(_ value: Double, between low: Double, and high: Double?) -> Double {
    for digits in 1...6 {
      guard value != 0 else { return value }
      var scale = 1.0
      for _ in 0..<400 where value.magnitude * scale < 1 { scale *= 10 }
      for _ in 1..<digits { scale *= 10 }
      let candidate = (value * scale).rounded() / scale
      let (least, most) = (min(low, high ?? value), max(low, high ?? value))
      if candidate > least, candidate < most || high == nil && low < candidate { return candidate }
    }
    return value
  }

  private static func lonelyLabel(
    _ real: [RuleFirings.Firing], _ unreal: [RuleFirings.Firing]
  ) -> (label: String, value: String, count: Int, realElsewhere: Int, elsewhere: Int)? {
    var counts: [Labels.Label: Int] = [:]
    for label in unreal.flatMap({ $0.labels.all }) { counts[label, default: 0] += 1 }
    let lonely = counts.filter { label, count in
      count >= 3 && !real.contains { $0.labels[label.name] == label.value }
    }
    guard let most = lonely.max(by: { ($0.value, $1.key.value) < ($1.value, $0.key.value) }) else { return nil }
    let elsewhere = (real + unreal).filter { $0.labels[most.key.name] != most.key.value }
    let good = elsewhere.count { $0.isReal == true }
    // Where the rule is wrong everywhere, one label is not the trouble.
    guard good >= 2, good * 2 >= elsewhere.count else { return nil }
    return (most.key.name, most.key.value, most.value, good, elsewhere.count)
  }

  private static func short(_ value: Double) -> String {
    value == value.rounded() && value.magnitude < 1e15 ? "\(Int(value))" : "\(value)"
  }

  /// What to do, in a few words.
  public var advice: String {
    switch change {
    case .bound(let old, let new):
      "\(new > old ? "raise" : "lower") the bound from \(Self.short(old)) to \(Self.short(new))"
    case .retire: "retire it"
    case .split(let label, let value): "give \(label) \(value) a bound of its own"
    case .steady: "let it hold longer, or give it a 'clear' bound"
    }
  }

  /// What to do, and why.
  public var sentence: String { "\(advice): \(because)" }

  /// As commands show it.
  public var json: JSON {
    var object = JSONObject([("rule", .string(rule)), ("because", .string(because))])
    switch change {
    case .bound(let old, let new):
      object["change"] = .string(new > old ? "raise" : "lower")
      object["from"] = .number(old)
      object["to"] = .number(new)
    case .retire: object["change"] = "retire"
    case .split(let label, let value):
      object["change"] = "split"
      object["label"] = .string(label)
      object["value"] = .string(value)
    case .steady: object["change"] = "steady"
    }
    return .object(object)
  }
}
