import Domain
import Expressions

/// Seeded predicates, conditions and field values.
enum RandomExpressions {
  static func predicate(_ random: inout SplitMix64, depth: Int) -> Predicate {
    let path = path(&random)
    switch Int.random(in: 0..<(depth > 0 ? 8 : 5), using: &random) {
    case 0: return .exists(path)
    case 1: return .isIn(path, (0..<Int.random(in: 1...3, using: &random)).map { _ in literal(&random) })
    case 2: return .matches(path, pattern: ["^t", "1", "a/b", "[0-9]+$"].randomElement(using: &random) ?? "x")
    case 3, 4:
      let literal = literal(&random)
      if case .bool = literal { return .compare(path, Bool.random(using: &random) ? .equal : .notEqual, literal) }
      return .compare(path, Comparison.allCases.randomElement(using: &random) ?? .equal, literal)
    case 5: return .not(predicate(&random, depth: depth - 1))
    case 6: return .all((0..<2).map { _ in predicate(&random, depth: depth - 1) })
    default: return .any((0..<3).map { _ in predicate(&random, depth: depth - 1) })
    }
  }

  static func condition(_ random: inout SplitMix64, depth: Int) -> Condition {
    switch Int.random(in: 0..<(depth > 0 ? 6 : 3), using: &random) {
    case 0:
      return .absent(
        Aggregate(function: .absent, argument: .field(path(&random)), over: .seconds(120), by: by(&random)))
    case 1, 2:
      let comparison = Comparison.allCases.randomElement(using: &random) ?? .less
      return .compare(aggregate(&random), comparison, Double(Int.random(in: -50...50, using: &random)) / 8)
    case 3: return .not(condition(&random, depth: depth - 1))
    case 4: return .all((0..<2).map { _ in condition(&random, depth: depth - 1) })
    default: return .any((0..<2).map { _ in condition(&random, depth: depth - 1) })
    }
  }

  private static func aggregate(_ random: inout SplitMix64) -> Aggregate {
    let functions: [Aggregate.Function] = [
      .count, .sum, .mean, .min, .max, .rate, .ratio, .percentile(95), .distinct, .burnRate,
    ]
    let function = functions.randomElement(using: &random) ?? .count
    var aggregate = Aggregate(
      function: function, over: .milliseconds(Int.random(in: 1...1_000_000, using: &random)), by: by(&random))
    switch function {
    case .count, .rate: if Bool.random(using: &random) { aggregate.argument = .predicate(predicate(&random, depth: 2)) }
    case .ratio: aggregate.argument = .predicate(predicate(&random, depth: 2))
    default: aggregate.argument = .field(path(&random))
    }
    if Bool.random(using: &random) { aggregate.where = predicate(&random, depth: 1) }
    if function != .burnRate, Bool.random(using: &random) { aggregate.reference = .seconds(600) }
    return aggregate
  }

  private static func by(_ random: inout SplitMix64) -> [String] {
    [[], ["tenant"], ["tenant", "user.id"]].randomElement(using: &random) ?? []
  }

  private static func path(_ random: inout SplitMix64) -> FieldPath {
    paths[Int.random(in: 0..<paths.count, using: &random)]
  }

  private static let paths = ["a", "b", "c", "d"].compactMap { FieldPath($0) }

  private static func literal(_ random: inout SplitMix64) -> Literal {
    [
      .number(1), .number(-2.5), .number(1e20), .string("t1"), .string("it's \\ \"x\"\n"), .string(""), .bool(true),
      .bool(false),
    ].randomElement(using: &random) ?? .number(0)
  }

  static func value(_ random: inout SplitMix64) -> TestLine.Value {
    [
      .absent, .null, .yes, .no, .number("1"), .number("-2.5"), .string("t1"), .string("1"), .string("a/b"),
      .string(""), .escaped(#"it's \\ \"x\"\n"#), .string("true"),
    ].randomElement(using: &random) ?? .absent
  }

  /// What a predicate says, worked out on values instead of bytes.
  static func holds(_ predicate: Predicate, _ values: [TestLine.Value]) -> Bool {
    switch predicate {
    case .all(let parts): return parts.allSatisfy { holds($0, values) }
    case .any(let parts): return parts.contains { holds($0, values) }
    case .not(let part): return !holds(part, values)
    case .compare(let path, let comparison, let literal): return compares(value(path, values), comparison, literal)
    case .isIn(let path, let literals): return literals.contains { compares(value(path, values), .equal, $0) }
    case .exists(let path):
      switch value(path, values) {
      case .absent, .null: return false
      default: return true
      }
    case .matches(let path, let pattern):
      guard let text = text(value(path, values)), let compiled = try? TextPattern(pattern) else { return false }
      return compiled.matches(text)
    }
  }

  private static func value(_ path: FieldPath, _ values: [TestLine.Value]) -> TestLine.Value {
    guard let index = ["a", "b", "c", "d"].firstIndex(of: path.description) else { return .absent }
    return values[index]
  }

  private static func text(_ value: TestLine.Value) -> String? {
    switch value {
    case .absent, .null: nil
    case .yes: "true"
    case .no: "false"
    case .number(let text), .string(let text): text
    case .escaped: "it's \\ \"x\"\n"
    }
  }

  private static func compares(_ value: TestLine.Value, _ comparison: Comparison, _ literal: Literal) -> Bool {
    switch (literal, value) {
    case (.number(let bound), .number(let text)), (.number(let bound), .string(let text)):
      return Double(text).map { comparison.holds($0, bound) } ?? false
    case (.string(let bound), .string), (.string(let bound), .escaped):
      let bytes = Array((text(value) ?? "").utf8)
      let other = Array(bound.utf8)
      let order: Double = bytes == other ? 0 : (bytes.lexicographicallyPrecedes(other) ? -1 : 1)
      return comparison.holds(order, 0)
    case (.bool(let bound), .yes), (.bool(let bound), .no), (.bool(let bound), .string("true")):
      var flag = true
      if case .no = value { flag = false }
      return (comparison == .equal) == (flag == bound)
    default: return false
    }
  }
}
