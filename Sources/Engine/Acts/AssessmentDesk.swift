public import Assurance
public import Domain
public import Incidents
import Settings
public import Storage

/// What a person asks of the register of assessments.
public enum AssessmentRequest: Sendable {
  /// Add an assessment, or change its plan.
  case add(AssessmentPlan)
  /// Record what one found.
  case record(name: String, AssessmentRecord)
  /// Put one off, with a reason.
  case snooze(name: String, until: Timestamp, reason: String?)
  /// Make one due because of something that only a person knows, such as a change of law.
  case trigger(name: String, reason: String?)
}

/// Where people's requests about assessments become journal entries.
public struct AssessmentDesk: Sendable {
  private let store: Store

  /// Creates a desk over a store.
  public init(store: Store) {
    self.store = store
  }

  /// Decides a request and records the decision; the refusal where a guard forbids it.
  public func perform(
    _ request: AssessmentRequest, actor: Actor, clock: any WallClock
  ) throws -> Result<Assessment, PlainRefusal> {
    try store.write { writer in
      let now = clock.now()
      var fold = JournalFold()
      try fold.refresh(writer.reader)
      try writer.beginLogIfNew(actor: actor, at: now, &fold)
      do throws(PlainRefusal) {
        let (draft, name) = try AssessmentDesk.draft(request, fold.register, now: now)
        for entry in (try? writer.append([draft], actor: actor, at: now)) ?? [] { fold.apply(entry) }
        guard let assessment = fold.register.assessment(named: name) else {
          throw PlainRefusal(verb: draft.act.rawValue, reason: "the register is full or the journal did not take it")
        }
        return .success(assessment)
      } catch {
        let data: JSON = ["result": "refused", "reason": .string(error.reason)]
        _ = try writer.append([EntryDraft(Verb(rawValue: error.verb), data: data)], actor: actor, at: now)
        return .failure(error)
      }
    }
  }

  /// The register as of now.
  public func register() throws -> AssessmentRegister {
    try store.read { reader in
      var fold = JournalFold()
      try fold.refresh(reader)
      return fold.register
    }
  }

  private static func draft(
    _ request: AssessmentRequest, _ register: AssessmentRegister, now: Timestamp
  ) throws(PlainRefusal) -> (EntryDraft, String) {
    func known(_ name: String, _ verb: String) throws(PlainRefusal) {
      guard register.assessment(named: name) == nil else { return }
      throw PlainRefusal(verb: verb, reason: "there is no assessment '\(name)': leeway assess list shows them")
    }
    func reason(_ text: String?, _ verb: String) throws(PlainRefusal) -> String {
      guard let text, text.utf8.contains(where: { $0 > 0x20 }), text.utf8.count <= 4_096 else {
        throw PlainRefusal(verb: verb, reason: "a reason is needed, of at most 4096 bytes")
      }
      return text
    }
    switch request {
    case .add(let plan):
      guard !plan.name.isEmpty, plan.name.utf8.count <= AssessmentPlan.longestName else {
        throw PlainRefusal(verb: "assessment.add", reason: "an assessment's name has 1 to 200 bytes")
      }
      guard plan.every != nil || !plan.triggers.subtracting([.schedule]).isEmpty else {
        throw PlainRefusal(
          verb: "assessment.add", reason: "an assessment needs a cadence (--every 90d) or an event (--trigger)")
      }
      return (AssessmentRegister.draft(adding: plan), plan.name)
    case .record(let name, let record):
      try known(name, "assessment.record")
      guard record.finishedAt <= now else {
        throw PlainRefusal(verb: "assessment.record", reason: "an assessment is recorded once it is finished")
      }
      guard record.results.count <= AssessmentRecord.mostParts, record.findings.count <= AssessmentRecord.mostParts
      else {
        throw PlainRefusal(verb: "assessment.record", reason: "a record has at most 512 results and 512 findings")
      }
      guard !record.results.isEmpty || !record.findings.isEmpty || record.source != nil else {
        throw PlainRefusal(
          verb: "assessment.record", reason: "a record needs a result, a finding or the file that holds them")
      }
      return (AssessmentRegister.draft(recording: record, of: name), name)
    case .snooze(let name, let until, let text):
      try known(name, "assessment.snooze")
      let text = try reason(text, "assessment.snooze")
      guard until > now else { throw PlainRefusal(verb: "assessment.snooze", reason: "that time has passed") }
      return (AssessmentRegister.draft(snoozing: name, until: until, reason: text), name)
    case .trigger(let name, let text):
      try known(name, "assessment.trigger")
      return (
        AssessmentRegister.draft(triggering: name, reason: try reason(text, "assessment.trigger")), name
      )
    }
  }
}

extension StoreWriter {
  /// Brings the configuration's assessments into the register, and what has changed of them.
  func registerAssessments(
    _ definitions: [AssessmentDefinition], at now: Timestamp, _ fold: inout JournalFold
  ) throws {
    for definition in definitions {
      let kind = definition.kind.flatMap(AssessmentPlan.Kind.init(rawValue:)) ?? .risk
      var triggers: Set<AssessmentPlan.Trigger> = [.schedule]
      if kind == .evaluation || kind == .redTeam { triggers.insert(.newVersion) }
      let known = fold.register.assessment(named: definition.name)
      let plan = AssessmentPlan(
        name: definition.name, kind: kind, owner: definition.owner, scope: known?.plan.scope, every: definition.every,
        triggers: known?.plan.triggers ?? triggers)
      guard known?.plan != plan else { continue }
      for entry in try append([AssessmentRegister.draft(adding: plan)], actor: .leeway, at: now) { fold.apply(entry) }
    }
  }
}
