import Domain
import Screen

extension Model {
  /// Whether technical and business metrics stand in panels of their own.
  var groupsMetrics: Bool { size.columns >= 100 && overviewZoom != .metrics }

  /// Open incidents that the filter keeps from view.
  var hiddenIncidents: Int {
    guard filters[.incidents] != nil else { return 0 }
    return snapshot.incidents.count { $0.isOpen && !$0.isSilenced(at: now) }
      - incidentRows.reduce(0) { $0 + ($1.isOpen ? max(1, $1.members.count) : 0) }
  }

  /// Open incidents that silences keep from the overview.
  var silencedIncidents: Int { snapshot.incidents.count { $0.isOpen && $0.isSilenced(at: now) } }

  /// The metrics of some aspects as they are shown, worst first.
  func metricRows(_ aspects: [MetricRow.Aspect]) -> [MetricRow] {
    let filter = FuzzyFilter(filters[.metrics] ?? "")
    return worstFirst(
      snapshot.metrics.filter { aspects.contains($0.aspect) && filter.lets("\($0.title) \($0.health.rawValue)") }
    ) { $0.health.rank }
  }

  /// All metrics in the order in which the cursor walks through them.
  var metricRows: [MetricRow] {
    groupsMetrics
      ? metricRows(MetricGroup.technical) + metricRows(MetricGroup.business)
      : metricRows(MetricRow.Aspect.allCases)
  }

  /// The drift rows as they are shown, worst first.
  var driftRows: [DriftRow] {
    let filter = FuzzyFilter(filters[.drift] ?? "")
    return worstFirst(snapshot.drift.filter { filter.lets("\($0.title) \($0.statistic) \($0.verdict.rawValue)") }) {
      $0.verdict.rank
    }
  }

  /// The agents as they are shown, worst first.
  var agentRows: [AgentRow] {
    let filter = FuzzyFilter(filters[.agents] ?? "")
    return worstFirst(snapshot.agents.filter { filter.lets("\($0.name) \($0.note ?? "")") }) { -$0.standing }
  }

  /// The events as they are shown, newest first.
  var eventRows: [EventRow] {
    let filter = FuzzyFilter(filters[.events] ?? "")
    return snapshot.events.filter { filter.lets("\($0.kind) \($0.text)") }
  }

  /// The sources as they are shown, what is wrong first.
  var sourceRows: [SourceRow] {
    let filter = FuzzyFilter(filters[.sources] ?? "")
    return worstFirst(snapshot.sources.filter { filter.lets("\($0.name) \($0.file) \($0.state.rawValue)") }) {
      $0.rank
    }
  }

  /// What names the rows of a panel, in the order in which they are shown.
  func rowIDs(_ panel: Panel) -> [RowID] {
    switch panel {
    case .incidents: incidentRows.map { .incident($0.number) }
    case .metrics: metricRows.map { .name($0.name) }
    case .drift: driftRows.map { .name($0.name) }
    case .runs: runRows.map { .name($0.id) }
    case .assessments: assessRows.map { .name($0.name) }
    case .journal: auditRows.map { .name(String($0.sequence)) }
    case .agents: agentRows.map { .name($0.name) }
    case .sources: sourceRows.map { .name($0.name) }
    case .events: eventRows.map { .event($0.at.nanoseconds, $0.kind + $0.text) }
    default: []
    }
  }

  /// Where the cursor of a panel stands; 0 when there are no rows. The same row wherever it moved to; the same place
  /// where the row has gone.
  func cursorIndex(_ panel: Panel) -> Int {
    guard let cursor = cursors[panel] else { return 0 }
    let rows = rowIDs(panel)
    return rows.firstIndex(of: cursor.row) ?? max(0, min(cursor.index, rows.count - 1))
  }

  /// The metric that the large graph shows: the selected one, else the worst.
  var chartedMetric: MetricRow? {
    let rows = metricRows
    if cursors[.metrics] != nil, rows.indices.contains(cursorIndex(.metrics)) { return rows[cursorIndex(.metrics)] }
    return worstFirst(rows) { $0.health.rank }.first
  }

  private func worstFirst<Row>(_ rows: [Row], rank: (Row) -> Int) -> [Row] {
    rows.enumerated().sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }.map(\.element)
  }
}

/// Which aspects share a panel where there is room for two.
enum MetricGroup {
  static let technical: [MetricRow.Aspect] = [.technical]
  static let business: [MetricRow.Aspect] = [.business, .safety, .quality]
}

extension IncidentRow {
  /// 0 for what needs a person, 1 for what is only watched, 2 for what has ended.
  var queueRank: Int { !isOpen ? 2 : state == .monitoring ? 1 : 0 }

  /// What the queue is sorted by: rank, then the graver, then the newer.
  var queueKey: (Int, Int, Int) { (queueRank, severity == .alarm ? 0 : severity == .warn ? 1 : 2, 0 &- number) }
}

extension SourceRow {
  /// 0 for the worst.
  var rank: Int {
    switch state {
    case .denied: 0
    case .stale: 1
    case .catchingUp: 2
    case .waiting: 3
    case .ok, .ended: isTroubled ? 4 : 5
    }
  }
}

extension MetricRow.Health {
  /// 0 for the worst.
  var rank: Int {
    switch self {
    case .alarm: 0
    case .warn: 1
    case .stale: 2
    case .tooFew: 3
    case .ok: 4
    }
  }
}

extension DriftRow.Verdict {
  /// 0 for the worst.
  var rank: Int {
    switch self {
    case .alarm: 0
    case .warn: 1
    case .noReference: 2
    case .tooFew: 3
    case .ok: 4
    }
  }
}

extension AgentRow {
  /// 3 where the latest runs hold an incident, 2 for errors, 1 for warnings, 0 otherwise.
  var standing: Int {
    switch runs.max() {
    case .incident: 3
    case .error: 2
    case .warn: 1
    default: 0
    }
  }
}
