/// Which characters the terminal can show.
public enum GlyphSet: String, CaseIterable, Hashable, Sendable {
  /// Everything, braille graphs too.
  case unicode
  /// Block elements but no braille.
  case block
  /// ASCII only.
  case ascii
}
