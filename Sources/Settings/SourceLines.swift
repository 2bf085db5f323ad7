/// The lines of a configuration's text, to find the place of an expression's fault within the file.
struct SourceLines {
  private let lines: [[Unicode.Scalar]]

  init(_ text: String) {
    lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0) }
  }

  /// The place of a column (from 1) of a scalar's text, given where the scalar stands. For text over several lines it
  /// is the scalar's own place.
  func position(
    ofColumn column: Int, in text: String, _ style: Element.Style, at start: Position
  ) -> Position {
    guard style != .block, start.line >= 1, start.line <= lines.count else { return start }
    let line = lines[start.line - 1]
    var index = start.column - 1
    if style != .plain { index += 1 }
    for _ in 0..<max(0, column - 1) {
      guard index < line.count else { return start }
      index += width(of: line, at: index, style)
    }
    return Position(line: start.line, column: min(index, line.count) + 1)
  }

  /// How many scalars of the line stand for one scalar of the text.
  private func width(of line: [Unicode.Scalar], at index: Int, _ style: Element.Style) -> Int {
    switch style {
    case .singleQuoted where line[index] == "'": return 2
    case .doubleQuoted where line[index] == "\\" && index + 1 < line.count:
      switch line[index + 1] {
      case "x": return 4
      case "u": return 6
      case "U": return 10
      default: return 2
      }
    default: return 1
    }
  }
}
