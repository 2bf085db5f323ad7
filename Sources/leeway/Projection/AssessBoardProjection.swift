import Assurance
import Dashboard
import Domain
import Engine
import Incidents
import Storage

/// The assess screen's data: the register, how well rules work, and whether values hold.
struct AssessBoardProjection {
  var plan: WatchPlan
  var now: Timestamp
  /// The newest event time that is shown: values of a log from yesterday are read at its own end.
  var end: Timestamp

  func board(_ fold: JournalFold, _ reader: StoreReader) throws -> AssessBoard {
    let items = fold.register.all.map(item).sorted { left, right in
      (Self.rank(left.state), left.dueAt ?? .distantFuture, left.name)
        < (Self.rank(right.state), right.dueAt ?? .distantFuture, right.name)
    }
    return AssessBoard(
      items: items, rules: rules(fold), ruleCount: plan.ruleCount, checks: try checks(reader))
  }

  private static func rank(_ state: AssessBoard.Item.State) -> Int {
    switch state {
    case .overdue: 0
    case .due: 1
    case .current: 2
    case .snoozed: 3
    }
  }

  // MARK: - The register

  private func item(_ assessment: Assessment) -> AssessBoard.Item {
    var item = AssessBoard.Item(
      name: assessment.plan.name, kind: assessment.plan.kind.rawValue,
      state: AssessBoard.Item.State(rawValue: assessment.state(at: now).rawValue) ?? .current)
    item.dueAt = assessment.dueAt
    item.snoozedUntil = assessment.snoozedUntil
    item.because = assessment.because
    item.owner = assessment.plan.owner
    if let last = assessment.last {
      item.lastAt = last.finishedAt
      item.result = Self.result(last)
    }
    item.change = assessment.changes.prefix(2).map { change in
      let clear = change.isClear.map { $0 ? "" : ", within chance" } ?? ""
      return "was \(Self.number(change.before))\(clear)"
    }.joined(separator: "; ")
    item.details = details(assessment)
    return item
  }

  private static func result(_ record: AssessmentRecord) -> String {
    var parts = record.results.prefix(2).map { result in
      let interval = result.interval.map { " (\(number($0.lowerBound))–\(number($0.upperBound)))" } ?? ""
      return "\(result.metric) \(number(result.value))\(interval)"
    }
    if let canaries = record.canaries { parts.append("canaries \(canaries.hits)/\(canaries.count)") }
    if !record.findings.isEmpty {
      parts.append("\(record.findings.count) finding\(record.findings.count == 1 ? "" : "s")")
    }
    if let risk = record.residualRisk { parts.append("residual risk: \(risk)") }
    parts.append(record.decision.rawValue)
    return parts.joined(separator: ", ")
  }

  private func details(_ assessment: Assessment) -> [TraceSpanRow.Detail] {
    var details: [TraceSpanRow.Detail] = []
    func add(_ name: String, _ text: String?) {
      if let text, !text.isEmpty { details.append(TraceSpanRow.Detail(name, text)) }
    }
    add("kind", assessment.plan.kind.rawValue)
    add("owner", assessment.plan.owner)
    add("scope", assessment.plan.scope)
    add("every", assessment.plan.every?.short)
    add("triggers", assessment.plan.triggers.map(\.rawValue).sorted().joined(separator: ", "))
    add("due", assessment.dueAt?.formatted())
    add("because", assessment.because)
    add("put off", assessment.snoozedUntil.map { "until \($0.formatted()): \(assessment.snoozeReason ?? "")" })
    for record in assessment.records.sorted(by: { $0.finishedAt > $1.finishedAt }).prefix(5) {
      add("record", "\(record.finishedAt.formatted()) \(record.decision.rawValue), by \(record.approver)")
      add("version", record.version)
      for result in record.results.prefix(40) {
        let interval = result.interval.map { " (\(Self.number($0.lowerBound))–\(Self.number($0.upperBound)))" } ?? ""
        add(
          "result",
          "\(result.metric) \(Self.number(result.value))\(interval)" + (result.count.map { ", n \($0)" } ?? ""))
      }
      for finding in record.findings.prefix(40) { add("finding", "\(finding.severity.rawValue): \(finding.text)") }
      add("risk", record.residualRisk)
      add("file", record.source)
    }
    return details
  }

