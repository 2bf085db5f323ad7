public import Domain

/// A predicate made ready for a source's lines: fields are columns, patterns are compiled, nothing is allocated while
/// it is evaluated (a string that holds escapes excepted).
///
/// The predicate is a chain of tests, each with the test that follows when it holds and when it does not; so `and`,
/// `or` and `not` cost nothing, and an evaluation is a loop over at most as many tests as the text has comparisons.
///
/// A number compares with a field that holds a number, or a string that is one; a string compares byte by byte with a
/// field that holds a string; `true` and `false` compare with a field that holds one, or a string that spells one.
/// A pattern is searched for in a string, in a number as it is written, and in the text of a list or an object as it
/// stands in the line.
public struct CompiledPredicate: Sendable {
  private enum Kind {
    case number(Comparison, Double)
    case string(Comparison, start: Int, end: Int)
    case bool(Comparison, Bool)
    case pattern(TextPattern)
    case exists
  }

  private struct Test {
    var column: Int
    var kind: Kind
    var whenTrue: Int
    var whenFalse: Int
  }

  private static let holds = -1
  private static let fails = -2

  private var tests: [Test] = []
  private var bytes: [UInt8] = []
  private var first = CompiledPredicate.holds

  /// Compiles a predicate; the fields that it reads get columns of `plan`.
  public init(_ predicate: Predicate, plan: inout FieldPlan) throws(PatternError) {
    first = try add(
      predicate, whenTrue: CompiledPredicate.holds, whenFalse: CompiledPredicate.fails, plan: &plan)
  }

  /// The column that the predicate reads, where it is but one, so that its verdict on a value can be remembered; nil
  /// otherwise.
  public var memorableColumn: Int? {
    guard let column = tests.first?.column, tests.allSatisfy({ $0.column == column }) else { return nil }
    return column
  }

  /// Whether the predicate holds for the record in `line`, whose fields are in `table`. The table must have been
  /// filled from the line by a decoder with the plan that the predicate was compiled with.
  public func evaluate(_ table: borrowing FieldTable, _ line: borrowing RawSpan) -> Bool {
    var next = first
    while next >= 0 {
      let held = passes(next, table, line)
      next = held ? tests[next].whenTrue : tests[next].whenFalse
    }
    return next == CompiledPredicate.holds
  }

  @inline(__always)
  private func passes(_ index: Int, _ table: borrowing FieldTable, _ line: borrowing RawSpan) -> Bool {
    let column = tests[index].column
    guard column < table.fields.count else { return false }
    switch tests[index].kind {
    case .number(let comparison, let value):
      guard let number = table.number(column, in: line) else { return false }
      return comparison.holds(number, value)
    case .string(let comparison, let start, let end):
      return comparesString(table.fields[column], column, table, line, comparison, start, end)
    case .bool(let comparison, let value):
      guard let flag = CompiledPredicate.flag(table.fields[column], line) else { return false }
      return (comparison == .equal) == (flag == value)
    case .pattern(let pattern):
      let field = table.fields[column]
      switch field.kind {
      case .string, .number, .array, .object:
        guard CompiledPredicate.isInside(field, line) else { return false }
        return pattern.matches(line.extracting(Int(field.start)..<Int(field.end)))
      case .escapedString, .quotedString, .isTrue, .isFalse:
        guard let text = table.text(column, in: line) else { return false }
        return pattern.matches(text)
      case .absent, .null: return false
      }
    case .exists:
      let kind = table.fields[column].kind
      return kind != .absent && kind != .null
    }
  }

  private func comparesString(
    _ field: RawField, _ column: Int, _ table: borrowing FieldTable, _ line: borrowing RawSpan,
    _ comparison: Comparison, _ start: Int, _ end: Int
  ) -> Bool {
    switch field.kind {
    case .string:
      guard CompiledPredicate.isInside(field, line) else { return false }
      return compares(line, Int(field.start), Int(field.end), comparison, start, end)
    case .escapedString, .quotedString:
      guard var text = table.text(column, in: line) else { return false }
      return text.withUTF8 { compares($0.span.bytes, 0, $0.count, comparison, start, end) }
    default: return false
    }
  }

