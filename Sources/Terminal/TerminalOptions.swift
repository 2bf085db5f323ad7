public import Screen

/// What the person asked for on the command line, where that differs from what the terminal suggests.
public struct TerminalOptions: Hashable, Sendable {
  /// The glyphs to draw with; nil takes the terminal's suggestion.
  public var glyphs: GlyphSet?
  /// The most colours to use; nil takes all that the terminal has.
  public var depth: ColorDepth?

  /// Creates options.
  public init(glyphs: GlyphSet? = nil, depth: ColorDepth? = nil) {
    self.glyphs = glyphs
    self.depth = depth
  }
}
