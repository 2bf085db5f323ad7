import Domain

/// Numbers the words of a column in the order in which lines bring them. Different spellings of a word, with and without
/// escapes, have the same number.
struct WordInterner {
  /// Beyond this many different spellings, new ones are not told apart.
  private static let limit = 4_096
  /// The number of all words that are not told apart.
  static let other: Int32 = 0
  /// Stands for the number where a line has no word.
  static let none: Int32 = -1

  private let column: Int
  /// The column as the key of the table of long words.
  private let key: [Int]
  private let path: FieldPath
  private let filter: TextFilter?
  private var short = ShortWordTable()
  private var table = RawKeyTable(limit: WordInterner.limit)
  private var numbers: [String: Int32] = [:]
  /// The words by number; the first stands for all that are not told apart.
  private(set) var texts: [String] = [""]
  /// The place of each word in the order of words.
  private(set) var ranks: [Int32] = [0]
  private var order: [Int32] = []

  /// - Parameter filter: what becomes of a word before it is kept; a word that it leaves out is not told apart.
  init(column: Int, path: FieldPath, filter: TextFilter?) {
    self.column = column
    key = [column]
    self.path = path
    self.filter = filter
  }

  /// Whether no more words are told apart.
  var isFull: Bool { short.count + table.count >= WordInterner.limit }

  /// The number of the line's word; ``none`` when it has none, ``other`` when it is not told apart.
  @inline(__always)
  mutating func word(_ fields: borrowing FieldTable, _ line: borrowing RawSpan) -> Int32 {
    let field = fields.fields[column]
    if field.kind == .string || field.kind == .number, let word = ShortWord(field, line) {
      let number = short.number(of: word)
      return number >= 0 ? number : intern(word, fields, line)
    }
    return longWord(fields, line)
  }

  @inline(never)
  private mutating func intern(
    _ word: ShortWord, _ fields: borrowing FieldTable, _ line: borrowing RawSpan
  ) -> Int32 {
    guard !isFull else { return WordInterner.other }
    let number = number(of: fields.text(column, in: line) ?? "")
    short.store(number, for: word)
    return number
  }

  @inline(never)
  private mutating func longWord(_ fields: borrowing FieldTable, _ line: borrowing RawSpan) -> Int32 {
    guard RawFieldBytes(fields.fields[column], lineLength: line.byteCount).kind != 0 else {
      return WordInterner.none
    }
    switch table.find(key, fields, line) {
    case .known(let number): return Int32(truncatingIfNeeded: number)
    case .new(let hash):
      guard !isFull, table.store(texts.count, hash: hash, key, fields, line) else { return WordInterner.other }
      let number = number(of: fields.text(column, in: line) ?? "")
      table.renumberLast(Int(number))
      return number
    }
  }

  private mutating func number(of text: String) -> Int32 {
    guard let kept = filter.map({ $0(text, path) }) ?? text else { return WordInterner.other }
    let text = CategorySummary.cut(kept)
    if let known = numbers[text] { return known }
    let number = Int32(truncatingIfNeeded: texts.count)
    numbers[text] = number
    texts.append(text)
    var (low, high) = (0, order.count)
    while low < high {
      let middle = (low + high) / 2
      if texts[Int(order[middle])] < text { low = middle + 1 } else { high = middle }
    }
    order.insert(number, at: low)
    ranks.append(0)
    for place in low..<order.count { ranks[Int(order[place])] = Int32(truncatingIfNeeded: place) }
    return number
  }

  /// Forgets all words once too many were seen; call only when no accumulator counts them.
  mutating func makeRoom() {
    guard isFull else { return }
    self = WordInterner(column: column, path: path, filter: filter)
  }
}
