/// A grid of styled character cells: what a view draws on and what a terminal or an exporter shows.
///
/// Everything that is written goes through `SanitisedText`, so no text can send a command to a terminal.
/// Coordinates outside the surface, or outside the part that `clipped(to:_:)` opened, are ignored.
public struct Surface: Sendable {
  /// Columns and rows.
  public let size: Size
  private var cells: [Cell]
  private var clip: Rect
  /// Where the text cursor stands, in columns and rows of the whole surface; nil hides it.
  public private(set) var cursor: Position?

  /// A place on a surface.
  public struct Position: Hashable, Sendable {
    /// Column, from 0.
    public var x: Int
    /// Row, from 0.
    public var y: Int

    /// Creates a position.
    public init(x: Int, y: Int) {
      self.x = x
      self.y = y
    }
  }

  /// Creates a blank surface.
  public init(_ size: Size) {
    self.size = size
    cells = Array(repeating: .blank, count: size.columns * size.rows)
    clip = Rect(size)
  }

  /// Creates a blank surface of the given columns and rows.
  public init(columns: Int, rows: Int) {
    self.init(Size(columns: columns, rows: rows))
  }

  /// The whole surface, or inside `clipped(to:_:)` the part that is open, in its own coordinates.
  public var bounds: Rect { Rect(x: 0, y: 0, width: clip.width, height: clip.height) }

  /// The cell at a place of the whole surface; blank outside.
  public subscript(x: Int, y: Int) -> Cell {
    guard x >= 0, y >= 0, x < size.columns, y < size.rows else { return .blank }
    return cells[y * size.columns + x]
  }

  /// The cells of a row of the whole surface; empty outside.
  public func row(_ y: Int) -> ArraySlice<Cell> {
    guard y >= 0, y < size.rows else { return [] }
    return cells[y * size.columns..<(y + 1) * size.columns]
  }

  /// The text of every row, without styles and trailing spaces.
  public var lines: [String] {
    (0..<size.rows).map { y in
      var line = ""
      var spaces = 0
      for cell in row(y) where !cell.isContinuation {
        if cell.glyph == " " {
          spaces += 1
        } else {
          if spaces > 0 { line += String(repeating: " ", count: spaces) }
          spaces = 0
          line.append(cell.glyph)
        }
      }
      return line
    }
  }

  /// Writes text on one row and returns the columns used. Text stops at the edge or after `maxWidth` columns; a wide
  /// character that does not fit is left out.
  @discardableResult
  public mutating func write(
    _ text: String, x: Int, y: Int, style: Style = .plain, maxWidth: Int? = nil
  ) -> Int {
    let limit = min(maxWidth ?? Int.max, clip.width &- x)
    guard y >= 0, y < clip.height, limit > 0 else { return 0 }
    var used = 0
    SanitisedText.forEachGlyph(of: text) { glyph, width in
      guard used + width <= limit else { return false }
      let column = x + used
      used += width
      if column >= 0 {
        put(Cell(glyph: glyph, style: style, width: UInt8(width)), column: clip.x + column, row: clip.y + y)
      }
      return true
    }
    return used
  }

  /// Writes pieces of text one after the other and returns the columns used.
  @discardableResult
  public mutating func write(_ runs: [TextRun], x: Int, y: Int, maxWidth: Int? = nil) -> Int {
    var used = 0
    for run in runs {
      let room = maxWidth.map { $0 - used }
      if let room, room <= 0 { break }
      used += write(run.text, x: x + used, y: y, style: run.style, maxWidth: room)
    }
    return used
  }

  /// Writes text so that it ends before column `endX` and returns the columns used; text that is too wide for
  /// `maxWidth` loses its end to an ellipsis.
  @discardableResult
  public mutating func write(
    _ text: String, endingAt endX: Int, y: Int, style: Style = .plain, maxWidth: Int, ellipsis: String = "…"
  ) -> Int {
    let shown = text.truncated(toWidth: maxWidth, ellipsis: ellipsis)
    return write(shown, x: endX - DisplayWidth.of(shown), y: y, style: style)
  }

