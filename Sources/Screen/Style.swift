/// Attributes that work on every terminal, without colours too.
public struct Attributes: OptionSet, Hashable, Sendable {
  /// The bits.
  public let rawValue: UInt8

  /// Creates a set from its bits.
  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// Heavier or brighter.
  public static let bold = Attributes(rawValue: 1)
  /// Foreground and background exchanged.
  public static let reverse = Attributes(rawValue: 2)
  /// A line below the text.
  public static let underline = Attributes(rawValue: 4)
}

/// How a cell looks: a role, and attributes on top of those that the theme gives the role.
public struct Style: Hashable, Sendable {
  /// What the cell means.
  public var role: Role
  /// Attributes beyond the theme's.
  public var attributes: Attributes

  /// Creates a style.
  public init(_ role: Role, _ attributes: Attributes = []) {
    self.role = role
    self.attributes = attributes
  }

  /// The style with more attributes.
  public func adding(_ more: Attributes) -> Style { Style(role, attributes.union(more)) }

  /// Ordinary text.
  public static let plain = Style(.foreground)
}

/// A piece of text in one style.
public struct TextRun: Hashable, Sendable {
  /// The text; it may hold anything, it is sanitised when it is written to a surface.
  public var text: String
  /// How it looks.
  public var style: Style

  /// Creates a run.
  public init(_ text: String, _ style: Style = .plain) {
    self.text = text
    self.style = style
  }

  /// Creates a run of a role.
  public init(_ text: String, _ role: Role, _ attributes: Attributes = []) {
    self.init(text, Style(role, attributes))
  }
}
