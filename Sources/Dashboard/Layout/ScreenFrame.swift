import Domain
import Screen

/// The rows of every screen: two at the top, one at the bottom, one more for a notice, and the body between.
struct ScreenFrame {
  var header: Rect
  var body: Rect
  var notice: Rect
  var footer: Rect

  init(_ model: Model, size: Size) {
    let whole = Rect(size)
    let headerRows = OverviewLayout.kind(size) == .tiny ? 1 : 2
    let top = whole.split(top: headerRows)
    header = top.top
    let bottom = top.bottom.split(bottom: 1)
    footer = bottom.bottom
    let parts = bottom.top.split(bottom: ScreenFrame.notice(model) == nil ? 0 : 1)
    notice = parts.bottom
    body = parts.top
  }

  /// What the dashboard has to say about itself, in one line.
  static func notice(_ model: Model) -> String? {
    if let first = model.snapshot.notices.first {
      let more = model.snapshot.notices.count - 1
      return more > 0 ? "\(first) (+\(more) more: ?)" : first
    }
    let reading = model.snapshot.sources.filter { $0.state == .catchingUp }
    guard let slowest = reading.min(by: { ($0.progress ?? 0) < ($1.progress ?? 0) }) else { return nil }
    let share = SourcesPanel.percent(slowest.progress ?? 0)
    return "reading history: \(slowest.name) \(share)" + (reading.count > 1 ? " and \(reading.count - 1) more" : "")
  }
}

extension Model {
  /// The panels that the present screen shows at the present size, in the order of the tab key.
  var visiblePanels: [Panel] {
    let body = ScreenFrame(self, size: size).body
    switch place {
    case .overview:
      return OverviewLayout(self, size: size, body: body).order
    case .incident(let number):
      return IncidentLayout(
        snapshot.details[number], isFormOpen: false, size: size, body: body.split(top: 2).bottom
      ).order
    case .board(let board):
      switch snapshot.board {
      case .drift(let content)? where board == .drift:
        return DriftLayout(content, size: size, body: body.split(top: 1).bottom).order
      case .traces(let content)? where board == .traces:
        if trace.run == nil { return TraceLayout(agents: snapshot.agents.count, size: size, body: body).order }
        return TraceLayout(content, isCompared: trace.isCompared, size: size, body: body.split(top: 1).bottom).order
      case .assess(let content)? where board == .assess:
        return AssessLayout(content, size: size, body: body).order
      case .audit(let content)? where board == .audit:
        return AuditLayout(size: size, body: body.split(top: 1).bottom, activity: content.activity.count).order
      default: return [board.mainPanel]
      }
    }
  }

  /// How far a panel without a cursor can be scrolled at most.
  func scrollLimit(_ panel: Panel) -> Int {
    switch panel {
    case .timeline, .evidence, .runbook, .actions, .similar: max(0, IncidentScreen.rowCount(panel, openDetail) - 1)
    case .findings: openTrace.map { max(0, $0.findings.count - 1) } ?? 0
    case .comparison: openTrace.map { max(0, $0.pairs.count - 1) } ?? 0
    case .spanDetail:
      openTrace.flatMap { board in
        board.spans.indices.contains(trace.span)
          ? max(0, SpanDetailPanel.lines(board.spans[trace.span], width: size.columns / 3).count - 1) : nil
      } ?? 0
    case .entry:
      auditBoard?.detail.map { AuditScreen.lines($0, width: size.columns / 3).count - 1 } ?? 0
    case .practices: snapshot.practices.count * 6 - 1
    case .ruleQuality: assessBoard.map { max(0, $0.rules.count - 1) } ?? 0
    case .checks: assessBoard.map { max(0, $0.checks.count - 1) } ?? 0
    case .assessment: 40
    case .distribution, .segments, .versions, .meaning:
      driftBoard.map { max(0, DriftScreen.rowCount(panel, $0) - 1) } ?? 0
    default: 0
    }
  }

  /// Where a panel rests before it is scrolled: at its top, the timeline at its newest entry.
  func restingScroll(_ panel: Panel) -> Int { panel == .timeline ? scrollLimit(panel) : 0 }

  /// What is known about the open incident.
  var openDetail: IncidentDetail? {
    guard case .incident(let number) = place else { return nil }
    return snapshot.details[number]
  }
}
