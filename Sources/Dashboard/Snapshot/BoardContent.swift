/// The data of one board.
public enum BoardContent: Equatable, Sendable {
  /// The drift of one column.
  case drift(DriftBoard)
  /// The runs of agents.
  case traces(TraceBoard)

  /// What it is the answer to.
  var request: BoardRequest {
    switch self {
    case .drift(let board): BoardRequest(.drift, selection: board.row.name)
    case .traces(let board): BoardRequest(.traces, selection: board.run?.id, other: board.other?.id)
    }
  }
}
