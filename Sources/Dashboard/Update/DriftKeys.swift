import Domain
import Screen

extension Model {
  /// The drift board's data, when it is what is shown.
  var driftBoard: DriftBoard? {
    guard place == .board(.drift), case .drift(let board)? = snapshot.board else { return nil }
    return board
  }

  /// What a key does on the drift screen; nil where it means what it means everywhere.
  mutating func pressOnDrift(_ key: Key) -> [Command]? {
    guard let board = driftBoard else { return nil }
    switch key {
    case .char("n"): return selectColumn(by: 1, from: board)
    case .char("N"): return selectColumn(by: -1, from: board)
    case .char("s"):
      nextSegmentLabel(board)
      return []
    case .char("v"):
      zoom = zoom == .versions ? nil : .versions
      return []
    case .char("r"):
      guard let version = board.versions.last else {
        say(.info, "no version is told by the data, so there is none to review")
        return []
      }
      ask(.reviewVersion, about: version)
      return []
    case .char("i"):
      guard let number = board.incident else {
        say(.info, "no incident is open about the drift of \(board.row.title)")
        return []
      }
      return open(number)
    default: return nil
    }
  }

  private mutating func selectColumn(by step: Int, from board: DriftBoard) -> [Command] {
    let names = driftRows.map(\.name)
    guard !names.isEmpty else { return [] }
    let index = names.firstIndex(of: board.row.name) ?? 0
    let next = names[(index + step + names.count) % names.count]
    scrolls = scrolls.filter { ![.distribution, .segments, .versions, .meaning].contains($0.key) }
    return [.show(BoardRequest(.drift, selection: next))]
  }

  private mutating func nextSegmentLabel(_ board: DriftBoard) {
    guard !board.labels.isEmpty else {
      say(.info, "the column's metric has no labels")
      return
    }
    guard let current = driftLabel, let index = board.labels.firstIndex(of: current) else {
      driftLabel = board.labels.first
      return
    }
    driftLabel = index + 1 < board.labels.count ? board.labels[index + 1] : nil
  }
}
