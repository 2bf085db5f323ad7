/// A part of a screen that can be focused and zoomed.
public enum Panel: String, CaseIterable, Sendable {
  /// The queue.
  case incidents
  /// The metrics.
  case metrics
  /// The drift of the watched columns.
  case drift
  /// The agents and their runs.
  case agents
  /// What happened lately.
  case events
  /// The files that are read.
  case sources
  /// How the five practices stand.
  case practices
  /// What happened to one incident.
  case timeline
  /// The signals and the evidence of one incident.
  case evidence
  /// The steps to take.
  case runbook
  /// What was done about one incident, and whether it worked.
  case actions
  /// The metric that one incident is about.
  case chart
  /// Earlier incidents of the same kind.
  case similar
  /// The shares of one column's bins.
  case distribution
  /// One column's drift over time.
  case course
  /// One column's drift by label.
  case segments
  /// The versions side by side.
  case versions
  /// What one column's drift means.
  case meaning
  /// The runs of all agents.
  case runs
  /// The spans of one run.
  case spans
  /// One span in full.
  case spanDetail
  /// What was found in one run.
  case findings
  /// Two runs side by side.
  case comparison
  /// The register of assessments.
  case assessments
  /// One assessment in full.
  case assessment
  /// How well the rules work.
  case ruleQuality
  /// Values, and what metrics lack.
  case checks
  /// The entries of the journal.
  case journal
  /// One entry in full.
  case entry
  /// Who did what lately.
  case activity

  /// Whether the panel is part of the incident screen.
  var isIncidentPart: Bool {
    switch self {
    case .timeline, .evidence, .runbook, .actions, .chart, .similar: true
    default: false
    }
  }

  /// Whether its rows can be selected, rather than scrolled.
  var hasCursor: Bool {
    switch self {
    case .incidents, .metrics, .drift, .agents, .events, .sources, .runs, .assessments, .journal: true
    default: false
    }
  }
}

/// Which screen is shown.
public enum Place: Hashable, Sendable {
  /// The overview, or one of its panels zoomed.
  case overview
  /// One incident, by number.
  case incident(Int)
  /// A screen with data of its own.
  case board(Board)
}

/// What names a row, whatever its place in the list.
enum RowID: Hashable, Sendable {
  case incident(Int)
  case name(String)
  case event(Int64, String)
}

/// The selected row of a panel; the index serves when the row has gone.
struct Cursor: Equatable, Sendable {
  var row: RowID
  var index: Int
}
