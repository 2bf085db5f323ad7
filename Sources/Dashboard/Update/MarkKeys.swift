import Domain
import Screen

extension Model {
  /// The marked incidents that are still shown and can be acknowledged, in the order of the queue.
  var markedRows: [IncidentRow] { incidentRows.filter { marked.contains($0.number) && $0.state == .new } }

  /// What a key does in the queue beside what it does everywhere; nil where it means nothing of its own there.
  mutating func pressInQueue(_ key: Key) -> [Command]? {
    guard place == .overview, focus == .incidents else { return nil }
    switch key {
    case .char("v"):
      guard let row = currentIncident else { return [] }
      if marked.remove(row.number) == nil { marked.insert(row.number) }
      let rows = rowIDs(.incidents)
      let next = min(rows.count - 1, cursorIndex(.incidents) + 1)
      cursors[.incidents] = Cursor(row: rows[next], index: next)
      return []
    case .char("V"):
      marked = []
      return []
    case .char("a") where !marked.isEmpty:
      guard mayAct else { return nil }
      let rows = markedRows
      guard !rows.isEmpty else {
        marked = []
        say(.info, "none of the marked incidents waits to be acknowledged any more")
        return []
      }
      editing = .prompt(
        Prompt(
          kind: .acknowledgeMarked, number: rows.count, revision: 0, panel: .incidents, field: TextField("")))
      return []
    default: return nil
    }
  }

  /// Acknowledges each of the marked incidents at the revision that is shown: one that somebody else took meanwhile is
  /// theirs, and the others are not held up by it.
  mutating func acknowledgeMarked() -> [Command] {
    let rows = markedRows.filter { pendingAct(on: $0.number) == nil }
    marked = []
    return rows.map {
      send(IncidentAct(number: $0.number, revision: $0.revision, kind: .acknowledge(reason: nil)))
    }
  }
}
