import Domain
import Screen

extension Model {
  /// The marked incidents that are still shown and can be acknowledged, in the order of the queue.
  var markedRows: [IncidentRow] {
    let shown = incidentRows.flatMap { $0.members.isEmpty ? [$0.number] : $0.members }
    let wanted = Set(shown).intersection(marked)
    guard !wanted.isEmpty else { return [] }
    return snapshot.incidents.filter { wanted.contains($0.number) && $0.state == .new }
      .sorted { $0.queueKey < $1.queueKey }
  }

  /// What a key does in the queue beside what it does everywhere; nil where it means nothing of its own there.
  mutating func pressInQueue(_ key: Key) -> [Command]? {
    guard place == .overview, focus == .incidents else { return nil }
    switch key {
    case .char("v"):
      guard let row = currentIncident else { return [] }
      let numbers = Set(row.members.isEmpty ? [row.number] : row.members)
      if numbers.isSubset(of: marked) { marked.subtract(numbers) } else { marked.formUnion(numbers) }
      let rows = rowIDs(.incidents)
      let next = min(rows.count - 1, cursorIndex(.incidents) + 1)
      cursors[.incidents] = Cursor(row: rows[next], index: next)
      return []
    case .char("V"):
      marked = []
      return []
    case .enter, .char("l"), .right:
      guard let row = currentIncident, !row.members.isEmpty, let rule = row.rule else { return nil }
      unfoldedRules.insert(rule)
      return []
    case .char("h"), .left:
      guard let rule = currentIncident?.rule, unfoldedRules.contains(rule) else { return nil }
      unfoldedRules.remove(rule)
      keepQueueRows()
      if let index = incidentRows.firstIndex(where: { $0.rule == rule }) {
        cursors[.incidents] = Cursor(row: .incident(incidentRows[index].number), index: index)
      }
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
    // What acts on one incident must not act on whichever stands for many.
    case .char(let letter) where Model.actLetters.contains(letter):
      guard let row = currentIncident, !row.members.isEmpty else { return nil }
      say(.info, "this row is \(row.members.count) incidents: ⏎ shows them, v marks them all")
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
