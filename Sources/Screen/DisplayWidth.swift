/// How many terminal columns text takes, by East Asian Width of Unicode 15.0.
public enum DisplayWidth {
  /// The columns of a scalar: 2 for wide and full-width ones, 0 for combining marks and Hangul vowels and finals that
  /// join the syllable before them, else 1. Control characters count 1, because a control picture is shown for them.
  public static func of(_ scalar: Unicode.Scalar) -> Int {
    let value = scalar.value
    if value < 0x300 { return 1 }
    if value < 0x1100 { return joins(scalar) ? 0 : 1 }
    if isWide(value) { return joins(scalar) ? 0 : 2 }
    return joins(scalar) ? 0 : 1
  }

  /// The columns that a character takes once it is sanitised; a sequence that terminals do not join counts its parts.
  public static func of(_ character: Character) -> Int {
    if let ascii = character.asciiValue, ascii >= 0x20, ascii < 0x7F { return 1 }
    return of(String(character))
  }

  /// The columns that text takes once it is sanitised.
  public static func of(_ text: String) -> Int {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text.utf8.count }
    var total = 0
    SanitisedText.forEachGlyph(of: text) { _, width in
      total += width
      return true
    }
    return total
  }

  /// Whether a scalar takes no column of its own but joins the one before.
  static func joins(_ scalar: Unicode.Scalar) -> Bool {
    let value = scalar.value
    if value < 0x300 { return false }
    if (0x1160...0x11FF).contains(value) || (0xD7B0...0xD7FF).contains(value) { return true }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return true
    default: return false
    }
  }

  private static func isWide(_ value: UInt32) -> Bool {
    let bounds = WideRanges.bounds
    var low = 0
    var high = bounds.count / 2
    while low < high {
      let middle = (low + high) / 2
      if value > bounds[2 * middle + 1] {
        low = middle + 1
      } else if value < bounds[2 * middle] {
        high = middle
      } else {
        return true
      }
    }
    return false
  }
}

/// On which side padding goes.
public enum Alignment: Hashable, Sendable {
  /// Text at the left, padding at the right.
  case left
  /// Text at the right, padding at the left.
  case right
}

extension String {
  /// The text cut to at most `width` columns, with the ellipsis as its last column where something was cut. A width of
  /// 0 gives the empty string; a wide character is never halved.
  public func truncated(toWidth width: Int, ellipsis: String = "…") -> String {
    guard width > 0 else { return "" }
    if utf8.count <= width, DisplayWidth.of(self) <= width { return self }
    let mark = DisplayWidth.of(ellipsis) <= width ? ellipsis : ""
    let room = width - DisplayWidth.of(mark)
    var kept = ""
    var used = 0
    var total = 0
    SanitisedText.forEachGlyph(of: self) { glyph, columns in
      total += columns
      if used == total - columns, total <= room {
        kept.append(glyph)
        used = total
      }
      return total <= width
    }
    if total <= width { return self }
    return kept + mark
  }

  /// The text padded with spaces to at least `width` columns.
  public func padded(toWidth width: Int, _ alignment: Alignment = .left) -> String {
    let missing = width - DisplayWidth.of(self)
    guard missing > 0 else { return self }
    let padding = String(repeating: " ", count: min(missing, Size.maximum))
    return alignment == .left ? self + padding : padding + self
  }

  /// The text cut or padded to exactly `width` columns.
  public func fitted(toWidth width: Int, _ alignment: Alignment = .left, ellipsis: String = "…") -> String {
    truncated(toWidth: width, ellipsis: ellipsis).padded(toWidth: width, alignment)
  }
}
