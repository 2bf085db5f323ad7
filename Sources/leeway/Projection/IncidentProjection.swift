import Dashboard
import Domain
import Engine
import Incidents
import Storage

/// Incidents as the screens show them.
struct IncidentProjection {
  /// How many lines of a timeline are told with the words of their journal entries.
  private static let toldLines = 200

  let words: SignalWords

  func row(_ incident: Incident) -> IncidentRow {
    var row = IncidentRow(
      number: incident.number, revision: incident.rev,
      title: words.title(incident.title, labels: incident.signals.map(\.key.labels)), severity: incident.severity,
      state: IncidentRow.State(rawValue: incident.state.rawValue) ?? .new, openedAt: incident.episode.openedAt)
    row.headline = words.title(incident.title, labels: [])
    row.rule = incident.signals.first?.key.rule
    row.isVerifying = incident.isVerifying
    row.owner = incident.owner
    row.episode = incident.episode.number
    row.isFlapping = incident.isFlapping
    row.acknowledgedAt = incident.episode.acknowledgedAt
    row.acknowledgedBy = incident.episode.acknowledgedAt == nil ? nil : incident.owner
    row.snoozedUntil = incident.snoozedUntil
    row.overdueSince = incident.actions.filter { $0.implementedAt == nil && $0.state != .cancelled }.compactMap(\.dueAt)
      .min()
    row.signalsCleared = incident.signals.isEmpty || incident.isUnknown ? nil : incident.isClear
    return row
  }

  /// The metric that an incident is about: the one its signals read, else the one that an action names.
  func metric(of incident: Incident) -> WatchPlan.Metric? {
    for signal in incident.signals {
      if let metric = words.metric(rule: signal.key.rule, title: incident.title, threshold: signal.threshold) {
        return metric
      }
    }
    let named = incident.actions.compactMap { $0.effect?.metric }.last
    return words.metrics.first { $0.name == named }
  }

  /// Everything about one incident; `metric` is the course of ``metric(of:)``, `harm` what ``DriftHarm`` says of it.
  func detail(
    _ incident: Incident, book: IncidentBook, metric: MetricRow?, metrics: [MetricRow], harm: [String],
    version: String?, now: Timestamp, _ reader: StoreReader
  ) throws -> IncidentDetail {
    var detail = IncidentDetail(category: incident.category, version: version)
    detail.timeline = try timeline(incident, reader)
    detail.signals = incident.signals.map { signal in
      IncidentDetail.Signal(
        key: words.name(rule: signal.key.rule, labels: signal.key.labels)
          + (signal.key.labels.isEmpty ? "" : " (\(signal.key.labels))"),
        state: signal.state, value: signal.value, threshold: signal.threshold, count: signal.count,
        since: signal.since,
        unit: words.unit(
          rule: signal.key.rule, labels: signal.key.labels, title: incident.title, threshold: signal.threshold))
    }
    detail.evidence =
      harm.map { IncidentDetail.Evidence(severity: $0.hasPrefix("Harmful:") ? .alarm : nil, text: $0) }
      + incident.evidence.map { IncidentDetail.Evidence(text: $0.reference) }
    detail.runbook = incident.runbook.map(RunbookFile.read)
    detail.runbook?.done = Set(incident.stepsDone.keys.map { $0 - 1 })
    detail.actions = incident.actions.enumerated().map { index, action in
      var row = actionRow(action, number: index + 1, metrics: metrics)
      // The check of the expected effect says nothing that the effect does not, until it was measured.
      row.checks = incident.checks.filter { $0.action == action.id && (!$0.isImplied || $0.measurement != nil) }
        .map { checkRow($0, at: now) }
      return row
    }
    detail.metric = metric.map { limited($0, by: incident) }
    detail.similar = book.similar(to: incident).map { earlier in
      let last = earlier.actions.last
      return IncidentDetail.Similar(
        number: earlier.number, title: words.title(earlier.title, labels: earlier.signals.map(\.key.labels)),
        outcome: last.map { $0.statement } ?? earlier.verdict?.rawValue ?? earlier.state.rawValue,
        worked: last.flatMap { $0.state == .effective ? true : $0.state == .ineffective ? false : nil })
    }
    return detail
  }

