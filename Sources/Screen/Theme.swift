/// How a role looks: colours that are left out are the terminal's own.
public struct RoleStyle: Hashable, Sendable {
  /// Colour of the text.
  public var foreground: ThemeColor?
  /// Colour behind the text.
  public var background: ThemeColor?
  /// Attributes.
  public var attributes: Attributes

  /// Creates a look.
  public init(_ foreground: ThemeColor? = nil, background: ThemeColor? = nil, _ attributes: Attributes = []) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }
}

/// What a theme file says about one role; what it leaves out is inherited.
public struct RoleOverride: Hashable, Sendable {
  /// `fg`
  public var foreground: RGB?
  /// `bg`
  public var background: RGB?
  /// `c256`: the text's index in the palette of 256. Left out beside a new `fg`, the nearest one.
  public var c256: UInt8?
  /// `c16`: the text's index in the palette of sixteen. Left out beside a new `fg`, the nearest one.
  public var c16: UInt8?
  /// `attr`
  public var attributes: Attributes?

  /// Creates an override.
  public init(
    foreground: RGB? = nil, background: RGB? = nil, c256: UInt8? = nil, c16: UInt8? = nil,
    attributes: Attributes? = nil
  ) {
    self.foreground = foreground
    self.background = background
    self.c256 = c256
    self.c16 = c16
    self.attributes = attributes
  }

  func applied(to style: RoleStyle) -> RoleStyle {
    var result = style
    if let foreground {
      result.foreground = ThemeColor(foreground, c256: c256, c16: c16)
    } else if var color = result.foreground {
      color.c256 = c256 ?? color.c256
      color.c16 = min(c16 ?? color.c16, 15)
      result.foreground = color
    }
    if let background { result.background = ThemeColor(background) }
    if let attributes { result.attributes = attributes }
    return result
  }
}

/// Colours and attributes for every role.
public struct Theme: Hashable, Sendable {
  /// What background a theme is made for.
  public enum Kind: String, Sendable {
    /// Light text on a dark background.
    case dark
    /// Dark text on a light background.
    case light
  }

  /// The name in the list of themes.
  public let name: String
  /// What background it is made for.
  public let kind: Kind
  /// Colours that stand for the terminal's own where an output has none, such as SVG.
  public var canvas: (foreground: RGB, background: RGB) { (canvasForeground, canvasBackground) }
  private let canvasForeground: RGB
  private let canvasBackground: RGB
  private let roles: [Role: RoleStyle]

  /// Creates a theme from the looks of its roles; a role that is left out looks like ordinary text.
  public init(name: String, kind: Kind, canvas: (foreground: RGB, background: RGB), roles: [Role: RoleStyle]) {
    self.name = name
    self.kind = kind
    canvasForeground = canvas.foreground
    canvasBackground = canvas.background
    self.roles = roles
  }

  /// Creates a theme from another one and what a theme file changes about it. The canvas is the other theme's when
  /// both are of one kind, else that of the built-in theme of the kind.
  public init(name: String, kind: Kind, inherits parent: Theme, overrides: [Role: RoleOverride]) {
    var roles = parent.roles
    for (role, override) in overrides { roles[role] = override.applied(to: roles[role] ?? RoleStyle()) }
    let canvas = parent.kind == kind ? parent.canvas : Theme.canvas(of: kind)
    self.init(name: name, kind: kind, canvas: canvas, roles: roles)
  }

  /// The look of a role.
  public subscript(role: Role) -> RoleStyle { roles[role] ?? RoleStyle() }

  /// The look of a style: its role's, with the style's attributes added.
  public subscript(style: Style) -> RoleStyle {
    var look = self[style.role]
    look.attributes.formUnion(style.attributes)
    return look
  }

  static func canvas(of kind: Kind) -> (foreground: RGB, background: RGB) {
    kind == .dark ? (RGB(0xD4DAE0), RGB(0x101418)) : (RGB(0x1E2329), RGB(0xFBFBFA))
  }
}
