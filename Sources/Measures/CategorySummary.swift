/// How often each category occurred.
///
/// At most 256 categories are told apart; when there are more, the most frequent stay (of equally frequent ones the
/// first in order) and the rest are counted together. Counts of the categories are exact as long as there were never
/// more; the total is always exact.
public struct CategorySummary: Hashable, Sendable {
  /// How many categories are told apart.
  public static let limit = 256
  /// How many UTF-8 bytes of a category are kept.
  public static let lengthLimit = 128

  /// The counts by category.
  public internal(set) var counts: [String: Int]
  /// Records in categories that are not told apart.
  public internal(set) var other: Int

  /// Creates a summary; counts below 1 are left out, long names are cut.
  public init(counts: [String: Int] = [:], other: Int = 0) {
    self.counts = [:]
    self.other = max(0, other)
    for (value, count) in counts where count > 0 {
      let value = CategorySummary.cut(value)
      self.counts[value] = Bounds.sum(self.counts[value] ?? 0, count)
    }
    limit()
  }

  /// Adds a record.
  public mutating func insert(_ value: String) {
    merge(CategorySummary(counts: [value: 1]))
  }

  /// Adds another summary's records.
  public mutating func merge(_ summary: CategorySummary) {
    other = Bounds.sum(other, summary.other)
    for (value, count) in summary.counts { counts[value] = Bounds.sum(counts[value] ?? 0, count) }
    limit()
  }

  /// The number of records.
  public var count: Int { counts.values.reduce(other, Bounds.sum) }

  /// The categories with their counts, the most frequent first, ties by name.
  public var ranked: [(value: String, count: Int)] {
    counts.map { (value: $0.key, count: $0.value) }
      .sorted { $0.count == $1.count ? $0.value < $1.value : $0.count > $1.count }
  }

  private mutating func limit() {
    guard counts.count > CategorySummary.limit else { return }
    for (value, count) in ranked.dropFirst(CategorySummary.limit) {
      counts[value] = nil
      other = Bounds.sum(other, count)
    }
  }

  /// The text cut to at most 128 bytes, between characters.
  static func cut(_ text: String) -> String {
    guard text.utf8.count > lengthLimit else { return text }
    var kept = ""
    var length = 0
    for scalar in text.unicodeScalars {
      length += UTF8.width(scalar)
      if length > lengthLimit { break }
      kept.unicodeScalars.append(scalar)
    }
    return kept
  }
}
