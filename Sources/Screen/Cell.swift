/// One character cell of a surface.
public struct Cell: Hashable, Sendable {
  /// What stands in the cell: one spacing scalar with at most four combining marks. A space in the second cell of a
  /// wide glyph.
  public let glyph: Character
  /// How it looks.
  public var style: Style
  /// 1 or 2 columns; 0 for the second cell of a wide glyph.
  public let width: UInt8

  /// A cell of a sanitised glyph; only `Surface` and `SanitisedText` make these.
  init(glyph: Character, style: Style, width: UInt8) {
    self.glyph = glyph
    self.style = style
    self.width = width
  }

  /// An empty cell.
  public static let blank = Cell(glyph: " ", style: .plain, width: 1)

  /// Whether the cell is the second one of a wide glyph.
  public var isContinuation: Bool { width == 0 }
}
