import Domain
import Screen

extension Model {
  /// The audit board's data, when it is what is shown.
  var auditBoard: AuditBoard? {
    guard place == .board(.audit), case .audit(let board)? = snapshot.board else { return nil }
    return board
  }

  /// The entries as they are listed.
  var auditRows: [AuditBoard.Entry] {
    let filter = FuzzyFilter(filters[.journal] ?? "")
    return (auditBoard?.entries ?? []).filter { filter.lets("\($0.sequence) \($0.actor) \($0.act) \($0.text)") }
  }

  /// How close to the end of what is loaded the cursor may come before more is asked for.
  private static let margin = 40

  /// What a key does on the audit screen; nil where it means what it means everywhere.
  mutating func pressOnAudit(_ key: Key) -> [Command]? {
    guard let board = auditBoard else { return nil }
    switch key {
    case .enter:
      zoom = zoom == nil ? .entry : nil
      return []
    case .char("G"), .end:
      guard focus == .journal else { return nil }
      cursors[.journal] = Cursor(row: .name("1"), index: max(0, auditRows.count - 1))
      return [.show(BoardRequest(.audit, selection: "1"))]
    case .char("g"), .home:
      guard focus == .journal else { return nil }
      cursors[.journal] = nil
      return [.show(BoardRequest(.audit))]
    case .char("j"), .down, .char("k"), .up, .pageDown, .pageUp:
      guard focus == .journal else { return nil }
      let page = max(1, size.rows - 8)
      let step =
        switch key {
        case .char("j"), .down: 1
        case .char("k"), .up: -1
        case .pageDown: page
        default: -page
        }
      return moveInJournal(step, board)
    case .char("v"), .char("V"):
      let chain = board.chain
      if let problem = chain.problem {
        say(.bad, "the journal does not hold: \(problem); leeway audit verify")
      } else if chain.checked < chain.entries {
        say(.info, "\(NumberText.count(chain.checked)) of \(NumberText.count(chain.entries)) entries checked so far")
      } else {
        say(.good, "\(NumberText.count(chain.checked)) entries hold: \(chain.words)")
      }
      return []
    default: return nil
    }
  }

  /// Moves the cursor; the entry that it stands on is asked for, and with it what lies around.
  private mutating func moveInJournal(_ step: Int, _ board: AuditBoard) -> [Command] {
    let rows = auditRows
    guard !rows.isEmpty else { return [] }
    let index = max(0, min(rows.count - 1, cursorIndex(.journal) + step))
    cursors[.journal] = Cursor(row: .name(String(rows[index].sequence)), index: index)
    scrolls[.entry] = nil
    return [.show(BoardRequest(.audit, selection: String(rows[index].sequence)))]
  }
}
