public import Domain

/// While a signal of one rule fires, signals of others that begin to fire are not presented: they have its cause.
///
/// Signals agree when every label of `equal` has the same value in both; a label that both lack counts as the same, one
/// that only one lacks does not. What fired before the inhibiting signal stays presented, and what still fires when
/// that one ends is presented at the next evaluation, with its true beginning.
public struct Inhibition: Hashable, Sendable {
  /// The rule that inhibits; `*` stands for any characters.
  public var source: String
  /// The rules that are inhibited; `*` stands for any characters.
  public var targets: [String]
  /// The labels that must be the same.
  public var equal: [String]

  /// Creates an inhibition.
  public init(source: String, targets: [String], equal: [String] = []) {
    self.source = source
    self.targets = targets
    self.equal = equal
  }

  /// Whether a firing signal keeps another from being presented.
  public func applies(_ inhibiting: SignalKey, to key: SignalKey) -> Bool {
    guard inhibiting != key, Inhibition.matches(source, inhibiting.rule),
      !Inhibition.matches(source, key.rule), targets.contains(where: { Inhibition.matches($0, key.rule) })
    else { return false }
    return equal.allSatisfy { inhibiting.labels[$0] == key.labels[$0] }
  }

  /// Whether a name fits a pattern in which `*` stands for any characters.
  public static func matches(_ pattern: String, _ name: String) -> Bool {
    let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
    guard parts.count > 1, let first = parts.first, let last = parts.last else { return pattern == name }
    guard name.hasPrefix(first) else { return false }
    var rest = name.dropFirst(first.count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let found = Inhibition.end(of: part, in: rest) else { return false }
      rest = rest[found...]
    }
    return rest.hasSuffix(last)
  }

  private static func end(of part: Substring, in text: Substring) -> Substring.Index? {
    var start = text.startIndex
    while start < text.endIndex {
      if text[start...].hasPrefix(part) { return text.index(start, offsetBy: part.count) }
      start = text.index(after: start)
    }
    return nil
  }
}

extension SignalEngine {
  /// Marks what an inhibiting signal keeps back, and lets go of what nothing keeps back any more.
  mutating func inhibit(_ source: String, at boundary: Timestamp, _ transitions: inout [SignalTransition]) {
    guard !rules.inhibitions.isEmpty else { return }
    var active = outside
    for records in signals.values {
      for record in records.values where record.isActive { active.append(record.key) }
    }
    active = active.filter { key in rules.inhibitions.contains { Inhibition.matches($0.source, key.rule) } }.sorted()
    for rule in rules.rules[source] ?? [] {
      let records = (signals[rule.definition.name] ?? [:]).values.filter { $0.source == source && $0.isActive }
      for known in records.sorted(by: { $0.key < $1.key }) {
        let inhibiting = active.first { other in rules.inhibitions.contains { $0.applies(other, to: known.key) } }
        let last = transitions.lastIndex { $0.key == known.key && $0.to == .firing && $0.from != .recovering }
        if let inhibiting, let last {
          transitions[last].inhibitedBy = inhibiting
          signals[rule.definition.name]?[known.key.labels]?.inhibitedBy = inhibiting
        } else if inhibiting == nil, known.inhibitedBy != nil {
          var record = known
          record.inhibitedBy = nil
          record.present(at: boundary, rule.definition.summary, &transitions)
          signals[rule.definition.name]?[known.key.labels] = record
        }
      }
    }
  }
}
