import Screen

/// A theme's colours as a terminal's colour indices.
struct TerminalColors: Hashable {
  /// How many colours are used.
  let depth: ColorDepth
  /// How many the terminal has.
  let colorCount: Int

  /// The index of a text colour, and whether bold has to make it bright; -1 is the terminal's own.
  func foreground(_ color: ThemeColor?) -> (index: Int, isBright: Bool) {
    guard let color else { return (-1, false) }
    switch depth {
    case .mono: return (-1, false)
    case .c256, .trueColor: return (Int(color.c256), false)
    case .c16:
      let index = Int(color.c16)
      if index < 8 || colorCount >= 16 { return (index, false) }
      // Bright black as bold black is invisible on many terminals of eight colours.
      return index == 8 ? (7, false) : (index - 8, true)
    }
  }

  /// The index of a background colour; -1 is the terminal's own.
  func background(_ color: ThemeColor?) -> Int {
    guard let color else { return -1 }
    switch depth {
    case .mono: return -1
    case .c256, .trueColor: return Int(color.c256)
    case .c16: return colorCount >= 16 ? Int(color.c16) : Int(color.c16 & 7)
    }
  }
}