  /// The course with the bound that the incident's own rule compares with, where both are in one unit.
  private func limited(_ row: MetricRow, by incident: Incident) -> MetricRow {
    guard
      let signal = incident.signals.first(where: { signal in
        let key = signal.key
        return words.subject(rule: key.rule, labels: key.labels, title: incident.title, threshold: signal.threshold)
          == .metric(row.name)
      }), let threshold = signal.threshold
    else { return row }
    var row = row
    let direction = row.limit?.direction ?? ((signal.value ?? threshold) < threshold ? .below : .above)
    row.limit =
      incident.severity == .alarm
      ? MetricLimit(alarm: threshold, direction: direction) : MetricLimit(warn: threshold, direction: direction)
    if let now = row.now, row.health != .stale, row.health != .tooFew { row.health = row.limit?.health(of: now) ?? .ok }
    return row
  }

  private func timeline(_ incident: Incident, _ reader: StoreReader) throws -> [IncidentDetail.Moment] {
    let plain = max(0, incident.timeline.count - Self.toldLines)
    return try incident.timeline.enumerated().map { index, line in
      let isPerson = line.actor != Actor.leeway.displayName
      let kind = isPerson ? line.actor : line.verb == "version.seen" ? "deploy" : "rule"
      let moment = IncidentDetail.Moment(at: line.at, kind: kind, text: line.detail)
      guard index >= plain, !isPerson, let entry = try reader.entries(after: line.sequence - 1, limit: 1).first
      else { return moment }
      return told(moment, line, entry, incident)
    }.sorted { $0.at < $1.at }
  }

  /// A line of the timeline with its event time and with values as the screens write them.
  private func told(
    _ moment: IncidentDetail.Moment, _ line: TimelineEntry, _ entry: JournalEntry, _ incident: Incident
  ) -> IncidentDetail.Moment {
    var moment = moment
    moment.at = EventProjection.time(of: entry)
    guard let facts = SignalWords.Facts(entry.data) else { return moment }
    let title = incident.title
    moment.kind =
      words.subject(rule: facts.rule, labels: facts.labels, title: title, threshold: facts.threshold).kind
    let name = words.name(rule: facts.rule, labels: facts.labels)
    let reading = words.reading(facts, title: title).map { ", \($0)" } ?? ""
    switch line.verb.rawValue {
    case "incident.open": (moment.text, moment.severity) = ("opened: \(name)\(reading)", incident.severity)
    case "incident.attach": (moment.text, moment.severity) = ("fires again: \(name)\(reading)", incident.severity)
    case "incident.reopen": (moment.text, moment.severity) = ("opened again: \(name)\(reading)", incident.severity)
    case "signal.pending": moment.text = "pending: \(name)\(reading)"
    case "signal.cleared": moment.text = "no longer pending: \(name)\(reading)"
    case "signal.firing": moment.text = "still fires: \(name)\(reading)"
    case "signal.resolved": moment.text = "clear: \(name)\(reading)"
    case "signal.stale": moment.text = "no data: whether \(name) still fires is unknown"
    case "signal.error": moment.text = "rule failed: whether \(name) still fires is unknown"
    default: break
    }
    return moment
  }

  private func checkRow(_ check: EffectivenessCheck, at now: Timestamp) -> CheckRow {
    CheckRow(
      id: check.id, plan: check.isImplied ? "as expected of it" : check.plan.sentence,
      standing: check.verdict?.rawValue ?? check.state(at: now).rawValue, dueAt: check.dueAt,
      measured: check.measurement?.sentence, breaches: [])
  }

  private func actionRow(_ action: CorrectiveAction, number: Int, metrics: [MetricRow]) -> ActionRow {
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
        let index = metric.samples.count - 1 - Int(max(0, min(age, 86_400)) / Double(max(1, metric.bucketSeconds)))
        // The slot before the one in which it was recorded was full by then.
        if metric.samples.indices.contains(index - 1) { row.before = metric.samples[index - 1] }
      }
    }
    return row
  }
}
