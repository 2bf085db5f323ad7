/// How wide a table's column is.
public enum ColumnWidth: Hashable, Sendable {
  /// Always this many cells.
  case fixed(Int)
  /// At least `minimum` cells, and a share of what is left over in proportion to `weight`.
  case flexible(minimum: Int, weight: Int)
}

/// A table's column.
public struct TableColumn: Hashable, Sendable {
  /// The title.
  public var title: String
  /// How wide it is.
  public var width: ColumnWidth
  /// On which side its text stands.
  public var alignment: Alignment
  /// Which columns go first when the table is too narrow: the largest number first; 0 stays.
  public var dropOrder: Int

  /// Creates a column.
  public init(_ title: String = "", width: ColumnWidth, alignment: Alignment = .left, dropOrder: Int = 0) {
    self.title = title
    self.width = width
    self.alignment = alignment
    self.dropOrder = dropOrder
  }
}

/// Where a table's columns stand in a given width, and the drawing of its rows.
public struct Table: Hashable, Sendable {
  /// The place of a column.
  public struct Slot: Hashable, Sendable {
    /// Cells from the table's left edge.
    public let x: Int
    /// Cells that it takes.
    public let width: Int
  }

  /// The columns.
  public let columns: [TableColumn]
  /// The place of every column; nil for one that had to go.
  public let slots: [Slot?]

  /// Lays columns out in a width with `spacing` cells between them.
  public init(_ columns: [TableColumn], width: Int, spacing: Int = 1) {
    self.columns = columns
    var kept = Array(columns.indices)
    func minimum(_ index: Int) -> Int {
      switch columns[index].width {
      case .fixed(let width): max(width, 0)
      case .flexible(let minimum, _): max(minimum, 0)
      }
    }
    func needed() -> Int { kept.reduce(0) { $0 + minimum($1) } + spacing * max(kept.count - 1, 0) }
    while needed() > width,
      let victim = kept.filter({ columns[$0].dropOrder > 0 }).max(by: { left, right in
        (columns[left].dropOrder, left) < (columns[right].dropOrder, right)
      })
    {
      kept.removeAll { $0 == victim }
    }
    var spare = max(width - needed(), 0)
    var weights = kept.reduce(0) { total, index in
      if case .flexible(_, let weight) = columns[index].width { total + max(weight, 0) } else { total }
    }
    var slots: [Slot?] = Array(repeating: nil, count: columns.count)
    var x = 0
    for index in kept {
      var columnWidth = minimum(index)
      if case .flexible(_, let weight) = columns[index].width, weight > 0, weights > 0 {
        let share = spare * weight / weights
        columnWidth += share
        spare -= share
        weights -= weight
      }
      let room = max(width - x, 0)
      slots[index] = room == 0 ? nil : Slot(x: x, width: min(columnWidth, room))
      x += columnWidth + spacing
    }
    self.slots = slots
  }

  /// Draws one row of cells on the first row of the rectangle; text that is too wide ends in an ellipsis.
  public func drawRow(
    _ cells: [TextRun], on surface: inout Surface, in rect: Rect, glyphs: Glyphs = .unicode
  ) {
    guard !rect.isEmpty else { return }
    for (index, cell) in cells.enumerated() {
      guard index < slots.count, let slot = slots[index] else { continue }
      let width = min(slot.width, rect.width - slot.x)
      let shown = cell.text.truncated(toWidth: width, ellipsis: glyphs.ellipsis)
      let offset = columns[index].alignment == .left ? 0 : width - DisplayWidth.of(shown)
      surface.write(shown, x: rect.x + slot.x + offset, y: rect.y, style: cell.style)
    }
  }

  /// Draws the columns' titles on the first row of the rectangle.
  public func drawTitles(
    on surface: inout Surface, in rect: Rect, style: Style = Style(.dim), glyphs: Glyphs = .unicode
  ) {
    drawRow(columns.map { TextRun($0.title, style) }, on: &surface, in: rect, glyphs: glyphs)
  }
}
