import Domain

/// Reads conditions, the questions about many records that rules ask:
///
/// ```
/// condition   = conjunction { "or" conjunction }
/// conjunction = negation { "and" negation }
/// negation    = "not" negation | "(" condition ")" | test
/// test        = aggregate comparison number [ "%" ] | "absent" "(" [ field | predicate ] ")" tail
/// aggregate   = function "(" [ argument ] [ "where" predicate ] ")" tail
///             | "burn_rate" "(" ( predicate [ "where" predicate ] "," objective | name ) ")" tail
///             | ( "change" | "z" ) "(" function "(" … ")" [ "," duration ] ")" tail
/// tail        = { "over" duration | "by" field { "," field } }
/// ```
///
/// - `count` and `rate` (records a second) take nothing, a predicate, or a field (the records that hold it).
/// - `ratio` takes a predicate, or the name of a ratio metric.
/// - `sum mean min max distinct p50…p99` take a field, or the name of a distribution metric; `top` takes a field and
///   gives the records of its most frequent value.
/// - `burn_rate(good, 99.9%)` divides the share of the records that are not good by the share that may fail. Records
///   that hold none of the fields of `good` are left out. `burn_rate(name)` reads the objective of that name.
/// - `drift` takes the name of a metric and may do without `over`; its number is the PSI. `missing` takes the name of a
///   metric; its number is the share of the records that hold no value, above that of the metric's reference.
/// - `risk(predicate) over 10m > 0.02` holds when a detector is sure that the share rose above the bound, however many
///   records that took, and the window's share is above it still. Its number is the share since then.
/// - `change(f(…), 1h) over 5m` divides the value of the last 5 minutes by the value of the hour before them; without a
///   duration the reference window is 6 times as long as the window. `count` and `sum` are compared per second, so
///   the ratio is 1 when nothing changed, whatever the lengths. `z(f(…), 1h) over 5m`, for `ratio`, `count` and `rate`,
///   is the change in standard deviations.
/// - `absent() over 120s` holds when the source had no record, `absent(f)` when none held the field or counted in the
///   metric; it stands alone, without a comparison.
public enum ConditionParser {
  /// Reads a condition of at most 4 KiB and 64 levels.
  public static func parse(_ text: String) throws(ExpressionError) -> Condition {
    var parser = try ExpressionParser(text)
    let condition = try parser.condition()
    try parser.expectEnd(orElse: "'and', 'or'")
    return condition
  }

  /// Reads a comparison with a number that stands alone, such as `< 0.005`.
  public static func parseBound(_ text: String) throws(ExpressionError) -> Bound {
    var parser = try ExpressionParser(text)
    let bound = Bound(try parser.comparison(), try parser.number())
    guard parser.token.kind == .end else { throw parser.fault(expected: "the end") }
    return bound
  }
}

extension ExpressionParser {
  private static let functions =
    "count, sum, mean, min, max, rate, ratio, p50…p99, distinct, top, burn_rate, drift, missing, risk, change, z or absent"

  mutating func condition() throws(ExpressionError) -> Condition {
    var parts = [try conditionConjunction()]
    while try take(keyword: "or") { parts.append(try conditionConjunction()) }
    return parts.count == 1 ? parts[0] : .any(parts)
  }

  private mutating func conditionConjunction() throws(ExpressionError) -> Condition {
    var parts = [try conditionNegation()]
    while try take(keyword: "and") { parts.append(try conditionNegation()) }
    return parts.count == 1 ? parts[0] : .all(parts)
  }

  private mutating func conditionNegation() throws(ExpressionError) -> Condition {
    if try take(keyword: "not") {
      return .not(try nested { parser throws(ExpressionError) in try parser.conditionNegation() })
    }
    if try take(symbol: "(") {
      let inner = try nested { parser throws(ExpressionError) in try parser.condition() }
      try expect(symbol: ")", orElse: "'and', 'or'")
      return inner
    }
    let aggregate = try aggregate()
    if aggregate.function == .absent, aggregate.reference == nil { return .absent(aggregate) }
    let comparison = try comparison()
    return .compare(aggregate, comparison, try number())
  }

