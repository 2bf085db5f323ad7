/// A place in a configuration's text.
struct Position: Hashable, Sendable {
  /// From 1.
  var line: Int
  /// In Unicode scalars, from 1.
  var column: Int
}

/// A YAML value with its place; nothing is decoded yet.
struct Element {
  /// How a scalar is written.
  enum Style {
    case plain
    case singleQuoted
    case doubleQuoted
    case block
  }

  /// One key with its value.
  struct Member {
    var key: String
    var position: Position
    var value: Element
  }

  indirect enum Content {
    case scalar(String, Style)
    case sequence([Element])
    case mapping([Member])
  }

  var content: Content
  var position: Position

  /// What it is, for messages.
  var kind: String {
    switch content {
    case .scalar("", .plain): "nothing"
    case .scalar: "a single value"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }

  /// Whether it is a plain scalar that YAML reads as null.
  var isNull: Bool {
    if case .scalar(let text, .plain) = content { ["", "~", "null", "Null", "NULL"].contains(text) } else { false }
  }
}
