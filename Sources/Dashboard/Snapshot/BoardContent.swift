/// The data of one board.
public enum BoardContent: Equatable, Sendable {
  /// The drift of one column.
  case drift(DriftBoard)
  /// The runs of agents.
  case traces(TraceBoard)
  /// The assessments, the rules, the values.
  case assess(AssessBoard)
  /// The journal.
  case audit(AuditBoard)

  /// What it is the answer to.
  var request: BoardRequest {
    switch self {
    case .drift(let board): BoardRequest(.drift, selection: board.row.name)
    case .assess: BoardRequest(.assess)
    case .audit(let board): BoardRequest(.audit, selection: board.around.map(String.init))
    case .traces(let board): BoardRequest(.traces, selection: board.run?.id, other: board.other?.id)
    }
  }
}
