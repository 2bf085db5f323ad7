public import Domain

/// Reads predicates, the questions about one record:
///
/// ```
/// predicate  = conjunction { "or" conjunction }
/// conjunction = negation { "and" negation }
/// negation   = "not" negation | "(" predicate ")" | test
/// test       = "exists" field
///            | field ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) literal
///            | field [ "not" ] "in" "[" literal { "," literal } "]"
///            | field [ "not" ] "matches" "/" regular expression "/"
/// field      = name { "." name }
/// literal    = number [ "%" ] | "'" text "'" | '"' text '"' | "true" | "false"
/// ```
///
/// A name holds letters, digits and `_ - @ $ :`; any other, and a name that is a keyword, stands in backquotes. `\.`
/// is a dot within a name. Regular expressions are POSIX extended ones without back-references; `\/` is a slash.
public enum PredicateParser {
  /// Reads a predicate of at most 4 KiB and 64 levels.
  public static func parse(_ text: String) throws(ExpressionError) -> Predicate {
    var parser = try ExpressionParser(text)
    let predicate = try parser.predicate()
    try parser.expectEnd(orElse: "'and', 'or'")
    return predicate
  }

  /// Reads a field's path as expressions write it.
  public static func parseField(_ text: String) throws(ExpressionError) -> FieldPath {
    var parser = try ExpressionParser(text)
    let path = try parser.path()
    guard parser.token.kind == .end else { throw parser.fault(expected: "the end of the field's path") }
    return path
  }
}

extension ExpressionParser {
  mutating func predicate() throws(ExpressionError) -> Predicate {
    var parts = [try conjunction()]
    while try take(keyword: "or") { parts.append(try conjunction()) }
    return parts.count == 1 ? parts[0] : .any(parts)
  }

  private mutating func conjunction() throws(ExpressionError) -> Predicate {
    var parts = [try negation()]
    while try take(keyword: "and") { parts.append(try negation()) }
    return parts.count == 1 ? parts[0] : .all(parts)
  }

  private mutating func negation() throws(ExpressionError) -> Predicate {
    if try take(keyword: "not") {
      return .not(try nested { parser throws(ExpressionError) in try parser.negation() })
    }
    if try take(symbol: "(") {
      let inner = try nested { parser throws(ExpressionError) in try parser.predicate() }
      try expect(symbol: ")", orElse: "'and', 'or'")
      return inner
    }
    if try take(keyword: "exists") { return .exists(try path()) }
    return try test(of: try path("a field, 'not', 'exists' or '('"))
  }

  /// What follows a field in a predicate.
  mutating func test(of path: FieldPath) throws(ExpressionError) -> Predicate {
    if try take(keyword: "not") {
      guard isKeyword("in") || isKeyword("matches") else { throw fault(expected: "'in' or 'matches'") }
      return .not(try test(of: path))
    }
    if try take(keyword: "in") {
      try expect(symbol: "[")
      var literals = [try literal()]
      while try take(symbol: ",") { literals.append(try literal()) }
      try expect(symbol: "]", orElse: "','")
      return .isIn(path, literals)
    }
    if try take(keyword: "matches") {
      guard case .pattern(let text) = token.kind else { throw fault(expected: "a pattern between slashes, /…/") }
      do {
        _ = try TextPattern(text)
      } catch {
        throw fault(expected: "a POSIX extended regular expression (\(error.reason))")
      }
      try advance()
      return .matches(path, pattern: text)
    }
    let comparison = try comparison(expected: "a comparison (== != < <= > >=), 'in' or 'matches'")
    let start = token
    let literal = try literal()
    if case .bool = literal, comparison != .equal, comparison != .notEqual {
      throw fault(start, expected: "a number or a string after '\(comparison.rawValue)'")
    }
    return .compare(path, comparison, literal)
  }
}
