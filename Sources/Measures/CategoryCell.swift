/// The words of one category in one slot of one label set: the first eight different ones stand in the cell itself, more
/// in counts by word that the owner gives it.
struct CategoryCell {
  /// How many different words stand in the cell itself.
  static let smallLimit = 8

  private(set) var used = 0
  private var words = InlineArray<8, Int32>(repeating: 0)
  private var counts = InlineArray<8, Int>(repeating: 0)
  /// The number of the cell's counts by word, or -1.
  var dense: Int32 = -1

  /// Whether nothing was counted.
  var isEmpty: Bool { used == 0 && dense < 0 }

  /// Counts a word; gives false where it has to be counted in counts by word.
  @inline(__always)
  mutating func insert(_ word: Int32) -> Bool {
    guard dense < 0 else { return false }
    var index = 0
    while index < used {
      if words[index] == word {
        counts[index] &+= 1
        return true
      }
      index &+= 1
    }
    guard used < CategoryCell.smallLimit else { return false }
    words[used] = word
    counts[used] = 1
    used &+= 1
    return true
  }

  /// Calls `body` with each word that stands in the cell itself.
  @inline(__always)
  func forEachSmall(_ body: (_ word: Int, _ count: Int) -> Void) {
    for index in 0..<used { body(Int(words[index]), counts[index]) }
  }

  /// Brings the words that stand in the cell itself into the order of their ranks.
  @inline(__always)
  mutating func sortSmall(by ranks: Span<Int32>) {
    var sorted = 1
    while sorted < used {
      let (word, count) = (words[sorted], counts[sorted])
      var place = sorted
      while place > 0, ranks[Int(words[place &- 1])] > ranks[Int(word)] {
        words[place] = words[place &- 1]
        counts[place] = counts[place &- 1]
        place &-= 1
      }
      words[place] = word
      counts[place] = count
      sorted &+= 1
    }
  }

  /// Forgets all words.
  mutating func reset() {
    used = 0
    dense = -1
  }
}