  /// Fills a rectangle with one glyph; wide glyphs count as spaces.
  public mutating func fill(_ rect: Rect, _ glyph: Character = " ", style: Style = .plain) {
    let safe = SanitisedText.string(String(glyph))
    let cell = Cell(
      glyph: DisplayWidth.of(safe) == 1 ? safe.first ?? " " : " ", style: style, width: 1)
    forEachVisible(rect) { column, row, surface in surface.put(cell, column: column, row: row) }
  }

  /// Draws a horizontal line.
  public mutating func hline(x: Int, y: Int, width: Int, glyph: Character = "─", style: Style = Style(.rule)) {
    fill(Rect(x: x, y: y, width: width, height: 1), glyph, style: style)
  }

  /// Gives every cell of a rectangle a style and keeps its glyph.
  public mutating func setStyle(_ style: Style, in rect: Rect) {
    forEachVisible(rect) { column, row, surface in
      surface.cells[row * surface.size.columns + column].style = style
    }
  }

  /// Adds attributes to every cell of a rectangle and keeps glyphs and roles.
  public mutating func addAttributes(_ attributes: Attributes, in rect: Rect) {
    forEachVisible(rect) { column, row, surface in
      let index = row * surface.size.columns + column
      surface.cells[index].style = surface.cells[index].style.adding(attributes)
    }
  }

  /// Lets `draw` see only a rectangle of the surface, with the rectangle's corner as its origin; nothing that it draws
  /// can leave the rectangle.
  public mutating func clipped<Result, Failure: Error>(
    to rect: Rect, _ draw: (inout Surface) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let outer = clip
    clip = absolute(rect)
    defer { clip = outer }
    return try draw(&self)
  }

  /// Places the text cursor, in the coordinates of the open part; outside it, or with nil, the cursor is hidden.
  public mutating func setCursor(_ position: Position?) {
    guard let position, bounds.contains(x: position.x, y: position.y) else {
      cursor = nil
      return
    }
    cursor = Position(x: clip.x + position.x, y: clip.y + position.y)
  }

  /// The surface with every glyph that is not ASCII replaced by its stand-in (see `Glyphs.asciiStandIn(for:)`).
  public func inASCII() -> Surface {
    var result = self
    for index in cells.indices where !cells[index].isContinuation {
      let cell = cells[index]
      if let ascii = cell.glyph.asciiValue, ascii >= 0x20 { continue }
      result.cells[index] = Cell(glyph: Glyphs.asciiStandIn(for: cell.glyph), style: cell.style, width: 1)
      if cell.width == 2, index + 1 < cells.count {
        result.cells[index + 1] = Cell(glyph: " ", style: cell.style, width: 1)
      }
    }
    return result
  }

  private func absolute(_ rect: Rect) -> Rect {
    Rect(x: clip.x &+ rect.x, y: clip.y &+ rect.y, width: rect.width, height: rect.height).intersection(clip)
  }

  private mutating func forEachVisible(_ rect: Rect, _ body: (Int, Int, inout Surface) -> Void) {
    let visible = absolute(rect)
    guard !visible.isEmpty else { return }
    for row in visible.y..<visible.maxY {
      for column in visible.x..<visible.maxX { body(column, row, &self) }
    }
  }

  /// Stores a cell at absolute coordinates within the clip and blanks the other half of any wide glyph that it cuts.
  private mutating func put(_ cell: Cell, column: Int, row: Int) {
    let start = row * size.columns
    let end = column + Int(cell.width)
    guard end <= size.columns else { return }
    if cells[start + column].isContinuation, column > 0 {
      cells[start + column - 1] = Cell(glyph: " ", style: cells[start + column - 1].style, width: 1)
    }
    if end < size.columns, cells[start + end].isContinuation {
      cells[start + end] = Cell(glyph: " ", style: cells[start + end].style, width: 1)
    }
    cells[start + column] = cell
    if cell.width == 2 {
      cells[start + column + 1] = Cell(glyph: " ", style: cell.style, width: 0)
    }
  }
}

extension Surface: Equatable {
  /// Whether two surfaces show the same.
  public static func == (left: Surface, right: Surface) -> Bool {
    left.size == right.size && left.cursor == right.cursor && left.cells == right.cells
  }
}
