/// A surface as text with SGR colour sequences, for `less -R` and terminals.
public enum ANSIExporter {
  /// The text; every line begins and ends in the terminal's own colours.
  public static func export(_ surface: Surface, theme: Theme, depth: ColorDepth) -> String {
    var result = ""
    for y in 0..<surface.size.rows {
      let row = surface.row(y)
      let plain = RoleStyle()
      let end =
        row.lastIndex { $0.glyph != " " || theme[$0.style].isVisibleOnBlank } ?? row.startIndex - 1
      var current = plain
      for index in row.startIndex..<end + 1 {
        let cell = row[index]
        if cell.isContinuation { continue }
        let look = theme[cell.style]
        if look != current {
          result += sequence(look, depth: depth)
          current = look
        }
        result.append(cell.glyph)
      }
      if current != plain { result += "\u{1B}[0m" }
      result += "\n"
    }
    return result
  }

  static func sequence(_ look: RoleStyle, depth: ColorDepth) -> String {
    var parameters = ["0"]
    if look.attributes.contains(.bold) { parameters.append("1") }
    if look.attributes.contains(.underline) { parameters.append("4") }
    if look.attributes.contains(.reverse) { parameters.append("7") }
    if let color = look.foreground { parameters += code(color, depth: depth, base: 30) }
    if let color = look.background { parameters += code(color, depth: depth, base: 40) }
    return "\u{1B}[" + parameters.joined(separator: ";") + "m"
  }

  private static func code(_ color: ThemeColor, depth: ColorDepth, base: Int) -> [String] {
    switch depth {
    case .mono: []
    case .c16: ["\(color.c16 < 8 ? base + Int(color.c16) : base + 52 + Int(color.c16))"]
    case .c256: ["\(base + 8)", "5", "\(color.c256)"]
    case .trueColor: ["\(base + 8)", "2", "\(color.rgb.red)", "\(color.rgb.green)", "\(color.rgb.blue)"]
    }
  }
}

extension RoleStyle {
  /// Whether a space in this look differs from an empty cell.
  var isVisibleOnBlank: Bool {
    background != nil || attributes.contains(.reverse) || attributes.contains(.underline)
  }
}
