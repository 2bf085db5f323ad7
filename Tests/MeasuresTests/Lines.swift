import Domain
import Measures

/// A record as a line of values and the table of where they stand, as a decoder would leave them.
struct Line {
  var bytes: [UInt8] = []
  var table: FieldTable

  init(_ plan: FieldPlan, _ values: KeyValuePairs<String, JSON>) {
    table = FieldTable(columns: plan.paths.count)
    for (name, value) in values {
      var text = Array(value.text.utf8)
      var kind = RawField.Kind.number
      switch value {
      case .string(let string):
        text = Array(text.dropFirst().dropLast())
        kind = text.count == string.utf8.count ? .string : .escapedString
      case .bool(let flag): kind = flag ? .isTrue : .isFalse
      case .null: kind = .null
      default: break
      }
      guard let path = FieldPath(name), let column = plan.existingColumn(of: path) else { continue }
      let start = Int32(bytes.count)
      bytes.append(contentsOf: text)
      table.fields[column] = RawField(kind: kind, start: start, end: Int32(bytes.count))
      bytes.append(0x20)
    }
  }
}

extension MeterBank {
  mutating func observe(_ line: Line, at seconds: Double) {
    observe(line.table, line: line.bytes.span.bytes, at: Timestamp(seconds: seconds))
  }
}