  private func compares(
    _ line: borrowing RawSpan, _ from: Int, _ to: Int, _ comparison: Comparison, _ start: Int, _ end: Int
  ) -> Bool {
    if comparison == .equal || comparison == .notEqual, to - from != end - start {
      return comparison == .notEqual
    }
    let common = min(to - from, end - start)
    var order = 0
    for offset in 0..<common {
      let left = line.unsafeLoad(fromByteOffset: from + offset, as: UInt8.self)
      let right = bytes[start + offset]
      if left != right {
        order = left < right ? -1 : 1
        break
      }
    }
    if order == 0 { order = (to - from) - (end - start) }
    return comparison.holds(Double(order), 0)
  }

  private static func isInside(_ field: RawField, _ line: borrowing RawSpan) -> Bool {
    field.start >= 0 && field.start <= field.end && Int(field.end) <= line.byteCount
  }

  private static func flag(_ field: RawField, _ line: borrowing RawSpan) -> Bool? {
    switch field.kind {
    case .isTrue: return true
    case .isFalse: return false
    case .string:
      guard isInside(field, line) else { return nil }
      if equals(line, field, "true") { return true }
      if equals(line, field, "false") { return false }
      return nil
    default: return nil
    }
  }

  private static func equals(_ line: borrowing RawSpan, _ field: RawField, _ word: StaticString) -> Bool {
    guard Int(field.end - field.start) == word.utf8CodeUnitCount else { return false }
    for offset in 0..<word.utf8CodeUnitCount
    where line.unsafeLoad(fromByteOffset: Int(field.start) + offset, as: UInt8.self) != word.utf8Start[offset] {
      return false
    }
    return true
  }

  /// Adds the tests of a predicate, the last part first, and gives the index of the first test, or a verdict where
  /// there is nothing to test.
  private mutating func add(
    _ predicate: Predicate, whenTrue: Int, whenFalse: Int, plan: inout FieldPlan
  ) throws(PatternError) -> Int {
    switch predicate {
    case .all(let parts):
      var next = whenTrue
      for part in parts.reversed() { next = try add(part, whenTrue: next, whenFalse: whenFalse, plan: &plan) }
      return next
    case .any(let parts):
      var next = whenFalse
      for part in parts.reversed() { next = try add(part, whenTrue: whenTrue, whenFalse: next, plan: &plan) }
      return next
    case .not(let part):
      return try add(part, whenTrue: whenFalse, whenFalse: whenTrue, plan: &plan)
    case .compare(let path, let comparison, let literal):
      return append(path, kind(comparison, literal), whenTrue, whenFalse, &plan)
    case .isIn(let path, let literals):
      var next = whenFalse
      for literal in literals.reversed() { next = append(path, kind(.equal, literal), whenTrue, next, &plan) }
      return next
    case .matches(let path, let pattern):
      return append(path, .pattern(try TextPattern(pattern)), whenTrue, whenFalse, &plan)
    case .exists(let path):
      return append(path, .exists, whenTrue, whenFalse, &plan)
    }
  }

  private mutating func append(
    _ path: FieldPath, _ kind: Kind, _ whenTrue: Int, _ whenFalse: Int, _ plan: inout FieldPlan
  ) -> Int {
    tests.append(Test(column: plan.column(of: path), kind: kind, whenTrue: whenTrue, whenFalse: whenFalse))
    return tests.count - 1
  }

  private mutating func kind(_ comparison: Comparison, _ literal: Literal) -> Kind {
    switch literal {
    case .number(let value): return .number(comparison, value)
    case .bool(let value):
      return comparison == .equal || comparison == .notEqual ? .bool(comparison, value) : .number(comparison, .nan)
    case .string(let text):
      let start = bytes.count
      bytes.append(contentsOf: text.utf8)
      return .string(comparison, start: start, end: bytes.count)
    }
  }
}