  private mutating func aggregate() throws(ExpressionError) -> Aggregate {
    var aggregate: Aggregate
    if isKeyword("change") || isKeyword("z") {
      let start = token
      let isScore = isKeyword("z")
      try advance()
      try expect(symbol: "(")
      aggregate = try call()
      if isScore { aggregate.comparison = .score }
      switch (aggregate.function, isScore) {
      case (.drift, false), (.missing, false), (.risk, false), (.absent, false), (.burnRate, false), (.top, false):
        throw fault(start, expected: "change of a function other than drift, missing, risk, absent, burn_rate or top")
      case (.count, true), (.rate, true), (.ratio, true): break
      case (_, true): throw fault(start, expected: "z of ratio, count or rate")
      default: break
      }
      let reference = try take(symbol: ",") ? try duration() : nil
      try expect(symbol: ")", orElse: reference == nil ? "','" : "")
      try tail(&aggregate)
      let window = aggregate.over ?? .zero
      aggregate.reference = reference ?? window * Aggregate.defaultReferenceFactor
    } else {
      aggregate = try call()
      try tail(&aggregate)
    }
    return aggregate
  }

  /// A function's name with its argument.
  private mutating func call() throws(ExpressionError) -> Aggregate {
    guard case .name(_, let plain?) = token.kind else {
      throw fault(expected: "an aggregate such as count(…) over 60s")
    }
    guard let function = Aggregate.Function(name: plain) else {
      throw fault(expected: "an aggregate: \(ExpressionParser.functions)")
    }
    try advance()
    try expect(symbol: "(")
    var aggregate = Aggregate(function: function, over: nil)
    if !isSymbol(")"), !isKeyword("where") { aggregate.argument = try argument(of: function) }
    if try take(keyword: "where") { aggregate.where = try predicate() }
    if function == .burnRate, try take(symbol: ",") { aggregate.objective = try objective() }
    switch (function, aggregate.argument) {
    case (.count, _), (.rate, _), (.absent, _): break
    case (.ratio, .none), (.risk, .none), (.burnRate, .none):
      throw fault(expected: "a predicate, such as \(function.name)(status >= 500)")
    case (_, .none): throw fault(expected: "a field, such as \(function.name)(latency_ms)")
    default: break
    }
    try expect(symbol: ")", orElse: aggregate.where == nil ? "'where'" : "'and', 'or'")
    return aggregate
  }

  /// The promised share of `burn_rate`.
  private mutating func objective() throws(ExpressionError) -> Double {
    let start = token
    let objective = try number()
    guard objective > 0, objective < 1 else {
      throw fault(start, expected: "a share above 0 and below 1, such as 99.9%")
    }
    return objective
  }

  /// A field that stands alone is a field; what begins otherwise is a predicate where the function takes one.
  private mutating func argument(of function: Aggregate.Function) throws(ExpressionError) -> Aggregate.Argument {
    let takesPredicate: Bool
    switch function {
    case .count, .rate, .ratio, .risk, .absent, .burnRate: takesPredicate = true
    default: takesPredicate = false
    }
    guard takesPredicate else { return .field(try path("a field")) }
    let predicate = try predicateOrField()
    return predicate
  }

  /// Reads a predicate; one that is a single field without a comparison gives the field.
  private mutating func predicateOrField() throws(ExpressionError) -> Aggregate.Argument {
    var ahead = self
    if let path = try? ahead.path(), ahead.isSymbol(")") || ahead.isSymbol(",") || ahead.isKeyword("where") {
      self = ahead
      return .field(path)
    }
    return .predicate(try predicate())
  }

  private mutating func tail(_ aggregate: inout Aggregate) throws(ExpressionError) {
    while true {
      if aggregate.over == nil, try take(keyword: "over") {
        aggregate.over = try duration()
      } else if aggregate.by.isEmpty, try take(keyword: "by") {
        repeat {
          let start = token
          let name = try path("the name of a label or field").description
          if aggregate.by.contains(name) { throw fault(start, expected: "each name after 'by' once") }
          aggregate.by.append(name)
        } while try take(symbol: ",")
      } else {
        break
      }
    }
    if aggregate.over == nil, aggregate.function != .drift { throw fault(expected: "'over' and a duration") }
  }
}
