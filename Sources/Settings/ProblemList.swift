/// Collects problems while a configuration is read, so that all of them are told at once.
struct ProblemList {
  /// Problems beyond this are counted but not kept.
  static let limit = 200

  let file: String
  private(set) var problems: [ConfigurationProblem] = []
  private var dropped = 0

  init(file: String) { self.file = file }

  var hasErrors: Bool { problems.contains(where: \.isError) }

  /// How many errors there are.
  var errorCount: Int { problems.count(where: \.isError) }

  mutating func error(_ position: Position, _ what: String, expected: String? = nil) {
    add(.error, position, what, expected)
  }

  mutating func warning(_ position: Position, _ what: String, expected: String? = nil) {
    add(.warning, position, what, expected)
  }

  private mutating func add(
    _ gravity: ConfigurationProblem.Gravity, _ position: Position, _ what: String, _ expected: String?
  ) {
    // An error is never dropped in favour of warnings, or the configuration would seem usable.
    guard problems.count < ProblemList.limit || (gravity == .error && !hasErrors) else {
      dropped += 1
      return
    }
    problems.append(
      ConfigurationProblem(
        gravity: gravity, file: file, line: position.line, column: position.column, what: what, expected: expected))
  }

  /// All problems in the order of their places.
  var sorted: [ConfigurationProblem] {
    var sorted = problems.sorted()
    if dropped > 0, let last = sorted.last {
      sorted.append(
        ConfigurationProblem(
          gravity: .warning, file: file, line: last.line, column: last.column, what: "\(dropped) more problems"))
    }
    return sorted
  }
}

/// Finds the word that somebody probably meant.
enum Spelling {
  /// The nearest of the words when it is at most two edits away, and fewer than the word has letters.
  static func suggestion(for word: String, among words: [String]) -> String? {
    guard word.count <= 40 else { return nil }
    let near = words.map { (word: $0, distance: distance(Array(word.lowercased()), Array($0.lowercased()))) }
      .filter { $0.distance <= 2 && $0.distance < max(2, $0.word.count) }
    return near.min { ($0.distance, $0.word) < ($1.distance, $1.word) }?.word
  }

  /// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
  private static func distance(_ left: [Character], _ right: [Character]) -> Int {
    var before: [Int] = []
    var previous = Array(0...right.count)
    for row in 0..<left.count {
      var current = [row + 1]
      for column in 0..<right.count {
        var best = min(previous[column + 1], current[column]) + 1
        best = min(best, previous[column] + (left[row] == right[column] ? 0 : 1))
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          best = min(best, before[column - 1] + 1)
        }
        current.append(best)
      }
      before = previous
      previous = current
    }
    return previous[right.count]
  }
}
