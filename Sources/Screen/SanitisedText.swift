/// Makes any text safe for a terminal: what comes out is spacing glyphs, each with the columns that it takes.
///
/// Text from files may hold escape sequences and characters that reorder or hide other text. Control characters become
/// their pictures (␛), characters that change the direction of text and unassigned or private ones become U+FFFD,
/// invisible joiners and selectors are dropped, and a glyph keeps at most four combining marks.
public enum SanitisedText {
  /// The most combining marks that a glyph keeps.
  public static let markLimit = 4

  /// The sanitised text as one string.
  public static func string(_ text: String) -> String {
    var result = ""
    forEachGlyph(of: text) { glyph, _ in
      result.append(glyph)
      return true
    }
    return result
  }

  /// Calls `body` for every glyph and its columns, 1 or 2, until `body` returns false.
  static func forEachGlyph(of text: String, _ body: (Character, Int) -> Bool) {
    var base: Unicode.Scalar?
    var baseWidth = 1
    var marks = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if scalar.value >= 0x20, scalar.value < 0x7F {
        if let base, !body(glyph(base, marks), baseWidth) { return }
        base = scalar
        baseWidth = 1
        if !marks.isEmpty { marks.removeAll(keepingCapacity: true) }
        continue
      }
      let shown: Unicode.Scalar
      switch treatment(of: scalar) {
      case .keep: shown = scalar
      case .replace(let replacement): shown = replacement
      case .drop: continue
      }
      if DisplayWidth.joins(shown) {
        if base == nil {
          // A mark with nothing to stand on gets a place holder, so that it cannot change what is on its left.
          base = "\u{25CC}"
          baseWidth = 1
        }
        if marks.count < markLimit { marks.append(shown) }
        continue
      }
      if let base, !body(glyph(base, marks), baseWidth) { return }
      base = shown
      baseWidth = DisplayWidth.of(shown)
      if !marks.isEmpty { marks.removeAll(keepingCapacity: true) }
    }
    if let base { _ = body(glyph(base, marks), baseWidth) }
  }

  private enum Treatment {
    case keep
    case replace(Unicode.Scalar)
    case drop
  }

  private static let unknown: Unicode.Scalar = "\u{FFFD}"

  private static func treatment(of scalar: Unicode.Scalar) -> Treatment {
    switch scalar.value {
    case 0x20..<0x7F: return .keep
    case 0..<0x20: return .replace(Unicode.Scalar(0x2400 + scalar.value) ?? unknown)
    case 0x7F: return .replace("\u{2421}")
    case 0x80..<0xA0: return .replace("\u{2426}")
    case 0xAD, 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B...0x180F, 0x200B...0x200D, 0x2060...0x2065, 0x3164,
      0xFE00...0xFE0F, 0xFEFF, 0xFFA0, 0x1F3FB...0x1F3FF, 0xE0000...0xE0FFF:
      return .drop
    case 0xA0, 0x2000...0x200A, 0x202F, 0x205F: return .replace(" ")
    default: break
    }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
      return .replace(unknown)
    default: return .keep
    }
  }

  private static func glyph(_ base: Unicode.Scalar, _ marks: String.UnicodeScalarView) -> Character {
    if marks.isEmpty { return Character(base) }
    var text = String(Character(base))
    text.unicodeScalars.append(contentsOf: marks)
    // A mark that does not join this base makes a second character; the base alone is shown then.
    guard let first = text.first, text.index(after: text.startIndex) == text.endIndex else { return Character(base) }
    return first
  }
}
