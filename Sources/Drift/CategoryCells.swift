import Domain
import Measures

/// The categories of a reference, and one cell for all others.
public struct CategoryCells: Hashable, Sendable {
  /// The categories that are told apart, the most frequent first.
  public let values: [String]
  /// How many of the reference's records each holds; at least 1.
  public let counts: [Int]
  /// The reference's records in categories that are not told apart.
  public let unseen: Int

  // The text of a reference's categories, so that a stored reference stays below 10 kB.
  private static let textLimit = 5_000

  /// The reference's records.
  public var count: Int { counts.reduce(unseen, saturatingSum) }

  /// Creates cells; nil when a category is repeated, a count is below 1, or there are none at all.
  init?(values: [String], counts: [Int], unseen: Int) {
    guard values.count == counts.count, values.count <= CategorySummary.limit, Set(values).count == values.count,
      counts.allSatisfy({ $0 > 0 }), unseen >= 0, !values.isEmpty || unseen > 0
    else { return nil }
    self.values = values
    self.counts = counts
    self.unseen = unseen
  }

  /// Categories of a stratum, of which some may hold nothing.
  init(unchecked values: [String], _ counts: [Int], unseen: Int) {
    self.values = values
    self.counts = counts
    self.unseen = unseen
  }

  /// Takes the categories of a summary, the rarest left out when they need too much room; nil for an empty one.
  init?(_ summary: CategorySummary) {
    var values: [String] = []
    var counts: [Int] = []
    var unseen = summary.other
    var length = 0
    for (value, count) in summary.ranked {
      length += JSON.string(value).text.utf8.count + 1
      if length <= CategoryCells.textLimit {
        values.append(value)
        counts.append(count)
      } else {
        unseen = saturatingSum(unseen, count)
      }
    }
    self.init(values: values, counts: counts, unseen: unseen)
  }

  /// How many of a summary's records fall into each category, and into none of them.
  func count(_ summary: CategorySummary) -> (cells: [Int], unseen: Int) {
    var unseen = summary.other
    let places = Dictionary(uniqueKeysWithValues: values.enumerated().map { ($1, $0) })
    var cells = Array(repeating: 0, count: values.count)
    for (value, count) in summary.counts {
      if let place = places[value] { cells[place] = count } else { unseen = saturatingSum(unseen, count) }
    }
    return (cells, unseen)
  }
}
