import Domain
import Drift

/// One column of a file in the order of its rows.
struct StreamFile {
  /// The numbers.
  private(set) var values: [Double] = []
  /// The rows that count, those without a value among them.
  private(set) var rowCount = 0

  // The row of each value; empty while no row was without one.
  private var rows: [Int] = []

  /// Reads a column; with `condition`, only the rows whose field has that text count.
  ///
  /// - Throws: exit 65 when there is no such column, or a value is no number.
  init(path: String, column: String, condition: (field: String, value: String)?) throws {
    var names: [String] = []
    var (place, conditionPlace): (Int?, Int?) = (nil, nil)
    var wrong: (row: Int, text: String)?
    var (values, rows, rowCount): ([Double], [Int], Int) = ([], [], 0)
    _ = try TableFile(path: path).read { known, table, line in
      if names.count != known.count {
        names = known
        place = known.firstIndex(of: column)
        conditionPlace = condition.flatMap { known.firstIndex(of: $0.field) }
      }
      if let condition {
        guard let conditionPlace, table.text(conditionPlace, in: line) == condition.value else { return }
      }
      defer { rowCount += 1 }
      switch place.map({ CellValue(table.fields[$0], in: line) }) ?? .missing {
      case .missing: if rows.isEmpty { rows = Array(0..<values.count) }
      case .number(let number):
        if values.count < rowCount || !rows.isEmpty { rows.append(rowCount) }
        values.append(number)
      case .text: if wrong == nil { wrong = (rowCount, place.flatMap { table.text($0, in: line) } ?? "") }
      }
    }
    guard place != nil else {
      let known = names.prefix(12).joined(separator: ", ")
      throw CommandFailure(
        .inputUnusable, "\(path) has no column '\(column)': it has \(known.isEmpty ? "none" : known)")
    }
    if let condition, conditionPlace == nil {
      throw CommandFailure(.inputUnusable, "\(path) has no column '\(condition.field)' for --where: name another")
    }
    if let wrong {
      throw CommandFailure(
        .inputUnusable,
        "\(path): row \(wrong.row) of \(column) is no number: '\(wrong.text.prefix(40))'; name a "
          + "column of numbers")
    }
    (self.values, self.rows, self.rowCount) = (values, rows, rowCount)
  }

  /// The row, from 0, of a value.
  func row(of value: Int) -> Int { rows.indices.contains(value) ? rows[value] : value }
}
