/// What the operator typed after `/`: the letters must occur in this order within one word, whatever their case; a
/// leading `!` turns it around. Of several words each must occur.
struct FuzzyFilter: Equatable {
  private var words: [[Character]]
  private var isInverted: Bool

  /// Reads a filter; empty text lets everything through.
  init(_ text: String) {
    let text = text.lowercased()
    isInverted = text.hasPrefix("!")
    words = text.drop { $0 == "!" }.split(separator: " ").map(Array.init)
  }

  /// Whether a row with this text is shown.
  func lets(_ text: @autoclosure () -> String) -> Bool {
    guard !words.isEmpty else { return true }
    let candidates = text().lowercased().split(separator: " ")
    return words.allSatisfy { word in candidates.contains { FuzzyFilter.contains($0, word) } } != isInverted
  }

  private static func contains(_ letters: Substring, _ word: [Character]) -> Bool {
    var index = 0
    for letter in letters where index < word.count && letter == word[index] { index += 1 }
    return index == word.count
  }
}
