import Domain

/// Numbers the words of a category's column.
struct WordInterner {
  /// Beyond this many different spellings, new ones are counted as other until the next drain.
  private static let limit = 4_096
  /// The number of all words that are not told apart.
  static let other = 0

  private let column: [Int]
  private let field: FieldPath
  private let filter: TextFilter?
  private var table = RawKeyTable(limit: WordInterner.limit)
  /// The words by number; nil for the words that are not told apart.
  private(set) var texts: [String?] = [nil]

  init(column: Int, field: FieldPath, filter: TextFilter? = nil) {
    self.column = [column]
    self.field = field
    self.filter = filter
  }

  /// The number of the line's word, or nil when it has none.
  @inline(__always)
  mutating func word(_ fields: borrowing FieldTable, _ line: borrowing RawSpan) -> Int? {
    switch table.find(column, fields, line) {
    case .known(let number): return number
    case .new(let hash): return intern(hash, fields, line)
    }
  }

  private mutating func intern(_ hash: UInt64, _ fields: borrowing FieldTable, _ line: borrowing RawSpan) -> Int? {
    guard RawFieldBytes(fields.fields[column[0]], lineLength: line.byteCount).kind != 0 else { return nil }
    guard !table.isFull else { return WordInterner.other }
    let text = fields.text(column[0], in: line)
    let kept = text.flatMap { text in filter.map { $0(text, field) } ?? text }
    // A word that is left out counts among those that are not told apart.
    let number = text != nil && kept == nil ? WordInterner.other : texts.count
    guard table.store(number, hash: hash, column, fields, line) else { return WordInterner.other }
    if number == texts.count { texts.append(kept.map(CategorySummary.cut)) }
    return number
  }

  /// Forgets all words once too many were seen; call only when no accumulator counts them.
  mutating func makeRoom() {
    guard table.isFull else { return }
    table = RawKeyTable(limit: WordInterner.limit)
    texts = [nil]
  }
}
