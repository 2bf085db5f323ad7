public import Domain

/// Every assessment, as a fold over the journal's entries (practice PM-3).
public struct AssessmentRegister: Hashable, Sendable {
  /// The assessments by name, in the order in which they were added.
  public private(set) var all: [Assessment] = []

  /// The most assessments.
  public static let mostAssessments = 1_000

  /// The register without assessments.
  public init() {}

  /// An assessment by its name.
  public func assessment(named name: String) -> Assessment? { all.first { $0.plan.name == name } }

  /// The assessments that are due or overdue at `now`, the longest overdue first.
  public func due(at now: Timestamp) -> [Assessment] {
    all.filter { [.due, .overdue].contains($0.state(at: now)) }
      .sorted { ($0.dueAt ?? .distantFuture, $0.plan.name) < ($1.dueAt ?? .distantFuture, $1.plan.name) }
  }

  /// Takes one entry of the journal; those of others change nothing.
  public mutating func apply(_ entry: JournalEntry) {
    switch entry.act.rawValue {
    case "assessment.add": add(entry)
    case "assessment.record": record(entry)
    case "assessment.snooze":
      guard let index = index(entry) else { return }
      all[index].snoozedUntil = entry.data["until"]?.string.flatMap { Timestamp(rfc3339: $0) }
      all[index].snoozeReason = entry.data["reason"]?.string
    case "assessment.trigger":
      guard let index = index(entry) else { return }
      note(index, .law, entry.data["reason"]?.string ?? "", entry.at)
      // Who asks for it now does not wait for the end of a delay that somebody asked for before.
      all[index].snoozedUntil = nil
      all[index].snoozeReason = nil
    case "version.seen":
      guard entry.data["initial"]?.bool != true, let version = entry.object["version"]?.string else { return }
      noteAll(.newVersion, "version \(version)", entry.at)
    case "incident.open":
      guard entry.data["severity"]?.string == Severity.alarm.rawValue else { return }
      noteAll(.incident, entry.object["incident"]?.string ?? "an incident", entry.at)
    case "signal.firing":
      guard let rule = entry.data["rule"]?.string, rule.hasPrefix("drift:") else { return }
      noteAll(.drift, rule.dropFirst(6) + " has drifted", entry.at)
    default: break
    }
  }

  private func index(_ entry: JournalEntry) -> Int? {
    guard entry.data["result"]?.string == nil, let name = entry.object["assessment"]?.string else { return nil }
    return all.firstIndex { $0.plan.name == name }
  }

  private mutating func add(_ entry: JournalEntry) {
    guard entry.data["result"]?.string == nil, let name = entry.object["assessment"]?.string,
      let plan = AssessmentPlan(name: name, data: entry.data)
    else { return }
    if let index = all.firstIndex(where: { $0.plan.name == name }) {
      all[index].plan = plan
    } else if all.count < AssessmentRegister.mostAssessments {
      all.append(Assessment(plan: plan, addedAt: entry.at))
    }
  }

  private mutating func record(_ entry: JournalEntry) {
    guard let index = index(entry), let record = AssessmentRecord(data: entry.data) else { return }
    all[index].records.append(record)
    if all[index].records.count > 64 { all[index].records.removeFirst() }
    all[index].reasons.removeAll { $0.at <= record.finishedAt }
    all[index].snoozedUntil = nil
    all[index].snoozeReason = nil
  }

  private mutating func noteAll(_ trigger: AssessmentPlan.Trigger, _ text: String, _ at: Timestamp) {
    for index in all.indices where all[index].plan.triggers.contains(trigger) { note(index, trigger, text, at) }
  }

  private mutating func note(_ index: Int, _ trigger: AssessmentPlan.Trigger, _ text: String, _ at: Timestamp) {
    guard all[index].reasons.count < 32,
      !all[index].reasons.contains(where: { $0.trigger == trigger && $0.text == text })
    else { return }
    all[index].reasons.append(Assessment.Reason(trigger: trigger, text: String(text.prefix(200)), at: at))
  }

  /// The entry that adds an assessment, or changes its plan.
  public static func draft(adding plan: AssessmentPlan) -> EntryDraft {
    EntryDraft("assessment.add", object: ["assessment": .string(plan.name)], data: plan.data)
  }

  /// The entry that records what an assessment found.
  public static func draft(recording record: AssessmentRecord, of name: String) -> EntryDraft {
    EntryDraft("assessment.record", object: ["assessment": .string(name)], data: record.data)
  }

  /// The entry that puts an assessment off.
  public static func draft(snoozing name: String, until: Timestamp, reason: String) -> EntryDraft {
    EntryDraft(
      "assessment.snooze", object: ["assessment": .string(name)],
      data: ["until": .string(until.formatted(.microseconds)), "reason": .string(reason)])
  }

  /// The entry that makes an assessment due because of something that only a person knows.
  public static func draft(triggering name: String, reason: String) -> EntryDraft {
    EntryDraft("assessment.trigger", object: ["assessment": .string(name)], data: ["reason": .string(reason)])
  }
}
