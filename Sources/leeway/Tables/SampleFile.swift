import Domain
import Drift

/// The columns of a file, collected for a comparison.
struct SampleFile {
  let path: String
  /// The names of the columns in the order of the file.
  private(set) var names: [String] = []
  /// The number of rows.
  private(set) var rows = 0
  /// What was passed over, for people; empty when nothing was.
  private(set) var remarks: [String] = []

  private var columns: [String: SampleColumn] = [:]

  /// Reads the wanted columns of a file, all when none is named.
  init(path: String, wanted: Set<String>, categorical: Set<String>) throws {
    self.path = path
    let file = try TableFile(path: path)
    var collected: [SampleColumn?] = []
    var names: [String] = []
    var expectedRows = 0
    let outcome = try file.read { known, table, line in
      if expectedRows == 0, let length = file.length {
        // Room for about as many rows as follow; what is not used costs nothing.
        expectedRows = min(1 << 28, length / max(1, line.byteCount) + length / max(1, line.byteCount) / 8)
      }
      while collected.count < known.count {
        let name = known[collected.count]
        let isWanted = wanted.isEmpty || wanted.contains(name)
        collected.append(
          isWanted
            ? SampleColumn(
              name: name, isCategorical: categorical.contains(name),
              expectedRows: collected.count < 64 ? expectedRows : 0) : nil)
        if isWanted { names.append(name) }
      }
      for index in collected.indices where collected[index] != nil {
        switch CellValue(table.fields[index], in: line) {
        case .missing: continue
        case .number(let number):
          if collected[index]?.isCategorical == true, table.fields[index].end - table.fields[index].start > 15 {
            collected[index]?.append(text: SampleFile.cut(table.text(index, in: line)))
          } else {
            collected[index]?.append(number)
          }
        case .text: collected[index]?.append(text: SampleFile.cut(table.text(index, in: line)))
        }
      }
    }
    self.names = names
    rows = outcome.rows
    for index in collected.indices {
      guard var column = collected[index] else { continue }
      collected[index] = nil
      column.missing = outcome.rows - column.count
      columns[column.name] = column
    }
    if outcome.malformed > 0 { remarks.append("\(path): \(outcome.malformed) lines are no JSON objects; passed over") }
    if outcome.hasMoreColumns { remarks.append("\(path): there are more columns than can be compared") }
  }

  /// Gives a column away; an empty one, all of it missing, where the file has none of that name.
  mutating func take(_ name: String) -> SampleColumn {
    if let column = columns.removeValue(forKey: name) { return column }
    var column = SampleColumn(name: name)
    column.missing = rows
    column.isAbsent = true
    return column
  }

  private static func cut(_ text: String?) -> String {
    guard let text, text.utf8.count > SampleColumn.textLimit else { return text ?? "" }
    return String(decoding: text.utf8.prefix(SampleColumn.textLimit), as: UTF8.self)
  }
}
