import Domain

/// What the parsers of predicates and conditions share: the current token, its tests, and literals.
struct ExpressionParser {
  /// Levels of brackets and `not` that an expression may have.
  static let depthLimit = 64
  /// Words that are fields only in backquotes.
  static let keywords: Set<String> = [
    "and", "or", "not", "in", "matches", "exists", "over", "by", "where", "true", "false",
  ]

  private var lexer: ExpressionLexer
  private(set) var token: Token
  private var depth = 0

  init(_ text: String) throws(ExpressionError) {
    var lexer = try ExpressionLexer(text)
    token = try lexer.next()
    self.lexer = lexer
  }

  mutating func advance() throws(ExpressionError) { token = try lexer.next() }

  /// The error that at the current token something else was expected.
  func fault(expected: String) -> ExpressionError { lexer.error(token.start, token.end, expected: expected) }

  /// The error that at an earlier token something else was expected.
  func fault(_ token: Token, expected: String) -> ExpressionError {
    lexer.error(token.start, token.end, expected: expected)
  }

  func isSymbol(_ text: String) -> Bool { token.kind == .symbol(text) }

  func isKeyword(_ word: String) -> Bool {
    if case .name(_, let plain) = token.kind { plain == word } else { false }
  }

  /// Steps over a symbol when it is the current token.
  mutating func take(symbol: String) throws(ExpressionError) -> Bool {
    guard isSymbol(symbol) else { return false }
    try advance()
    return true
  }

  /// Steps over a keyword when it is the current token.
  mutating func take(keyword: String) throws(ExpressionError) -> Bool {
    guard isKeyword(keyword) else { return false }
    try advance()
    return true
  }

  mutating func expect(symbol: String, orElse alternatives: String = "") throws(ExpressionError) {
    guard try take(symbol: symbol) else {
      throw fault(expected: alternatives.isEmpty ? "'\(symbol)'" : "'\(symbol)' or \(alternatives)")
    }
  }

  mutating func expectEnd(orElse alternatives: String) throws(ExpressionError) {
    guard token.kind == .end else { throw fault(expected: "\(alternatives) or the end") }
  }

  /// Runs `body` one level deeper, or fails where the limit is reached.
  mutating func nested<Value>(
    _ body: (inout ExpressionParser) throws(ExpressionError) -> Value
  ) throws(ExpressionError) -> Value {
    guard depth < ExpressionParser.depthLimit else {
      throw fault(expected: "at most \(ExpressionParser.depthLimit) levels of brackets and 'not'")
    }
    depth += 1
    defer { depth -= 1 }
    return try body(&self)
  }

  /// A field's path.
  mutating func path(_ expected: String = "a field") throws(ExpressionError) -> FieldPath {
    guard case .name(let components, let plain) = token.kind else { throw fault(expected: expected) }
    if let plain, ExpressionParser.keywords.contains(plain) { throw fault(expected: expected) }
    guard let path = FieldPath(components: components) else {
      throw fault(expected: "a field path of at most 16 names")
    }
    try advance()
    return path
  }

  /// One of `== != < <= > >=`.
  mutating func comparison(
    expected: String = "a comparison (== != < <= > >=)"
  ) throws(ExpressionError) -> Comparison {
    guard case .symbol(let text) = token.kind, let comparison = Comparison(rawValue: text) else {
      throw fault(expected: expected)
    }
    try advance()
    return comparison
  }

  /// A number, or a percentage, which is a hundredth of it.
  mutating func number() throws(ExpressionError) -> Double {
    guard case .number(let text) = token.kind, let value = ExpressionParser.number(text) else {
      throw fault(expected: "a number")
    }
    try advance()
    return value
  }

  /// A duration longer than nothing.
  mutating func duration() throws(ExpressionError) -> Duration {
    guard case .number(let text) = token.kind, let value = Duration(text: text), value > .zero else {
      throw fault(expected: "a duration such as 60s or 5m")
    }
    try advance()
    return value
  }

  /// A number, a string, `true` or `false`.
  mutating func literal() throws(ExpressionError) -> Literal {
    switch token.kind {
    case .string(let text):
      try advance()
      return .string(text)
    case .number: return .number(try number())
    default:
      if try take(keyword: "true") { return .bool(true) }
      if try take(keyword: "false") { return .bool(false) }
      throw fault(expected: "a number, a string in quotes, true or false")
    }
  }

  private static func number(_ text: String) -> Double? {
    let isPercent = text.hasSuffix("%")
    let digits = isPercent ? String(text.dropLast()) : text
    // Double also reads hexadecimal numbers, infinities and NaN.
    guard digits.utf8.allSatisfy({ "0123456789.+-eE".utf8.contains($0) }), !digits.hasSuffix("."),
      let value = Double(digits), value.isFinite
    else { return nil }
    return isPercent ? value / 100 : value
  }
}
