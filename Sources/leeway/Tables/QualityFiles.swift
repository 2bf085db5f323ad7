import Domain
import Drift
import Engine
import Screen

/// A classifier's quality in two files: known where there are labels, and estimated from its calibrated scores (spec:
/// drift, formula 12).
struct QualityFiles {
  /// The columns that are read.
  struct Columns {
    /// The probability of the positive class, as the classifier gives it.
    var score: String
    /// The classifier's answer; without one, a score of 0.5 and more is a positive answer.
    var prediction: String?
    /// The right answer, needed in the reference.
    var label: String
  }

  /// The rows of one file that have a score and an answer.
  private struct Rows {
    var scored: [(score: Double, predicted: Bool, actual: Bool?)] = []
    var passedOver = 0

    var labelled: [(score: Double, predicted: Bool, actual: Bool)] {
      scored.compactMap { row in row.actual.map { (row.score, row.predicted, $0) } }
    }
  }

  private let columns: Columns
  private let passedOver: Int
  private let comparison: QualityComparison

  /// Reads both files.
  ///
  /// - Throws: exit 65 when a column is missing or holds what is neither yes nor no, or when the reference has no
  ///   labelled rows; and as ``TableFile`` does.
  init(reference: String, current: String, columns: Columns) throws {
    self.columns = columns
    let (old, new) = (
      try QualityFiles.read(reference, columns, needsLabel: true),
      try QualityFiles.read(current, columns, needsLabel: false)
    )
    let (known, checked) = (old.labelled, new.labelled)
    guard let calibration = IsotonicCalibration(known.map { ($0.score, $0.actual) }),
      let errors = PerformanceEstimate.Reference(known.map { ($0.predicted, $0.actual) })
    else {
      throw CommandFailure(
        .inputUnusable,
        "\(reference) has no row with both \(columns.score) and \(columns.label): nothing to calibrate by")
    }
    let estimate = PerformanceEstimate(
      new.scored.map { (calibration.probability(at: $0.score), $0.predicted) }, reference: errors)
    let before = PerformanceEstimate(known.map { ($0.actual ? 1 : 0, $0.predicted) })
    let truth = PerformanceEstimate(checked.map { ($0.actual ? 1 : 0, $0.predicted) }, reference: errors)
    passedOver = new.passedOver
    comparison = QualityComparison(reference: before, estimate: estimate, realised: checked.isEmpty ? nil : truth)
  }

  /// The member `quality` of the comparison's document.
  var json: JSON {
    [
      "method": "cbpe", "blind_to": "concept shift", "score": .string(columns.score),
      "prediction": JSON(columns.prediction), "label": .string(columns.label), "rows": JSON(comparison.rows),
      "passed_over": JSON(passedOver), "labelled": JSON(comparison.labelled), "metrics": comparison.json,
    ]
  }

  /// A line a metric, and what the estimate cannot see.
  var text: String {
    var lines = comparison.lines.map { "quality  " + $0 } + [comparison.caution]
    if passedOver > 0 { lines.append("\(passedOver) rows without a score or an answer were passed over.") }
    return lines.map { SanitisedText.string($0) }.joined(separator: "\n") + "\n"
  }

  private static func read(_ path: String, _ columns: Columns, needsLabel: Bool) throws -> Rows {
    var result = Rows()
    var unreadable: (column: String, text: String)?
    var places: (score: Int?, prediction: Int?, label: Int?)
    var seen = 0
    func answer(_ column: Int?, _ name: String, _ table: borrowing FieldTable, _ line: borrowing RawSpan) -> Bool? {
      guard let column else { return nil }
      switch CellValue(table.fields[column], in: line) {
      case .missing: return nil
      case .number(0): return false
      case .number(1): return true
      default:
        let text = table.text(column, in: line) ?? ""
        switch text.lowercased() {
        case "true", "yes", "t": return true
        case "false", "no", "f": return false
        default:
          if unreadable == nil { unreadable = (name, String(text.prefix(40))) }
          return nil
        }
      }
    }
    _ = try TableFile(path: path).read { names, table, line in
      if seen < names.count {
        places = (
          names.firstIndex(of: columns.score), columns.prediction.flatMap { names.firstIndex(of: $0) },
          names.firstIndex(of: columns.label)
        )
        seen = names.count
      }
      guard let place = places.score, case .number(let score) = CellValue(table.fields[place], in: line), score.isFinite
      else {
        result.passedOver += 1
        return
      }
      let predicted =
        columns.prediction.map { answer(places.prediction, $0, table, line) } ?? (score >= 0.5)
      guard let predicted else {
        result.passedOver += 1
        return
      }
      result.scored.append((score, predicted, answer(places.label, columns.label, table, line)))
    }
    for (name, place, isNeeded) in [
      (columns.score, places.score, true), (columns.prediction ?? "", places.prediction, columns.prediction != nil),
      (columns.label, places.label, needsLabel),
    ] where isNeeded && place == nil {
      throw CommandFailure(.inputUnusable, "\(path) has no column '\(name)': look at the header or the field names")
    }
    if let unreadable {
      throw CommandFailure(
        .inputUnusable,
        "\(path): \(unreadable.column) holds '\(unreadable.text)', which is neither 0 or 1 nor true or false")
    }
    return result
  }
}
