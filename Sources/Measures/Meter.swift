import Domain
import Expressions

/// A metric made ready for a source's lines: what it reads, as indices.
struct Meter {
  /// What a meter does with a line.
  enum Action {
    /// Count records.
    case count
    /// Sum a field.
    case sum(number: Int)
    /// Keep the last value of a field.
    case gauge(number: Int)
    /// Collect the values of a field.
    case distribution(number: Int)
    /// Count the records that meet the condition among those of `denominator`, an index of a predicate.
    case ratio(denominator: Int?, flag: Int?)
    /// Count the words of a column, interned in a table of its own.
    case category(words: Int)
  }

  /// The metric's name.
  var name: String
  /// What to do with a line.
  var action: Action
  /// The index of the predicate that decides whether a record counts; nil when every record does.
  var predicate: Int?
  /// The meter's place among the meters of its group that share a kind of accumulator.
  var cell: Int
}

/// What meters of one source read from a line, each distinct thing once.
struct LineReadings {
  /// The distinct predicates.
  private(set) var predicates: [Predicate] = []
  private var compiled: [CompiledPredicate] = []
  private var numberColumns: [Int] = []
  /// Whether each predicate holds for the current line.
  private(set) var holds: [Bool] = []
  /// The number in each number column of the current line; NaN when there is none.
  private(set) var numbers: [Double] = []
  /// The largest column that is read.
  /// The quantile sketch's bucket of each number, so that it is found once a line, however many metrics count it.
  private(set) var buckets: [Int16] = []
  /// The number of each word column's value in its interner; -1 where the line has none.
  private(set) var words: [Int] = []
  private var wordColumns: [Int] = []
  /// What the numbers in ``words`` stand for.
  private(set) var interners: [WordInterner] = []
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
    compiled.append(try CompiledPredicate(predicate, plan: &plan))
    for path in predicate.paths { noteColumn(plan.column(of: path)) }
    predicates.append(predicate)
    holds.append(false)
    return predicates.count - 1
  }

  /// The index of a field that is read as a number.
  mutating func numberIndex(of path: FieldPath, plan: inout FieldPlan) -> Int {
    let column = plan.column(of: path)
    noteColumn(column)
    if let index = numberColumns.firstIndex(of: column) { return index }
    numberColumns.append(column)
    numberPaths.append(path)
    errorCounts.append(0)
    numbers.append(.nan)
    buckets.append(0)
    return numberColumns.count - 1
  }

  mutating func wordIndex(of path: FieldPath, plan: inout FieldPlan) -> Int {
    let column = plan.column(of: path)
    noteColumn(column)
    if let index = wordColumns.firstIndex(of: column) { return index }
    wordColumns.append(column)
    interners.append(WordInterner(column: column, field: path, filter: filter))
    words.append(-1)
    return wordColumns.count - 1
  }

  /// Forgets words that nobody counts any more; only between slots.
  mutating func makeRoom() {
    for index in interners.indices { interners[index].makeRoom() }
  }

  mutating func noteColumn(_ column: Int) { columnCount = max(columnCount, column + 1) }

  /// Reads a line.
  @inline(__always)
  mutating func read(_ table: borrowing FieldTable, _ line: borrowing RawSpan) {
    for index in compiled.indices { holds[index] = compiled[index].evaluate(table, line) }
    for index in numberColumns.indices { read(number: index, table, line) }
    for index in interners.indices { words[index] = interners[index].word(table, line) ?? -1 }
  }

  @inline(__always)
  private mutating func read(number index: Int, _ table: borrowing FieldTable, _ line: borrowing RawSpan) {
    guard let value = table.number(numberColumns[index], in: line) else {
      numbers[index] = .nan
      let field = table.fields[numberColumns[index]]
      let isEmpty = field.kind == .absent || field.kind == .null || field.kind == .string && field.end <= field.start
      if !isEmpty { errorCounts[index] = Bounds.sum(errorCounts[index], 1) }
      return
    }
    numbers[index] = value
    buckets[index] = BucketGrid.bucket(of: value)
  }
}
