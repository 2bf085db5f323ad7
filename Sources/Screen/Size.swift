/// How large a terminal or surface is, in character cells.
public struct Size: Hashable, Sendable {
  /// Width in cells, at least 0.
  public let columns: Int
  /// Height in cells, at least 0.
  public let rows: Int

  /// The largest width or height that is drawn; more is clamped.
  public static let maximum = 2_000

  /// Creates a size; each side is clamped to 0…``maximum``.
  public init(columns: Int, rows: Int) {
    self.columns = min(max(columns, 0), Size.maximum)
    self.rows = min(max(rows, 0), Size.maximum)
  }
}
