/// A rectangle of character cells; x grows to the right, y downwards.
public struct Rect: Hashable, Sendable {
  /// The leftmost column.
  public var x: Int
  /// The topmost row.
  public var y: Int
  /// Columns, at least 0.
  public var width: Int
  /// Rows, at least 0.
  public var height: Int

  /// Creates a rectangle; negative sides count as 0.
  public init(x: Int, y: Int, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = max(width, 0)
    self.height = max(height, 0)
  }

  /// The rectangle of a whole surface of the given size.
  public init(_ size: Size) {
    self.init(x: 0, y: 0, width: size.columns, height: size.rows)
  }

  /// The first column to the right of the rectangle.
  public var maxX: Int { x &+ width }
  /// The first row below the rectangle.
  public var maxY: Int { y &+ height }
  /// Whether the rectangle holds no cell.
  public var isEmpty: Bool { width == 0 || height == 0 }
  /// The width and height.
  public var size: Size { Size(columns: width, rows: height) }

  /// Whether a cell lies within the rectangle.
  public func contains(x: Int, y: Int) -> Bool { x >= self.x && x < maxX && y >= self.y && y < maxY }

  /// The cells that both rectangles hold; empty where they do not meet.
  public func intersection(_ other: Rect) -> Rect {
    let (across, down) = (Rect.overlap(x, width, other.x, other.width), Rect.overlap(y, height, other.y, other.height))
    return Rect(x: across.start, y: down.start, width: across.length, height: down.length)
  }

  /// What two stretches share; coordinates far beyond any screen are clamped, so that no sum overflows.
  private static func overlap(_ first: Int, _ firstLength: Int, _ second: Int, _ secondLength: Int)
    -> (start: Int, length: Int)
  {
    func clamped(_ value: Int) -> Int { min(max(value, -1 << 32), 1 << 32) }
    let start = max(clamped(first), clamped(second))
    let end = min(
      clamped(first) + clamped(firstLength), clamped(second) + clamped(secondLength))
    return (start, max(end - start, 0))
  }

  /// The rectangle without the given margins.
  public func inset(left: Int = 0, top: Int = 0, right: Int = 0, bottom: Int = 0) -> Rect {
    Rect(
      x: x &+ min(left, width), y: y &+ min(top, height), width: width - left - right, height: height - top - bottom)
  }

  /// `count` rows from row `first` on, counted from the rectangle's top; clipped to the rectangle.
  public func rows(from first: Int, count: Int) -> Rect {
    let top = min(max(first, 0), height)
    return Rect(x: x, y: y + top, width: width, height: min(max(count, 0), height - top))
  }

  /// One row, counted from the top; empty where the rectangle lacks it.
  public func row(_ index: Int) -> Rect { rows(from: index, count: index < 0 ? 0 : 1) }

  /// `count` columns from column `first` on, counted from the rectangle's left; clipped to the rectangle.
  public func columns(from first: Int, count: Int) -> Rect {
    let left = min(max(first, 0), width)
    return Rect(x: x + left, y: y, width: min(max(count, 0), width - left), height: height)
  }

  /// Cuts the rectangle at a row: `top` rows above, the rest below.
  public func split(top count: Int) -> (top: Rect, bottom: Rect) {
    (rows(from: 0, count: count), rows(from: max(count, 0), count: height))
  }

  /// Cuts the rectangle at a row: the rest above, `bottom` rows below.
  public func split(bottom count: Int) -> (top: Rect, bottom: Rect) {
    split(top: height - min(max(count, 0), height))
  }

  /// Cuts the rectangle at a column, leaving `gap` columns between the parts.
  public func split(left count: Int, gap: Int = 0) -> (left: Rect, right: Rect) {
    let kept = max(count, 0)
    return (columns(from: 0, count: kept), columns(from: kept + max(gap, 0), count: width))
  }

  /// Cuts the rectangle at a column counted from the right, leaving `gap` columns between the parts.
  public func split(right count: Int, gap: Int = 0) -> (left: Rect, right: Rect) {
    let kept = min(max(count, 0), width)
    return split(left: max(width - kept - max(gap, 0), 0), gap: gap)
  }
}
