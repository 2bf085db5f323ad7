import Domain
import Screen

/// The rows of the queue, kept until something they depend on changes: a storm has thousands, and every key asks for them.
struct QueueRows: Equatable, Sendable {
  /// What the rows depend on.
  struct Inputs: Equatable, Sendable {
    var snapshot: Int
    var filter: String?
    var showsAll: Bool
    var unfolded: Set<String>
    var pinned: Set<Int>
    /// Silences end by the clock; nil where there are none.
    var now: Timestamp?
  }

  private var kept: (inputs: Inputs, rows: [IncidentRow])?

  /// The rows for these inputs, where they are kept.
  func rows(for inputs: Inputs) -> [IncidentRow]? { kept?.inputs == inputs ? kept?.rows : nil }

  mutating func keep(_ rows: [IncidentRow], for inputs: Inputs) { kept = (inputs, rows) }

  /// What is kept says nothing that the model does not.
  static func == (left: QueueRows, right: QueueRows) -> Bool { true }
}

extension Snapshot {
  /// Whether any silence hides an incident, or has.
  fileprivate var hasSilences: Bool { incidents.contains { $0.silencedUntil != nil } }
}

extension Model {
  /// From so many rows on, incidents of one rule that stand alike are one row.
  static let stormRows = 50
  /// So many of a rule at least are folded into one row.
  private static let leastFolded = 3

  /// The queue as it is shown: what needs a person first, worst first, newest first within; in a storm, folded.
  var incidentRows: [IncidentRow] { queueRows.rows(for: queueInputs) ?? sortedIncidents }

  /// Keeps rows that an operator has marked or selected from being folded by what arrives.
  mutating func pinQueueRows() {
    let selected = cursors[.incidents]?.row
    pinnedRows = Set(
      incidentRows.filter { row in
        row.members.isEmpty && (marked.contains(row.number) || selected == .incident(row.number))
      }.map(\.number))
  }

  /// Keeps the queue's rows for what is asked of them until the next message.
  mutating func keepQueueRows() {
    let inputs = queueInputs
    guard queueRows.rows(for: inputs) == nil else { return }
    queueRows.keep(sortedIncidents, for: inputs)
  }

  private var queueInputs: QueueRows.Inputs {
    QueueRows.Inputs(
      snapshot: snapshotNumber, filter: filters[.incidents], showsAll: overviewZoom == .incidents,
      unfolded: unfoldedRules, pinned: pinnedRows, now: snapshot.hasSilences ? now : nil)
  }

  private var sortedIncidents: [IncidentRow] {
    let filter = FuzzyFilter(filters[.incidents] ?? "")
    let all = snapshot.incidents
    let shown = all.indices.filter { index in
      let row = all[index]
      return (overviewZoom == .incidents || row.isOpen && !row.isSilenced(at: now))
        && filter.lets("\(row.severity.rawValue) \(row.number) \(row.title) \(row.state.rawValue) \(row.owner ?? "")")
    }
    // Keys are sorted rather than rows, which are large.
    let sorted = shown.map { (index: $0, key: all[$0].queueKey) }.sorted { $0.key < $1.key }.map(\.index)
    return sorted.count > Model.stormRows ? folded(sorted) : sorted.map { all[$0] }
  }

  /// What makes incidents one row.
  private struct Fold: Hashable {
    var rule: String
    var severity: Severity
    var state: IncidentRow.State
    var owner: String?
  }

  /// One row for the incidents of a rule that stand alike, in the place of the first of them, named by the oldest, so that
  /// those that come do not change which row it is.
  private func folded(_ sorted: [Int]) -> [IncidentRow] {
    let all = snapshot.incidents
    let folds = sorted.map { fold(all[$0]) }
    var members: [Fold: [Int]] = [:]
    for (index, fold) in zip(sorted, folds) {
      if let fold { members[fold, default: []].append(index) }
    }
    var shown: Set<Fold> = []
    var rows: [IncidentRow] = []
    for (index, fold) in zip(sorted, folds) {
      if let fold, let group = members[fold], group.count >= Model.leastFolded {
        if shown.insert(fold).inserted { rows.append(head(of: group)) }
      } else {
        rows.append(all[index])
      }
    }
    return rows
  }

  private func fold(_ row: IncidentRow) -> Fold? {
    guard let rule = row.rule, row.isOpen, !unfoldedRules.contains(rule), !pinnedRows.contains(row.number) else {
      return nil
    }
    return Fold(rule: rule, severity: row.severity, state: row.state, owner: row.owner)
  }

  /// The row of the incidents at these indices.
  private func head(of group: [Int]) -> IncidentRow {
    let all = snapshot.incidents
    var head = all[group.min { all[$0].number < all[$1].number } ?? group[0]]
    head.title = "\(head.headline) ×\(group.count)"
    head.members = group.map { all[$0].number }
    head.openedAt = group.lazy.map { all[$0].openedAt }.min() ?? head.openedAt
    return head
  }
}
