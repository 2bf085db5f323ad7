import Domain
import Incidents
import Testing

/// Serious-incident clocks (EU AI Act, article 73).
struct RegulatoryTests {
  static let aware = Timestamp(rfc3339: "2026-03-01T10:00:00Z") ?? .epoch

  static func serious(_ kind: RegulatoryClock.Class = .other) -> Desk {
    var desk = Desk()
    desk.ask(.open(title: "harm", severity: .alarm, category: nil), on: nil)
    #expect(desk.ask(.assess(kind, awareAt: aware, reason: nil)).isGranted)
    return desk
  }

  @Test(arguments: [
    (RegulatoryClock.Class.criticalInfrastructure, "2026-03-03T10:00:00Z", "73(3)"),
    (.death, "2026-03-11T10:00:00Z", "73(4)"), (.other, "2026-03-16T10:00:00Z", "73(2)"),
  ])
  func `R01 three clocks`(kind: RegulatoryClock.Class, due: String, rule: String) throws {
    var desk = Self.serious(kind)
    desk.ask(.note(text: "called the operator"))
    let regulatory = try #require(desk.incident()?.regulatory)
    #expect(regulatory.dueAt == Timestamp(rfc3339: due))
    #expect(regulatory.json(at: desk.now)["rule"]?.string?.contains(rule) == true)
    #expect(regulatory.json(at: desk.now)["overdue"] == true)
  }

  @Test func `R02 what alters the system before the authority knows needs a reason`() {
    var desk = Self.serious()
    let held = desk.ask(.contain(Desk.plan))
    #expect(held.refusal?.reason.contains("73(6)") == true)
    var plan = Desk.plan
    plan.reason = "people are being harmed"
    #expect(desk.ask(.contain(plan)).isGranted)
    #expect(desk.ask(.sent(complete: false, reference: "BNetzA-1", at: nil)).isGranted)
    #expect(desk.ask(.contain(Desk.plan)).isGranted)
  }

  @Test func `a reportable incident closes only after its complete report`() {
    var desk = Self.serious()
    desk.ask(.resolve(reason: "over"))
    let close = IncidentRequest.close(verdict: .truePositive, reason: nil, waive: false)
    #expect(desk.ask(close, as: Desk.bob).refusal?.reason.contains("complete report") == true)
    desk.ask(.sent(complete: false, reference: nil, at: nil))
    #expect(desk.ask(close, as: Desk.bob).refusal != nil)
    desk.ask(.sent(complete: true, reference: "R-2", at: nil))
    #expect(desk.incident()?.regulatory?.state == "complete_sent")
    #expect(desk.ask(close, as: Desk.bob).isGranted)
  }

  @Test func `where policy asks for it, closing waits for an assessment`() {
    var desk = Desk()
    desk.policy.regulatoryFrom = .alarm
    desk.ask(.open(title: "harm", severity: .alarm, category: nil), on: nil)
    desk.ask(.resolve(reason: "over"))
    let close = IncidentRequest.close(verdict: .truePositive, reason: nil, waive: false)
    #expect(desk.ask(close).refusal?.reason.contains("assessed") == true)
    #expect(desk.ask(.assess(nil, awareAt: nil, reason: nil)).refusal?.reason.contains("reason") == true)
    desk.ask(.assess(nil, awareAt: nil, reason: "nobody was affected"))
    #expect(desk.incident()?.regulatory?.state == "not_serious")
    #expect(desk.ask(close).isGranted)
  }

  @Test func `a report that is older than awareness is refused`() {
    var desk = Desk()
    desk.ask(.open(title: "harm", severity: .alarm, category: nil), on: nil)
    #expect(desk.ask(.assess(.other, awareAt: Self.aware, reason: nil)).isGranted)
    let early = desk.ask(.sent(complete: true, reference: nil, at: Self.aware - .seconds(1)))
    #expect(early.refusal?.reason.contains("before anybody was aware") == true)
    #expect(desk.ask(.sent(complete: true, reference: nil, at: Self.aware)).isGranted)
  }

  @Test func `a report before any assessment is refused`() {
    var desk = Desk()
    desk.ask(.open(title: "harm", severity: .alarm, category: nil), on: nil)
    #expect(desk.ask(.sent(complete: false, reference: nil, at: nil)).refusal?.reason.contains("assess") == true)
  }
}
