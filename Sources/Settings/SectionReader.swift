import Domain
import Expressions

/// Reads one mapping of a configuration: every key once, strictly typed, with a problem for whatever does not fit.
///
/// The section's schema says which keys there are; ``finish(_:)`` reports the others.
struct SectionReader {
  let schema: SectionSchema
  let position: Position
  private let members: [Element.Member]
  private var asked: Set<String> = []

  /// What the mapping is, for messages: `a metric`.
  var name: String { schema.name }

  /// Takes an element as a mapping; nil, with a problem, when it is none.
  init?(_ element: Element, _ schema: SectionSchema, _ problems: inout ProblemList) {
    guard case .mapping(let members) = element.content else {
      problems.error(element.position, "\(schema.name) is \(element.kind)", expected: "a mapping of keys and values")
      return nil
    }
    self.schema = schema
    self.members = members
    position = element.position
  }

  /// The value of a key, or nil where it is missing or empty.
  mutating func element(_ key: String) -> Element? {
    asked.insert(key)
    guard let member = members.first(where: { $0.key == key }), !member.value.isNull else { return nil }
    return member.value
  }

  /// The keys, in order.
  var keys: [String] { members.map(\.key) }

  /// The place of a key, or of the mapping where it is missing.
  func place(_ key: String) -> Position { members.first { $0.key == key }?.position ?? position }

  /// Reports the keys that the schema does not have, with the word that was probably meant, and those that nothing acts
  /// on yet.
  func finish(_ problems: inout ProblemList) {
    // A key that the schema has and nothing reads, or the other way round, is a mistake in the reader itself.
    assert(asked == Set(schema.names), "\(schema.title): \(asked.symmetricDifference(schema.names))")
    for member in members {
      guard let key = schema.keys.first(where: { $0.name == member.key }) else {
        let suggestion = Spelling.suggestion(for: member.key, among: schema.names)
        problems.error(
          member.position, "unknown key '\(member.key)' in \(name)",
          expected: suggestion.map { "'\($0)' (did you mean it?)" }
            ?? "one of \(schema.names.joined(separator: ", "))")
        continue
      }
      if key.isUnused, !member.value.isNull {
        problems.warning(member.position, "'\(member.key)' is not evaluated yet")
      }
    }
  }

  /// The value of a key that must be there.
  mutating func required(_ key: String, _ problems: inout ProblemList) -> Element? {
    guard let element = element(key) else {
      problems.error(place(key), "\(name) has no '\(key)'", expected: "'\(key)', which is required")
      return nil
    }
    return element
  }

  /// Text; see ``Scalars/text(_:_:_:)``.
  mutating func text(_ key: String, _ problems: inout ProblemList) -> String? {
    element(key).flatMap { Scalars.text($0, "'\(key)'", &problems) }
  }

  /// Text that must be there.
  mutating func requiredText(_ key: String, _ problems: inout ProblemList) -> String? {
    guard let element = required(key, &problems), let text = Scalars.text(element, "'\(key)'", &problems) else {
      return nil
    }
    guard !text.isEmpty else {
      problems.error(element.position, "'\(key)' is empty", expected: "a text")
      return nil
    }
    return text
  }

  /// A finite number.
  mutating func number(_ key: String, _ problems: inout ProblemList) -> Double? {
    element(key).flatMap { Scalars.number($0, "'\(key)'", &problems) }
  }

  /// A whole number of at least 0.
  mutating func count(_ key: String, _ problems: inout ProblemList) -> Int? {
    guard let element = element(key), let number = Scalars.number(element, "'\(key)'", &problems) else { return nil }
    guard let count = Int(exactly: number), count >= 0 else {
      problems.error(element.position, "'\(key)' is \(Scalars.shown(element))", expected: "a whole number, 0 or more")
      return nil
    }
    return count
  }

  /// A duration of at least 0, or above 0.
  mutating func duration(_ key: String, allowsZero: Bool = false, _ problems: inout ProblemList) -> Duration? {
    guard let element = element(key) else { return nil }
    guard case .scalar(let text, _) = element.content, let duration = Duration(text: text),
      allowsZero || duration > .zero
    else {
      problems.error(
        element.position, "'\(key)' is \(Scalars.shown(element))",
        expected: "a duration\(allowsZero ? "" : " above 0") such as 10s, 5m or 1h30m")
      return nil
    }
    return duration
  }

  /// `true` or `false`.
  mutating func flag(_ key: String, _ problems: inout ProblemList) -> Bool? {
    guard let element = element(key) else { return nil }
    switch element.content {
    case .scalar("true", .plain): return true
    case .scalar("false", .plain): return false
    default:
      problems.error(element.position, "'\(key)' is \(Scalars.shown(element))", expected: "true or false")
      return nil
    }
  }

  /// One of some words.
  mutating func choice(_ key: String, _ words: [String], _ problems: inout ProblemList) -> String? {
    element(key).flatMap { Scalars.choice($0, "'\(key)'", words, &problems) }
  }

  /// One of some words that must be there.
  mutating func requiredChoice(_ key: String, _ words: [String], _ problems: inout ProblemList) -> String? {
    required(key, &problems).flatMap { Scalars.choice($0, "'\(key)'", words, &problems) }
  }

  /// The elements of a list; a missing key gives none.
  mutating func list(_ key: String, _ problems: inout ProblemList) -> [Element] {
    guard let element = element(key) else { return [] }
    guard case .sequence(let elements) = element.content else {
      problems.error(element.position, "'\(key)' is \(element.kind)", expected: "a list, […]")
      return []
    }
    return elements
  }

