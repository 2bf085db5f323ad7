import Assurance
import Domain
import Testing

/// The register: what comes due, when, and why (PM-3).
struct AssessmentTests {
  static let start = Timestamp(rfc3339: "2026-11-01T00:00:00Z") ?? .epoch
  static let day: Duration = .seconds(86_400)

  static func apply(_ register: inout AssessmentRegister, _ draft: EntryDraft, at: Timestamp) {
    register.apply(JournalEntry(sequence: 1, at: at, actor: .leeway, draft: draft))
  }

  static func register(
    every: Duration? = .seconds(90 * 86_400), triggers: Set<AssessmentPlan.Trigger> = [.schedule]
  ) -> AssessmentRegister {
    var register = AssessmentRegister()
    apply(
      &register,
      AssessmentRegister.draft(
        adding: AssessmentPlan(name: "tool abuse", kind: .redTeam, owner: "safety", every: every, triggers: triggers)),
      at: start)
    return register
  }

  static func record(_ register: inout AssessmentRegister, at: Timestamp, value: Double = 0.9, count: Int = 500) {
    apply(
      &register,
      AssessmentRegister.draft(
        recording: AssessmentRecord(
          finishedAt: at, results: [.init(metric: "blocked", value: value, count: count)],
          findings: [.init(severity: .warn, text: "two bypasses")], decision: .proceed, approver: "mo",
          canaries: Proportion(9, of: 10)), of: "tool abuse"), at: at)
  }

  static func state(_ register: AssessmentRegister, at: Timestamp) -> Assessment.State? {
    register.assessment(named: "tool abuse")?.state(at: at)
  }

  @Test func `what was never done is due at once and overdue after a fortnight`() {
    let register = Self.register()
    #expect(Self.state(register, at: Self.start + Self.day) == .due)
    #expect(Self.state(register, at: Self.start + Self.day * 15) == .overdue)
  }

  @Test func `a record holds for its cadence`() {
    var register = Self.register()
    Self.record(&register, at: Self.start + Self.day)
    #expect(Self.state(register, at: Self.start + Self.day * 60) == .current)
    #expect(Self.state(register, at: Self.start + Self.day * 86) == .due)
    #expect(Self.state(register, at: Self.start + Self.day * 92) == .overdue)
    #expect(register.due(at: Self.start + Self.day * 92).map(\.plan.name) == ["tool abuse"])
  }

  @Test func `a new version makes it due, a record after it clears that`() throws {
    var register = Self.register(triggers: [.schedule, .newVersion])
    Self.record(&register, at: Self.start + Self.day)
    let seen = EntryDraft(
      "version.seen", object: ["source": "inference", "version": "m-2"], data: ["initial": .bool(false)])
    Self.apply(&register, seen, at: Self.start + Self.day * 2)
    let assessment = try #require(register.assessment(named: "tool abuse"))
    #expect(assessment.state(at: Self.start + Self.day * 3) == .due)
    #expect(assessment.because == "new_version: version m-2")
    Self.record(&register, at: Self.start + Self.day * 4)
    #expect(Self.state(register, at: Self.start + Self.day * 5) == .current)
  }

  @Test func `the first version is no change, and other triggers do not count`() {
    var register = Self.register()
    Self.record(&register, at: Self.start + Self.day)
    for initial in [true, false] {
      let seen = EntryDraft("version.seen", object: ["version": "m-2"], data: ["initial": .bool(initial)])
      Self.apply(&register, seen, at: Self.start + Self.day * 2)
    }
    #expect(Self.state(register, at: Self.start + Self.day * 3) == .current)
  }

  @Test func `snoozing puts it off until its time`() {
    var register = Self.register()
    Self.apply(
      &register,
      AssessmentRegister.draft(snoozing: "tool abuse", until: Self.start + Self.day * 10, reason: "vendor is ill"),
      at: Self.start + Self.day)
    #expect(Self.state(register, at: Self.start + Self.day * 2) == .snoozed)
    #expect(Self.state(register, at: Self.start + Self.day * 11) == .due)
    // Who asks for it now does not wait for that.
    Self.apply(
      &register, AssessmentRegister.draft(triggering: "tool abuse", reason: "a new law"), at: Self.start + Self.day * 3)
    #expect(Self.state(register, at: Self.start + Self.day * 3) == .due)
  }

  @Test func `records compare with the one before, with intervals`() throws {
    var register = Self.register()
    Self.record(&register, at: Self.start + Self.day, value: 0.9)
    Self.record(&register, at: Self.start + Self.day * 2, value: 0.7)
    let change = try #require(register.assessment(named: "tool abuse")?.changes.first)
    #expect(change.before == 0.9)
    #expect(change.now == 0.7)
    #expect(change.isClear == true)
    Self.record(&register, at: Self.start + Self.day * 3, value: 0.71)
    #expect(register.assessment(named: "tool abuse")?.changes.first?.isClear == false)
  }

  @Test func `the journal's text gives the same record`() throws {
    var register = Self.register()
    Self.record(&register, at: Self.start + Self.day)
    let record = try #require(register.assessment(named: "tool abuse")?.last)
    #expect(record.results == [.init(metric: "blocked", value: 0.9, count: 500)])
    #expect(record.findings == [.init(severity: .warn, text: "two bypasses")])
    #expect(record.canaries == Proportion(9, of: 10))
    #expect(record.decision == .proceed)
  }

  @Test func `Q01 seven of ten is 70 % with Wilson's interval`() {
    let share = Proportion(7, of: 10)
    #expect(share.value == 0.7)
    #expect(share.sentence == "70 % (40–89 %, n 10)")
    #expect(Proportion(0, of: 0).value == nil)
    #expect(Proportion(0, of: 5).interval.lowerBound == 0)
  }
}
