import Dashboard
import Domain
import Incidents

/// Incidents as the screens show them.
enum IncidentProjection {
  static func row(_ incident: Incident) -> IncidentRow {
    var row = IncidentRow(
      number: incident.number, revision: incident.rev, title: incident.title, severity: incident.severity,
      state: IncidentRow.State(rawValue: incident.state.rawValue) ?? .new, openedAt: incident.episode.openedAt)
    row.isVerifying = incident.isVerifying
    row.owner = incident.owner
    row.episode = incident.episode.number
    row.isFlapping = incident.isFlapping
    row.acknowledgedAt = incident.episode.acknowledgedAt
    row.acknowledgedBy = incident.episode.acknowledgedAt == nil ? nil : incident.owner
    row.snoozedUntil = incident.snoozedUntil
    row.signalsCleared = incident.signals.isEmpty || incident.isUnknown ? nil : incident.isClear
    return row
  }

  static func detail(
    _ incident: Incident, book: IncidentBook, metrics: [MetricRow], version: String?
  ) -> IncidentDetail {
    let metric = metric(of: incident, among: metrics)
    var detail = IncidentDetail(category: incident.category, version: version)
    detail.timeline = incident.timeline.map { entry in
      IncidentDetail.Moment(
        at: entry.at, kind: entry.actor == Actor.leeway.displayName ? "rule" : entry.actor, text: entry.detail)
    }
    detail.signals = incident.signals.map { signal in
      IncidentDetail.Signal(
        key: signal.key.description, state: signal.state, value: signal.value, threshold: signal.threshold,
        count: signal.count, since: signal.since)
    }
    detail.evidence = incident.evidence.map { IncidentDetail.Evidence(text: $0.reference) }
    detail.runbook = incident.runbook.map { IncidentDetail.Runbook(name: $0) }
    detail.actions = incident.actions.enumerated().map { index, action in
      actionRow(action, number: index + 1, metrics: metrics)
    }
    detail.metric = metric
    detail.similar = book.similar(to: incident).map { earlier in
      let last = earlier.actions.last
      return IncidentDetail.Similar(
        number: earlier.number, title: earlier.title,
        outcome: last.map { $0.statement } ?? earlier.verdict?.rawValue ?? earlier.state.rawValue,
        worked: last.flatMap { $0.state == .effective ? true : $0.state == .ineffective ? false : nil })
    }
    return detail
  }

  private static func actionRow(_ action: CorrectiveAction, number: Int, metrics: [MetricRow]) -> ActionRow {
    var row = ActionRow(
      number: number, kind: ActionKind(rawValue: action.kind.rawValue) ?? .correction, statement: action.statement,
      state: action.state.rawValue, owner: action.owner, at: action.recordedAt)
    row.reason = action.reason
    row.watchedSince = action.implementedAt ?? action.recordedAt
    if let effect = action.effect {
      row.effect = Dashboard.ExpectedEffect(
        metric: effect.metric, comparison: EffectComparison(rawValue: effect.relation.rawValue) ?? .less,
        bound: effect.bound, within: effect.within)
      let metric = metrics.first { $0.name == effect.metric }
      row.metricTitle = metric?.title
      row.unit = metric?.unit ?? ""
      row.current = metric?.now
      if let metric, let end = metric.end {
        let age = (end - action.recordedAt).inSeconds
        let index = metric.samples.count - 1 - Int(max(0, age) / Double(max(1, metric.bucketSeconds)))
        if metric.samples.indices.contains(index) { row.before = metric.samples[index] }
      }
    }
    return row
  }

  /// The metric that an incident is about: the one its rule's name or title names, else the one an action names.
  private static func metric(of incident: Incident, among metrics: [MetricRow]) -> MetricRow? {
    let named = incident.actions.compactMap { $0.effect?.metric }.last
    if let named, let row = metrics.first(where: { $0.name == named }) { return row }
    let words = Set((incident.signals.map(\.key.rule) + [incident.title]).flatMap(Self.words))
    let scored = metrics.map { row in (row: row, score: Self.words(row.name).filter(words.contains).count) }
    guard let best = scored.max(by: { $0.score < $1.score }), best.score > 0 else { return nil }
    return best.row
  }

  /// Words with their endings cut off, so that `guardrail-failures` and `guardrail fails` meet.
  private static func words(_ text: String) -> [String] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }.filter { $0.count > 2 }.map { String($0.prefix(5)) }
  }
}
