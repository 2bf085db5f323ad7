/// A surface as a self-contained SVG picture that looks the same in every browser: each glyph has its own x position,
/// and block elements are drawn as rectangles rather than with a font.
public enum SVGExporter {
  private static let cellWidth = 9
  private static let cellHeight = 19
  private static let baseline = 14
  private static let margin = 8

  /// The picture's XML.
  public static func export(_ surface: Surface, theme: Theme) -> String {
    let width = surface.size.columns * cellWidth + 2 * margin
    let height = surface.size.rows * cellHeight + 2 * margin
    var svg = """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" width="\(width)" height="\(height)" \
      font-family="'DejaVu Sans Mono', Menlo, Consolas, 'Liberation Mono', monospace" font-size="15">
      <rect width="100%" height="100%" fill="\(theme.canvas.background.hex)"/>

      """
    for y in 0..<surface.size.rows {
      for run in runs(of: surface.row(y)) { draw(run, row: y, theme: theme, into: &svg) }
    }
    if let cursor = surface.cursor {
      let x = margin + cursor.x * cellWidth
      let y = margin + (cursor.y + 1) * cellHeight - 3
      let color = theme.canvas.foreground.hex
      svg += "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(cellWidth)\" height=\"2\" fill=\"\(color)\"/>\n"
    }
    return svg + "</svg>\n"
  }

  private struct Run {
    var style: Style
    var column: Int
    var cells: [Cell]
  }

  private static func runs(of row: ArraySlice<Cell>) -> [Run] {
    var runs: [Run] = []
    for (column, cell) in row.enumerated() {
      if let last = runs.last, last.style == cell.style {
        runs[runs.count - 1].cells.append(cell)
      } else {
        runs.append(Run(style: cell.style, column: column, cells: [cell]))
      }
    }
    return runs
  }

  private static func draw(_ run: Run, row: Int, theme: Theme, into svg: inout String) {
    let look = theme[run.style]
    var text = look.foreground?.rgb ?? theme.canvas.foreground
    var behind = look.background?.rgb
    if look.attributes.contains(.reverse) { (text, behind) = (behind ?? theme.canvas.background, text) }
    let left = margin + run.column * cellWidth
    let top = margin + row * cellHeight
    let width = run.cells.count * cellWidth
    if let behind {
      svg += "<rect x=\"\(left)\" y=\"\(top)\" width=\"\(width)\" height=\"\(cellHeight)\" fill=\"\(behind.hex)\"/>\n"
    }
    if look.attributes.contains(.underline) {
      svg += "<rect x=\"\(left)\" y=\"\(top + baseline + 2)\" width=\"\(width)\" height=\"1\" fill=\"\(text.hex)\"/>\n"
    }
    let attributes = "fill=\"\(text.hex)\"" + (look.attributes.contains(.bold) ? " font-weight=\"bold\"" : "")
    var blocks = ""
    var plain = ""
    var positions: [String] = []
    var single: [(x: Int, glyph: Character)] = []
    // One element a word: readers that know only the first of several positions still put every word in its place.
    func endWord() {
      guard !plain.isEmpty else { return }
      let places = positions.joined(separator: " ")
      svg += "<text \(attributes) y=\"\(top + baseline)\" x=\"\(places)\">\(plain)</text>\n"
      plain = ""
      positions = []
    }
    var previous = -1
    for (offset, cell) in run.cells.enumerated() where cell.glyph != " " && !cell.isContinuation {
      let x = left + offset * cellWidth
      if offset != previous + 1 { endWord() }
      previous = offset
      guard let scalar = cell.glyph.unicodeScalars.first else { continue }
      if (0x2581...0x2588).contains(scalar.value) {
        let filled = Int(scalar.value - 0x2580) * cellHeight / 8
        blocks += "M\(x) \(top + cellHeight - filled)h\(cellWidth)v\(filled)h-\(cellWidth)z"
      } else if cell.glyph.unicodeScalars.count > 1 || scalar.value > 0xFFFF {
        // A position list counts UTF-16 units, so these stand by themselves.
        single.append((x, cell.glyph))
      } else {
        plain += escaped(cell.glyph)
        positions.append(String(x))
      }
    }
    if !blocks.isEmpty { svg += "<path fill=\"\(text.hex)\" d=\"\(blocks)\"/>\n" }
    endWord()
    for (x, glyph) in single {
      svg += "<text \(attributes) y=\"\(top + baseline)\" x=\"\(x)\">\(escaped(glyph))</text>\n"
    }
  }

  private static func escaped(_ glyph: Character) -> String {
    switch glyph {
    case "&": "&amp;"
    case "<": "&lt;"
    case ">": "&gt;"
    case "\"": "&quot;"
    default: String(glyph)
    }
  }
}
