import Domain
import Expressions

/// What the meters of one source read from a line, each distinct thing once.
struct LineReadings {
  /// The distinct predicates.
  private(set) var predicates: [Predicate] = []
  private var compiled: [CompiledPredicate] = []
  private var memories: [VerdictMemory] = []
  private var numberColumns: [Int] = []
  /// Whether any distribution counts the number, so that its bucket is asked for.
  private var isBucketed: [Bool] = []
  /// Whether each predicate holds for the current line.
  private(set) var holds: [Bool] = []
  /// The number in each number column of the current line; NaN when there is none.
  private(set) var numbers: [Double] = []
  /// The quantile sketch's bucket of each number, so that it is found once a line, however many metrics count it.
  private(set) var buckets: [Int16] = []
  /// The number of each word column's value in its interner; see ``WordInterner/word(_:_:)``.
  private(set) var words: [Int32] = []
  private var wordColumns: [(column: Int, isLabel: Bool)] = []
  /// What the numbers in ``words`` stand for.
  private(set) var interners: [WordInterner] = []
  /// The largest column that is read, and one.
  private(set) var columnCount = 0
  private var numberPaths: [FieldPath] = []
  private var errorCounts: [Int] = []
  private let filter: TextFilter?

  init(filter: TextFilter? = nil) { self.filter = filter }

  /// How often a number's field held something else than a number.
  var fieldErrors: [FieldPath: Int] {
    var counts: [FieldPath: Int] = [:]
    for (path, count) in zip(numberPaths, errorCounts) where count > 0 { counts[path, default: 0] += count }
    return counts
  }

  /// The index of a predicate; a new one is compiled.
  mutating func index(of predicate: Predicate, plan: inout FieldPlan) throws(PatternError) -> Int {
    if let index = predicates.firstIndex(of: predicate) { return index }
    let ready = try CompiledPredicate(predicate, plan: &plan)
    compiled.append(ready)
    memories.append(VerdictMemory(column: ready.memorableColumn))
    for path in predicate.paths { noteColumn(plan.column(of: path)) }
    predicates.append(predicate)
    holds.append(false)
    return predicates.count - 1
  }

  /// The index of a field that is read as a number.
  mutating func numberIndex(of path: FieldPath, isBucketed needsBucket: Bool = false, plan: inout FieldPlan) -> Int {
    let column = plan.column(of: path)
    noteColumn(column)
    if let index = numberColumns.firstIndex(of: column) {
      if needsBucket { isBucketed[index] = true }
      return index
    }
    isBucketed.append(needsBucket)
    numberColumns.append(column)
    numberPaths.append(path)
    errorCounts.append(0)
    numbers.append(.nan)
    buckets.append(0)
    return numberColumns.count - 1
  }

  /// The index of a field whose words are numbered, for a category or for a label; labels keep their numbers.
  mutating func wordIndex(of path: FieldPath, column: Int, isLabel: Bool) -> Int {
    noteColumn(column)
    if let index = wordColumns.firstIndex(where: { $0 == (column, isLabel) }) { return index }
    wordColumns.append((column, isLabel))
    // A label's words are only numbered; its set keeps the filtered text.
    interners.append(WordInterner(column: column, path: path, filter: isLabel ? nil : filter))
    words.append(WordInterner.none)
    return wordColumns.count - 1
  }

  /// Whether categories have more different words than are told apart, until ``makeRoom()``.
  var isFull: Bool { zip(wordColumns, interners).contains { !$0.isLabel && $1.isFull } }

  /// Forgets words that no accumulator counts any more; only when all have been drained.
  mutating func makeRoom() {
    for index in interners.indices where !wordColumns[index].isLabel { interners[index].makeRoom() }
  }

  mutating func noteColumn(_ column: Int) { columnCount = max(columnCount, column + 1) }

  /// Reads a line.
  @inline(__always)
  mutating func read(_ table: borrowing FieldTable, _ line: borrowing RawSpan) {
    LineReadings.judge(compiled, &memories, &holds, table, line)
    LineReadings.readNumbers(numberColumns, isBucketed, &numbers, &buckets, &errorCounts, table, line)
    for index in interners.indices {
      let word = interners[index].word(table, line)
      words[index] = word
    }
  }

  @inline(__always)
  private static func judge(
    _ predicates: [CompiledPredicate], _ memories: inout [VerdictMemory], _ holds: inout [Bool],
    _ table: borrowing FieldTable, _ line: borrowing RawSpan
  ) {
    for index in predicates.indices {
      guard memories[index].column >= 0 else {
        holds[index] = predicates[index].evaluate(table, line)
        continue
      }
      let known = memories[index].verdict(table, line)
      holds[index] =
        known >= 0 ? known == 1 : memories[index].learn(predicates[index].evaluate(table, line), table, line)
    }
  }

  @inline(__always)
  private static func readNumbers(
    _ columns: [Int], _ isBucketed: [Bool], _ numbers: inout [Double], _ buckets: inout [Int16], _ errors: inout [Int],
    _ table: borrowing FieldTable, _ line: borrowing RawSpan
  ) {
    let fields = table.fields.span
    let columns = columns.span
    let isBucketed = isBucketed.span
    var numbers = numbers.mutableSpan
    var buckets = buckets.mutableSpan
    for index in columns.indices {
      let field = fields[columns[index]]
      guard field.kind == .number || field.kind == .string,
        let value = DecimalNumber.parse(line, Int(field.start), Int(field.end))
      else {
        numbers[index] = .nan
        let isNothing = field.kind == .absent || field.kind == .null
        if !isNothing, field.kind != .string || field.end > field.start { errors[index] &+= 1 }
        continue
      }
      numbers[index] = value
      if isBucketed[index] { buckets[index] = BucketGrid.bucket(of: value) }
    }
  }
}
