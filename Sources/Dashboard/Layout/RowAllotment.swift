/// Deals rows out to the panels of a column.
enum RowAllotment {
  /// What one panel asks for.
  struct Want {
    /// Rows it can fill; more only when nobody else wants them.
    var natural: Int
    /// Its share while rows are scarce.
    var weight: Int
  }

  /// The rows of each panel: in proportion to the weights until everybody has what they can fill; what is left over
  /// goes to the last one.
  static func rows(_ total: Int, _ wants: [Want]) -> [Int] {
    var rows = Array(repeating: 0, count: wants.count)
    var left = max(0, total)
    while left > 0 {
      var poorest: Int?
      for index in wants.indices where rows[index] < wants[index].natural {
        // Cross-multiplied, so that equal shares are exactly equal and the earlier panel wins.
        if let best = poorest, (rows[best] + 1) * wants[index].weight <= (rows[index] + 1) * wants[best].weight {
          continue
        }
        poorest = index
      }
      guard let poorest else { break }
      rows[poorest] += 1
      left -= 1
    }
    if left > 0, !rows.isEmpty { rows[rows.count - 1] += left }
    return rows
  }
}