  private static func number(_ value: Double) -> String {
    guard value.isFinite, value.magnitude < 1e9 else { return "\(value)" }
    let scaled = (value * 1_000).rounded() / 1_000
    return scaled == scaled.rounded() ? "\(Int(scaled))" : "\(scaled)"
  }

  // MARK: - Rules

  private func rules(_ fold: JournalFold) -> [AssessBoard.Rule] {
    let quality = AlertQuality(fold.book.incidents)
    let advice = Dictionary(fold.suggestions.map { ($0.rule, $0.advice) }) { first, _ in first }
    var rules = quality.rules.prefix(200).map { rule -> AssessBoard.Rule in
      var row = AssessBoard.Rule(name: rule.rule, incidents: rule.incidents, unjudged: rule.unjudged)
      if let share = rule.precision.value {
        row.precision = (share, rule.precision.interval.lowerBound, rule.precision.interval.upperBound)
      }
      var notes: [String] = []
      if let advice = advice[rule.rule] {
        row.health = .warn
        notes.append(advice)
      }
      // What is surely wrong more often than not is noise, whatever little was judged.
      if rule.precision.count > 0, rule.precision.interval.upperBound < 0.5 {
        row.health = .alarm
        notes.append(advice[rule.rule] == nil ? "mostly false: raise or retire it" : "mostly false")
      } else if rule.noise.count >= 5, rule.noise.interval.lowerBound > 0.5 {
        row.health = .warn
        notes.append("\(rule.noise.hits) of \(rule.noise.count) ended with nothing done")
      }
      if rule.flapping > 0 {
        if row.health == .ok { row.health = .warn }
        notes.append("flapping")
      }
      if let seconds = rule.timeToDetect.quantile(0.5) { notes.append("found in \(Duration.seconds(seconds).short)") }
      if let seconds = rule.timeToAcknowledge.quantile(0.5) {
        notes.append("acked in \(Duration.seconds(seconds).short)")
      }
      row.note = notes.joined(separator: ", ")
      return row
    }
    for number in quality.missed.prefix(5) {
      rules.append(
        AssessBoard.Rule(
          name: "(no rule)", health: .alarm, incidents: 1,
          note: "missed INC-\(incidentNumber(number)): people reported it"))
    }
    for blind in plan.blindEverywhere.prefix(100) {
      rules.append(
        AssessBoard.Rule(name: blind.rule, health: .stale, note: "blind on \(blind.source): needs \(blind.missing)"))
    }
    let order: [MetricRow.Health: Int] = [.alarm: 0, .warn: 1, .ok: 2, .stale: 3, .tooFew: 3]
    return rules.enumerated().sorted {
      (order[$0.element.health] ?? 4, $0.offset) < (order[$1.element.health] ?? 4, $1.offset)
    }
    .map(\.element)
  }

  // MARK: - Checks

  private func checks(_ reader: StoreReader) throws -> [AssessBoard.Check] {
    var checks = try plan.values.map { value in
      let check = try HealthReport.check(value, plan, end: end, reader)
      let health: MetricRow.Health =
        switch check.state {
        case .ok: .ok
        case .warn: .warn
        case .alarm: .alarm
        case .unknown: .stale
        }
      return AssessBoard.Check(name: check.name, health: health, detail: check.detail, owner: check.owner)
    }
    for metric in plan.metrics {
      let missing = [
        metric.owner == nil ? "owner" : nil, metric.why == nil ? "reason" : nil,
        metric.tolerance == nil ? "tolerance" : nil,
      ].compactMap { $0 }
      guard !missing.isEmpty else { continue }
      checks.append(
        AssessBoard.Check(
          name: metric.name, health: .stale, detail: "no " + missing.joined(separator: ", no "), owner: metric.owner))
    }
    return checks
  }
}
