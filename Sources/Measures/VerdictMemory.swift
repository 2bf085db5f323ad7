import Domain
import Expressions

/// What a predicate over one column said of the short values that it has seen: most columns that are asked for words hold
/// the same few of them in every line.
struct VerdictMemory {
  /// A column with more different values than this is not worth remembering.
  private static let limit = 256

  /// The column; -1 where nothing is remembered.
  private(set) var column: Int
  /// The kind of fields that are remembered: the same bytes may be told apart by it.
  private var kind = RawField.Kind.absent
  private var verdicts = ShortWordTable()

  init(column: Int?) { self.column = column ?? -1 }

  /// What the predicate said of the line's value before: 1 or 0, and -1 where that is not known.
  @inline(__always)
  func verdict(_ table: borrowing FieldTable, _ line: borrowing RawSpan) -> Int32 {
    let field = table.fields[column]
    guard field.kind == kind, let word = ShortWord(field, line) else { return -1 }
    return verdicts.number(of: word)
  }

  /// Takes note of what the predicate says of a line, and gives it.
  @inline(never)
  mutating func learn(_ holds: Bool, _ table: borrowing FieldTable, _ line: borrowing RawSpan) -> Bool {
    let field = table.fields[column]
    if kind == .absent { kind = field.kind }
    guard field.kind == kind, kind != .absent, let word = ShortWord(field, line) else { return holds }
    guard verdicts.count < VerdictMemory.limit else {
      column = -1
      verdicts = ShortWordTable()
      return holds
    }
    verdicts.store(holds ? 1 : 0, for: word)
    return holds
  }
}
