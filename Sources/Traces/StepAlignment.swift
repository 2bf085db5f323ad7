/// The steps of two runs side by side: the longest common sequence stands on the same lines.
public enum StepAlignment {
  /// Only so many steps of each are aligned; the table has this many cells, squared.
  public static let limit = 600

  /// Pairs of steps; nil where only the other run has one.
  public static func pairs(_ left: [String], _ right: [String]) -> [(left: String?, right: String?)] {
    let (left, right) = (Array(left.prefix(limit)), Array(right.prefix(limit)))
    var lengths = Array(repeating: Array(repeating: 0, count: right.count + 1), count: left.count + 1)
    for row in left.indices.reversed() {
      for column in right.indices.reversed() {
        lengths[row][column] =
          left[row] == right[column]
          ? lengths[row + 1][column + 1] + 1 : max(lengths[row + 1][column], lengths[row][column + 1])
      }
    }
    var pairs: [(left: String?, right: String?)] = []
    var (row, column) = (0, 0)
    while row < left.count || column < right.count {
      if row < left.count, column < right.count, left[row] == right[column] {
        pairs.append((left[row], right[column]))
        (row, column) = (row + 1, column + 1)
      } else if column == right.count || row < left.count && lengths[row + 1][column] >= lengths[row][column + 1] {
        pairs.append((left[row], nil))
        row += 1
      } else {
        pairs.append((nil, right[column]))
        column += 1
      }
    }
    return pairs
  }
}
