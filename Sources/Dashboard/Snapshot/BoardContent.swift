/// The data of one board.
public enum BoardContent: Equatable, Sendable {
  /// The drift of one column.
  case drift(DriftBoard)

  /// What it is the answer to.
  var request: BoardRequest {
    switch self {
    case .drift(let board): BoardRequest(.drift, selection: board.row.name)
    }
  }
}
