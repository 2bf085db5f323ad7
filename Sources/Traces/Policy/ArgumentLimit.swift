import Domain
public import Expressions

/// A condition that a tool call's arguments must meet, such as `amount <= 200`.
///
/// It is judged where the call has at least one of the arguments that it names. Text that spells a number counts as
/// one (`"48,000"`); a value that cannot be compared at all does not meet the condition.
public struct ArgumentLimit: Sendable {
  /// The condition as it is written.
  public let text: String
  private let predicate: Predicate
  private let patterns: [String: TextPattern]

  /// Creates a limit; its patterns are compiled.
  public init(text: String, predicate: Predicate) throws(PatternError) {
    self.text = text
    self.predicate = predicate
    var patterns: [String: TextPattern] = [:]
    try ArgumentLimit.compile(predicate, into: &patterns)
    self.patterns = patterns
  }

  /// Whether the arguments break the condition.
  func isBroken(by arguments: JSON) -> Bool {
    let isNamed = predicate.paths.contains { path in
      ArgumentLimit.value(path, arguments).map { !$0.isNull } ?? false
    }
    return isNamed && holds(predicate, arguments) != true
  }

  private static func compile(
    _ predicate: Predicate, into patterns: inout [String: TextPattern]
  ) throws(PatternError) {
    switch predicate {
    case .all(let parts), .any(let parts):
      for part in parts { try compile(part, into: &patterns) }
    case .not(let part): try compile(part, into: &patterns)
    case .matches(_, let pattern): patterns[pattern] = try TextPattern(pattern)
    case .compare, .isIn, .exists: break
    }
  }

  private static func value(_ path: FieldPath, _ arguments: JSON) -> JSON? {
    var value: JSON? = arguments
    for name in path.components { value = value?[name] }
    return value
  }

  /// Whether a condition holds; nil where a value cannot be compared, so that no negation makes it hold.
  private func holds(_ predicate: Predicate, _ arguments: JSON) -> Bool? {
    switch predicate {
    case .all(let parts):
      let all = parts.map { holds($0, arguments) }
      return all.contains(false) ? false : all.contains(nil) ? nil : true
    case .any(let parts):
      let all = parts.map { holds($0, arguments) }
      return all.contains(true) ? true : all.contains(nil) ? nil : false
    case .not(let part): return holds(part, arguments).map { !$0 }
    case .compare(let path, let comparison, let literal):
      guard let value = ArgumentLimit.value(path, arguments), !value.isNull else { return false }
      return ArgumentLimit.compare(value, comparison, literal)
    case .isIn(let path, let literals):
      guard let value = ArgumentLimit.value(path, arguments), !value.isNull else { return false }
      return literals.contains { ArgumentLimit.compare(value, .equal, $0) == true }
    case .matches(let path, let pattern):
      guard let value = ArgumentLimit.value(path, arguments), !value.isNull else { return false }
      return value.string.map { patterns[pattern]?.matches($0) ?? false }
    case .exists(let path): return ArgumentLimit.value(path, arguments).map { !$0.isNull } ?? false
    }
  }

  private static func compare(_ value: JSON, _ comparison: Comparison, _ literal: Literal) -> Bool? {
    switch literal {
    case .number(let limit): return number(value).map { comparison.holds($0, limit) }
    case .bool(let wanted):
      return (value.bool ?? ["true": true, "false": false][value.string ?? ""]).map { flag in
        comparison == .equal ? flag == wanted : comparison == .notEqual && flag != wanted
      }
    case .string(let wanted):
      guard let text = value.string else { return nil }
      switch comparison {
      case .equal: return text == wanted
      case .notEqual: return text != wanted
      case .less: return text < wanted
      case .lessOrEqual: return text <= wanted
      case .greater: return text > wanted
      case .greaterOrEqual: return text >= wanted
      }
    }
  }

  private static func number(_ value: JSON) -> Double? {
    switch value {
    case .integer(let number): Double(number)
    case .number(let number): number
    case .string(let text): Double(text.filter { $0 != "," && $0 != "_" && $0 != " " })
    default: nil
    }
  }
}
