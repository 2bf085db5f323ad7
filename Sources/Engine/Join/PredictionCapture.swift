import Decoding
import Domain
import Redaction
import Settings
import Storage

/// Keeps of records what later ones of other sources are compared with.
struct PredictionCapture {
  /// What was kept of one record.
  struct Captured {
    var join: String
    var key: UInt64
    var prediction: StoredPrediction
  }

  private struct Columns {
    var join: String
    var id: Int
    var prediction: Int
    var score: Int?
    var path: FieldPath
  }

  private let columns: [Columns]
  private let version: Int?
  private let redactor: Redactor
  private var captured: [Captured] = []

  init(_ setup: SourceSetup, plan: inout FieldPlan) {
    var columns: [Columns] = []
    for (join, definition) in setup.captures.sorted(by: { $0.key < $1.key }) {
      columns.append(
        Columns(
          join: join, id: plan.column(of: definition.on), prediction: plan.column(of: definition.prediction),
          score: definition.score.map { plan.column(of: $0) }, path: definition.prediction))
    }
    self.columns = columns
    version = setup.version.map { plan.column(of: $0) }
    redactor = setup.redactor
  }

  /// Keeps what the record in the table holds, where it holds both.
  mutating func note(_ table: borrowing FieldTable, line: borrowing RawSpan, at: Timestamp) {
    for column in columns {
      guard let id = table.text(column.id, in: line), let text = table.text(column.prediction, in: line) else {
        continue
      }
      captured.append(
        Captured(
          join: column.join, key: PredictionLedger.key(id),
          prediction: StoredPrediction(
            at: at, value: LabelJoin.kept(text, column.path, redactor),
            version: version.flatMap { table.text($0, in: line) }.map { String($0.prefix(128)) },
            score: column.score.flatMap { table.number($0, in: line) })))
    }
  }

  mutating func take() -> [Captured] {
    defer { captured.removeAll(keepingCapacity: true) }
    return captured
  }
}
