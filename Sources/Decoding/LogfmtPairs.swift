import Domain

/// Takes a line of `key=value` pairs apart: values may be in double quotes with JSON's escapes, a key alone is true.
enum LogfmtPairs {
  /// The most pairs of a line that are read.
  static let limit = 1_024

  /// Calls with the range of each key and the place of its value. Gives false where the line has no pair at all, or a
  /// quote is not closed.
  static func forEach(
    in line: borrowing RawSpan, _ body: (_ start: Int, _ end: Int, _ value: RawField) -> Void
  ) -> Bool {
    let count = line.byteCount
    var index = 0
    var pairs = 0
    var assigned = 0
    while pairs < limit {
      while index < count, JSONLexer.byte(line, index) <= 0x20 { index += 1 }
      guard index < count else { break }
      let start = index
      while index < count, JSONLexer.byte(line, index) > 0x20, JSONLexer.byte(line, index) != 0x3D,
        JSONLexer.byte(line, index) != 0x22
      { index += 1 }
      let end = index
      guard index < count, JSONLexer.byte(line, index) == 0x3D else {
        if index < count, JSONLexer.byte(line, index) == 0x22 {
          // Text in quotes without a key: passed over.
          var hasEscapes = false
          let quote = JSONLexer.closingQuote(line, index + 1, &hasEscapes)
          guard quote >= 0 else { return false }
          index = quote + 1
        } else if end > start {
          body(start, end, RawField(kind: .isTrue, start: 0, end: 0))
          pairs += 1
        }
        continue
      }
      index += 1
      let value: RawField
      if index < count, JSONLexer.byte(line, index) == 0x22 {
        var hasEscapes = false
        let quote = JSONLexer.closingQuote(line, index + 1, &hasEscapes)
        guard quote >= 0 else { return false }
        value = place(hasEscapes ? .escapedString : .string, index + 1, quote)
        index = quote + 1
      } else {
        let first = index
        while index < count, JSONLexer.byte(line, index) > 0x20 { index += 1 }
        value = index > first ? place(.string, first, index) : .absent
      }
      guard end > start else { continue }
      body(start, end, value)
      pairs += 1
      assigned += 1
    }
    return assigned > 0
  }

  private static func place(_ kind: RawField.Kind, _ start: Int, _ end: Int) -> RawField {
    RawField(kind: kind, start: Int32(truncatingIfNeeded: start), end: Int32(truncatingIfNeeded: end))
  }
}
