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

  /// The predicate's verdict on a line; found out where it is not known yet.
  @inline(__always)
  mutating func verdict(
    of predicate: CompiledPredicate, _ table: borrowing FieldTable, _ line: borrowing RawSpan
  ) -> Bool {
    let field = table.fields[column]
    guard field.kind == kind, let word = ShortWord(field, line) else {
      return learn(field, line, predicate.evaluate(table, line))
    }
    let known = verdicts.number(of: word)
    return known >= 0 ? known == 1 : learn(field, line, predicate.evaluate(table, line))
  }

  @inline(never)
  private mutating func learn(_ field: RawField, _ line: borrowing RawSpan, _ holds: Bool) -> Bool {
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
