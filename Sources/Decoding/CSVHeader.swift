public import Domain

/// The column names of a file of separated values.
public struct CSVHeader: Hashable, Sendable {
  /// The most columns that are told apart.
  public static let columnLimit = 4_096

  /// The names in order, all different: a repeated name gets `_2`, `_3`, …, a column without a name is `column_N`.
  public let names: [String]

  /// Creates a header from names as they are written.
  public init(_ written: [String]) {
    var names: [String] = []
    var seen: Set<String> = []
    for (index, text) in written.prefix(CSVHeader.columnLimit).enumerated() {
      let trimmed = CSVHeader.trimmed(text)
      let base = trimmed.isEmpty ? "column_\(index + 1)" : trimmed
      var name = base
      var number = 2
      while !seen.insert(name).inserted {
        name = "\(base)_\(number)"
        number += 1
      }
      names.append(name)
    }
    self.names = names
  }

  /// Reads the header from the start of a file, past a byte order mark and blank lines.
  ///
  /// - Returns: the header and where the first record begins; nil while the header goes on beyond the bytes.
  public static func read(
    _ bytes: RawSpan, with scanner: CSVScanner, isFinal: Bool
  ) -> (header: CSVHeader, next: Int)? {
    let hasMark =
      bytes.byteCount >= 3 && JSONLexer.byte(bytes, 0) == 0xEF && JSONLexer.byte(bytes, 1) == 0xBB
      && JSONLexer.byte(bytes, 2) == 0xBF
    var start = hasMark ? 3 : 0
    var table = FieldTable(columns: 0)
    while let record = scanner.next(bytes, from: start, isFinal: isFinal, into: &table.fields) {
      if !table.fields.isEmpty {
        let line = bytes.extracting(start..<record.end)
        return (CSVHeader(table.fields.indices.map { table.text($0, in: line) ?? "" }), record.next)
      }
      start = record.next
    }
    return nil
  }

  /// The column that a path names: its components joined by dots are the column's name. Nil where there is none.
  public func column(of path: FieldPath) -> Int? {
    let name = path.components.joined(separator: ".")
    return names.firstIndex(of: name)
  }

  private static func trimmed(_ text: String) -> String {
    let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    guard let first = text.firstIndex(where: { !isSpace($0) }), let last = text.lastIndex(where: { !isSpace($0) })
    else { return "" }
    return String(text[first...last])
  }
}
