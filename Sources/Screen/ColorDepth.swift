/// How many colours an output has.
public enum ColorDepth: Int, CaseIterable, Comparable, Sendable {
  /// None: attributes only.
  case mono
  /// The sixteen colours of the terminal's own palette.
  case c16
  /// The xterm palette of 256.
  case c256
  /// 24 bits.
  case trueColor

  /// Orders depths from few to many colours.
  public static func < (left: ColorDepth, right: ColorDepth) -> Bool { left.rawValue < right.rawValue }
}
