/// A screen with data of its own, which is taken from the store only while it is shown.
public enum Board: String, CaseIterable, Sendable {
  /// How far each watched column has moved, and what moved.
  case drift
  /// What agents did, run by run.
  case traces
  /// What has to be assessed again, and whether tests and metrics work.
  case assess
  /// Who did what, and whether the record of it holds.
  case audit

  /// The panel that a board shows at full size until its own data is there, and first gives the keys to.
  var mainPanel: Panel {
    switch self {
    case .drift: .drift
    case .traces: .agents
    case .assess: .practices
    case .audit: .events
    }
  }

  /// The key that leads to it from anywhere.
  var key: Character {
    switch self {
    case .drift: "2"
    case .traces: "4"
    case .assess: "5"
    case .audit: "6"
    }
  }

  /// The name on its tab.
  func title(isShort: Bool) -> String {
    switch self {
    case .drift: "Drift"
    case .traces: isShort ? "Trace" : "Traces"
    case .assess: "Assess"
    case .audit: "Audit"
    }
  }
}

/// Which board the snapshots are to hold, and which part of it.
public struct BoardRequest: Hashable, Sendable {
  /// The board.
  public var board: Board
  /// What is selected on it, such as a drift column or a run's id; nil for what the board itself puts first.
  public var selection: String?
  /// What the selection is compared with, such as another run's id.
  public var other: String?

  /// Creates a request.
  public init(_ board: Board, selection: String? = nil, other: String? = nil) {
    self.board = board
    self.selection = selection
    self.other = other
  }
}
