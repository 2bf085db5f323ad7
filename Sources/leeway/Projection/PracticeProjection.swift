import Assurance
import Dashboard
import Domain
import Engine
import Incidents

/// How the five practices stand, from what the store holds today.
enum PracticeProjection {
  static func rows(
    metrics: [MetricRow], sources: [SourceRow], drift: [DriftRow], incidents: [Incident], unreviewed: String?,
    register: AssessmentRegister, drills: DrillHistory, drillsEvery: Duration?, entries: Int, chain: ChainCheck.Finding,
    now: Timestamp
  ) -> [PracticeRow] {
    [
      monitoring(metrics, sources), driftPractice(drift, unreviewed: unreviewed, values: drills.health?.values ?? []),
      reassessment(register, drills, every: drillsEvery, now: now), actions(incidents, now: now), audit(entries, chain),
    ]
  }

  private static func monitoring(_ metrics: [MetricRow], _ sources: [SourceRow]) -> PracticeRow {
    let alarms = metrics.count { $0.health == .alarm }
    let warns = metrics.count { $0.health == .warn }
    let stale = metrics.count { $0.health == .stale }
    let silent = sources.filter { $0.state == .stale || $0.state == .denied }.map(\.name)
    let mark: PracticeRow.Mark =
      metrics.isEmpty ? .unknown : alarms > 0 || !silent.isEmpty ? .alarm : warns + stale > 0 ? .warn : .ok
    var sentence = "\(metrics.count) metrics, \(stale) stale, \(warns) warn, \(alarms) alarm"
    if !silent.isEmpty { sentence += "; silent: \(silent.joined(separator: ", "))" }
    return PracticeRow(number: 1, title: "monitor", mark: mark, sentence: sentence)
  }

  private static func driftPractice(
    _ drift: [DriftRow], unreviewed: String?, values: [DrillHistory.Health.Value]
  ) -> PracticeRow {
    let breached = values.first { $0.state == "alarm" }
    let worrying = breached ?? values.first { $0.state == "warn" }
    let alarms = drift.count { $0.verdict == .alarm }
    let warns = drift.count { $0.verdict == .warn }
    let unknown = drift.count { $0.verdict == .tooFew || $0.verdict == .noReference }
    let mark: PracticeRow.Mark =
      alarms > 0 || breached != nil
      ? .alarm
      : warns > 0 || unreviewed != nil || worrying != nil
        ? .warn : drift.isEmpty || unknown == drift.count ? .unknown : .ok
    let gauges =
      drift.isEmpty
      ? "no metric is watched for drift"
      : "\(drift.count) gauges, \(alarms) alarm, \(warns) warn, \(unknown) cannot say yet"
        + (unreviewed.map { "; review of \($0) not done" } ?? "")
    let value = worrying.map { "; at the last health check beyond its limit: \($0.name)" } ?? ""
    return PracticeRow(number: 2, title: "drift", mark: mark, sentence: gauges + value)
  }

  private static func reassessment(
    _ register: AssessmentRegister, _ drills: DrillHistory, every: Duration?, now: Timestamp
  ) -> PracticeRow {
    let overdue = register.all.filter { $0.state(at: now) == .overdue }
    let due = register.all.filter { $0.state(at: now) == .due }
    let drill = drillFinding(drills, every: every, now: now)
    let mark: PracticeRow.Mark =
      register.all.isEmpty && drill == nil
      ? .unknown : !overdue.isEmpty ? .alarm : !due.isEmpty || drill != nil ? .warn : .ok
    var sentence = "\(register.all.count) assessments, \(overdue.count) overdue, \(due.count) due"
    if register.all.isEmpty { sentence = "no assessment is registered: leeway assess add" }
    if let first = overdue.first ?? due.first { sentence += ": \(first.plan.name) (\(first.because))" }
    return PracticeRow(
      number: 3, title: "reassess", mark: mark,
      sentence: ([sentence] + [drill].compactMap { $0 }).joined(separator: "; "))
  }

  /// What is wrong with the drills: a rule that no longer fires in one, or a schedule that is not kept.
  private static func drillFinding(_ drills: DrillHistory, every: Duration?, now: Timestamp) -> String? {
    if let lost = drills.last.sorted(by: { $0.key < $1.key }).flatMap(\.value.lost).first {
      return "\(lost) fired in a drill before and no longer does"
    }
    // Half a turn late is late: a drill takes its time.
    guard let every, let last = drills.last.values.map(\.at).max(), now - last > every + every / 2 else { return nil }
    return "the last drill of the rules was \((now - last).short) ago"
  }

  private static func actions(_ incidents: [Incident], now: Timestamp) -> PracticeRow {
    let open = incidents.filter(\.state.isOpen)
    let waiting = open.count { $0.state == .new }
    let without = open.count { $0.actions.isEmpty }
    let late = incidents.reduce(0) { $0 + $1.actions.count { $0.isOverdue(at: now) } }
    let unproven = incidents.reduce(0) { $0 + $1.checks.count { $0.state(at: now) == .proposed } }
    let mark: PracticeRow.Mark = waiting + late > 0 ? .alarm : without + unproven > 0 ? .warn : .ok
    let proof =
      (late > 0 ? ", \(late) actions overdue" : "") + (unproven > 0 ? ", \(unproven) checks wait for a word" : "")
    return PracticeRow(
      number: 4, title: "actions", mark: mark,
      sentence: open.isEmpty
        ? "no open incident\(proof)"
        : "\(open.count) open, \(waiting) not acknowledged, \(without) without an action\(proof)")
  }

  private static func audit(_ entries: Int, _ chain: ChainCheck.Finding) -> PracticeRow {
    func row(_ mark: PracticeRow.Mark, _ sentence: String) -> PracticeRow {
      PracticeRow(number: 5, title: "audit", mark: mark, sentence: sentence)
    }
    if let problem = chain.problem {
      return row(.alarm, "journal broken: \(problem); leeway audit verify")
    }
    if entries == 0 { return row(.unknown, "the journal is empty") }
    if chain.checked < entries {
      let checked = ReadingText.count(chain.checked)
      return row(.unknown, "\(checked) of \(ReadingText.count(entries)) entries checked so far")
    }
    return row(.ok, "\(ReadingText.count(entries)) entries, chain intact")
  }
}