  /// The texts of a list.
  mutating func texts(_ key: String, _ problems: inout ProblemList) -> [String] {
    list(key, &problems).compactMap { Scalars.text($0, "'\(key)'", &problems) }
  }

  /// A mapping within the mapping.
  mutating func section(
    _ key: String, _ schema: SectionSchema, _ problems: inout ProblemList
  ) -> SectionReader? {
    element(key).flatMap { SectionReader($0, schema, &problems) }
  }

  /// A mapping within the mapping whose keys are anybody's.
  mutating func mapping(_ key: String, _ name: String, _ problems: inout ProblemList) -> SectionReader? {
    guard let element = element(key) else { return nil }
    var keys: [KeySchema] = []
    if case .mapping(let members) = element.content { keys = members.map { KeySchema($0.key, .text, "") } }
    return SectionReader(element, SectionSchema(name: name, title: key, purpose: "", keys: keys), &problems)
  }

  /// An expression; a fault in it is reported at its place within the text.
  mutating func expression<Value>(
    _ key: String, _ lines: SourceLines, _ problems: inout ProblemList,
    parse: (String) throws(ExpressionError) -> Value
  ) -> (value: Value, text: String, position: Position)? {
    guard let element = element(key) else { return nil }
    guard case .scalar(let text, let style) = element.content else {
      problems.error(element.position, "'\(key)' is \(element.kind)", expected: "an expression in quotes")
      return nil
    }
    do {
      return (try parse(text), text, element.position)
    } catch {
      problems.error(
        lines.position(ofColumn: error.column, in: text, style, at: element.position), "'\(key)': found \(error.found)",
        expected: error.expected)
      return nil
    }
  }

  /// A predicate.
  mutating func predicate(_ key: String, _ lines: SourceLines, _ problems: inout ProblemList) -> Predicate? {
    expression(key, lines, &problems, parse: PredicateParser.parse)?.value
  }

  /// A field's path.
  mutating func field(_ key: String, _ lines: SourceLines, _ problems: inout ProblemList) -> FieldPath? {
    expression(key, lines, &problems, parse: PredicateParser.parseField)?.value
  }
}

/// Reads single values strictly: YAML's surprises (`no` is false, `010` is 8) are errors instead.
enum Scalars {
  private static let booleans: Set<String> = ["yes", "no", "on", "off", "true", "false", "y", "n"]

  /// Text; plain words and numbers that YAML reads as something else must be in quotes.
  static func text(_ element: Element, _ name: String, _ problems: inout ProblemList) -> String? {
    guard case .scalar(let text, let style) = element.content else {
      problems.error(element.position, "\(name) is \(element.kind)", expected: "a text")
      return nil
    }
    guard style == .plain else { return text }
    if booleans.contains(text.lowercased()) {
      problems.error(
        element.position, "\(name) is \(text), which YAML reads as true or false", expected: "quotes: \"\(text)\"")
      return nil
    }
    if element.isNull || isAmbiguousNumber(text) {
      problems.error(
        element.position, "\(name) is \(text.isEmpty ? "empty" : text), which is no text",
        expected: "quotes: \"\(text)\"")
      return nil
    }
    return text
  }

  /// A finite decimal number without quotes.
  static func number(_ element: Element, _ name: String, _ problems: inout ProblemList) -> Double? {
    guard case .scalar(let text, .plain) = element.content, !isAmbiguousNumber(text),
      text.utf8.allSatisfy({ "0123456789.+-eE".utf8.contains($0) }), let value = Double(text), value.isFinite
    else {
      var expected = "a number"
      if case .scalar(let text, .plain) = element.content, isAmbiguousNumber(text) {
        expected += " without leading zeros, underscores, colons or 0x"
      }
      problems.error(element.position, "\(name) is \(shown(element))", expected: expected)
      return nil
    }
    return value
  }

  /// One of some words.
  static func choice(
    _ element: Element, _ name: String, _ words: [String], _ problems: inout ProblemList
  ) -> String? {
    if case .scalar(let text, _) = element.content, words.contains(text) { return text }
    var expected = "one of \(words.joined(separator: ", "))"
    if case .scalar(let text, _) = element.content, let near = Spelling.suggestion(for: text, among: words) {
      expected = "'\(near)' (did you mean it?) or another of \(words.joined(separator: ", "))"
    }
    problems.error(element.position, "\(name) is \(shown(element))", expected: expected)
    return nil
  }

  /// An element as messages show it.
  static func shown(_ element: Element) -> String {
    guard case .scalar(let text, _) = element.content else { return element.kind }
    let line = text.split(whereSeparator: \.isNewline).first ?? ""
    return line.count > 40 ? "'\(line.prefix(40))…'" : "'\(line)'"
  }

  /// Numbers that YAML 1.1 reads with another base than ten.
  private static func isAmbiguousNumber(_ text: String) -> Bool {
    let digits = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
    guard let first = digits.utf8.first, first >= 0x30, first <= 0x39 else { return false }
    let rest = digits.dropFirst()
    if first == 0x30, let second = rest.first, "0123456789xXoObB_".contains(second) {
      return rest.allSatisfy { $0.isHexDigit || "xXoO_".contains($0) }
    }
    return digits.allSatisfy { $0.isNumber || $0 == ":" || $0 == "_" } && digits.contains { $0 == ":" || $0 == "_" }
  }
}
