import Domain

/// Writes expressions so that parsing the text gives the same expression again.
enum ExpressionText {
  static func number(_ value: Double) -> String {
    if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
    return value.description
  }

  static func string(_ text: String) -> String {
    var quoted = "'"
    for character in text.unicodeScalars {
      switch character {
      case "'": quoted += "\\'"
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      default: quoted.unicodeScalars.append(character)
      }
    }
    return quoted + "'"
  }

  static func literal(_ literal: Literal) -> String {
    switch literal {
    case .number(let value): number(value)
    case .string(let text): string(text)
    case .bool(let value): value ? "true" : "false"
    }
  }

  static func pattern(_ text: String) -> String {
    "/" + text.split(separator: "/", omittingEmptySubsequences: false).joined(separator: "\\/") + "/"
  }

  /// A path with backquotes around names that would otherwise be read as something else.
  static func path(_ path: FieldPath) -> String {
    path.components.enumerated().map { index, name in
      let isPlain = name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "@"),
          UInt8(ascii: "$"), UInt8(ascii: ":"), 0x80...:
          true
        default: false
        }
      }
      let startsAsNumber = index == 0 && "0123456789-+".utf8.contains(name.utf8.first ?? 0)
      if isPlain, !startsAsNumber, !ExpressionParser.keywords.contains(name) { return name }
      return name.utf8.contains(UInt8(ascii: "`")) ? escaped(name) : "`\(name)`"
    }.joined(separator: ".")
  }

  private static func escaped(_ name: String) -> String {
    name.map { $0 == "." || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
  }

  static func duration(_ duration: Duration) -> String {
    let milliseconds = duration.nanoseconds / 1_000_000
    return milliseconds % 1_000 == 0 ? "\(milliseconds / 1_000)s" : "\(milliseconds)ms"
  }
}

extension Predicate: CustomStringConvertible {
  /// The predicate as an expression; parsing it gives the same predicate again.
  public var description: String {
    switch self {
    case .all(let parts): parts.map(\.bracketed).joined(separator: " and ")
    case .any(let parts): parts.map(\.bracketed).joined(separator: " or ")
    case .not(let part): "not \(part.bracketed)"
    case .compare(let path, let comparison, let literal):
      "\(ExpressionText.path(path)) \(comparison.rawValue) \(ExpressionText.literal(literal))"
    case .isIn(let path, let literals):
      "\(ExpressionText.path(path)) in [\(literals.map(ExpressionText.literal).joined(separator: ", "))]"
    case .matches(let path, let pattern): "\(ExpressionText.path(path)) matches \(ExpressionText.pattern(pattern))"
    case .exists(let path): "exists \(ExpressionText.path(path))"
    }
  }

  private var bracketed: String {
    switch self {
    case .all, .any: "(\(description))"
    default: description
    }
  }
}

extension Aggregate: CustomStringConvertible {
  /// The aggregate as an expression; parsing it gives the same aggregate again.
  public var description: String {
    var inner: String
    switch argument {
    case .none: inner = ""
    case .field(let path): inner = ExpressionText.path(path)
    case .predicate(let predicate): inner = predicate.description
    }
    if let `where` { inner += "\(inner.isEmpty ? "" : " ")where \(`where`)" }
    if let objective { inner += ", \(ExpressionText.number(objective))" }
    var text = "\(function.name)(\(inner))"
    if let reference {
      text = "\(comparison == .score ? "z" : "change")(\(text), \(ExpressionText.duration(reference)))"
    }
    if let over { text += " over \(ExpressionText.duration(over))" }
    if !by.isEmpty { text += " by \(by.joined(separator: ", "))" }
    return text
  }
}

extension Condition: CustomStringConvertible {
  /// The condition as an expression; parsing it gives the same condition again.
  public var description: String {
    switch self {
    case .all(let parts): parts.map(\.bracketed).joined(separator: " and ")
    case .any(let parts): parts.map(\.bracketed).joined(separator: " or ")
    case .not(let part): "not \(part.bracketed)"
    case .compare(let aggregate, let comparison, let value):
      "\(aggregate) \(comparison.rawValue) \(ExpressionText.number(value))"
    case .absent(let aggregate): aggregate.description
    }
  }

  private var bracketed: String {
    switch self {
    case .all, .any: "(\(description))"
    default: description
    }
  }
}
