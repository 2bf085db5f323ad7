import Domain
import Expressions

/// A line with one value for each of some columns, placed by hand, so that predicates can be tested without a decoder.
struct TestLine {
  enum Value {
    case absent, null, yes, no
    case number(String)
    case string(String)
    case escaped(String)
  }

  private(set) var bytes: [UInt8] = []
  private(set) var fields: [RawField] = []

  init(_ values: [Value]) {
    for value in values {
      let (kind, text): (RawField.Kind, String) =
        switch value {
        case .absent: (.absent, "")
        case .null: (.null, "null")
        case .yes: (.isTrue, "true")
        case .no: (.isFalse, "false")
        case .number(let text): (.number, text)
        case .string(let text): (.string, text)
        case .escaped(let text): (.escapedString, text)
        }
      bytes.append(0x20)
      let start = bytes.count
      bytes.append(contentsOf: text.utf8)
      fields.append(RawField(kind: kind, start: Int32(start), end: Int32(bytes.count)))
    }
  }

  /// Whether a predicate holds for the line, whose fields are `a`, `b`, `c` and so on.
  func satisfies(_ text: String) throws -> Bool {
    try satisfies(PredicateParser.parse(text))
  }

  func satisfies(_ predicate: Predicate) throws -> Bool {
    var plan = FieldPlan()
    for (name, _) in zip("abcdefgh", fields) { if let path = FieldPath(String(name)) { _ = plan.column(of: path) } }
    let compiled = try CompiledPredicate(predicate, plan: &plan)
    var table = FieldTable(columns: plan.paths.count)
    for (index, field) in fields.enumerated() { table.fields[index] = field }
    return compiled.evaluate(table, bytes.span.bytes)
  }
}
