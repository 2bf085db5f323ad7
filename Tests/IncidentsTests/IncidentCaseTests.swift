import Domain
import Incidents
import Testing

/// Behaviour cases of people and incidents (spec: incident-cases, I and M).
@Suite struct IncidentCaseTests {
  @Test func `I01 an acknowledgement records owner, time and expiry`() throws {
    var desk = Desk()
    desk.signal(.inactive, .firing)
    desk.pass(240)
    let decision = desk.ask(.ack(reason: "rolling back"), rev: 1)
    let incident = try #require(desk.incident())
    #expect(incident.state == .acknowledged)
    #expect(incident.owner == "alice")
    #expect(incident.episode.acknowledgedAt == desk.now)
    #expect(incident.ackExpiresAt == desk.now + .seconds(1_800))
    #expect(decision.drafts.first?.data["expected_rev"] == 1)
    #expect(incident.timeline.last?.detail == "acknowledged: rolling back")
  }

  @Test func `I02 an acknowledgement without activity lapses and keeps its first time`() throws {
    var desk = Desk.holding(.acknowledged)
    let acknowledged = desk.now
    desk.pass(1_700)
    desk.ask(.note(text: "still looking"))
    desk.pass(1_799)
    desk.tick()
    #expect(desk.state == .acknowledged)
    desk.pass(1)
    desk.tick()
    #expect(desk.state == .new)
    #expect(desk.incident()?.episode.acknowledgedAt == acknowledged)
    desk.pass(60)
    desk.ask(.ack(reason: nil), as: Desk.bob)
    #expect(desk.incident()?.episode.acknowledgedAt == acknowledged)
    #expect(desk.incident()?.owner == "bob")
  }

  @Test func `I03 the same key within the reopen window is a new episode of the same incident`() throws {
    var desk = Desk()
    desk.signal(.inactive, .firing)
    let opened = desk.now
    desk.pass(60)
    desk.ask(.ack(reason: nil))
    let acknowledged = desk.now
    desk.pass(60)
    desk.signal(.recovering, .inactive)
    desk.ask(.resolve(reason: nil))
    desk.pass(300)
    desk.signal(.pending, .firing)
    let incident = try #require(desk.incident())
    #expect(desk.book.incidents.count == 1)
    #expect(incident.state == .new)
    #expect(incident.owner == nil)
    #expect(incident.episodes.map(\.number) == [1, 2])
    #expect(incident.episodes.first?.openedAt == opened)
    #expect(incident.episodes.first?.acknowledgedAt == acknowledged)
    #expect(incident.episode.acknowledgedAt == nil)
    #expect(incident.episode.openedAt == desk.now)
  }

  @Test func `the same key after the reopen window is a new incident that names the old one`() throws {
    var desk = Desk()
    desk.signal(.inactive, .firing)
    desk.signal(.recovering, .inactive, at: desk.now + .seconds(10))
    desk.pass(20)
    desk.ask(.resolve(reason: nil))
    desk.pass(1_850)
    desk.signal(.inactive, .firing)
    let second = try #require(desk.incident(2))
    #expect(second.recurrenceOf == 1)
    #expect(desk.state == .resolved)
    #expect(desk.book.similar(to: second).map(\.number) == [1])
  }

  @Test func `I05 closing over an unproven action needs a second operator and a reason`() throws {
    var desk = Desk()
    desk.ask(.open(title: "refunds", severity: .warn, category: "misuse"), on: nil)
    desk.ask(.contain(Desk.plan))
    desk.ask(.resolve(reason: nil))
    let unproven = try #require(desk.ask(.close(verdict: .truePositive, reason: "ok", waive: false)).refusal)
    #expect(unproven.reason.contains("A-1"))
    #expect(
      desk.ask(.close(verdict: .truePositive, reason: "ok", waive: true)).refusal?.reason.contains("alice") == true)
    #expect(desk.ask(.close(verdict: .truePositive, reason: nil, waive: true), as: Desk.bob).refusal != nil)
    #expect(desk.ask(.close(verdict: nil, reason: "ok", waive: true), as: Desk.bob).refusal != nil)
    let closed = desk.ask(.close(verdict: .truePositive, reason: "traffic shows it", waive: true), as: Desk.bob)
    #expect(closed.drafts.first?.data["waived"] == ["A-1"])
    #expect(desk.state == .closed)
    #expect(desk.incident()?.verdict == .truePositive)
  }

  @Test func `an incident without actions closes once it has a verdict`() {
    var desk = Desk.holding(.resolved)
    #expect(desk.ask(.close(verdict: nil, reason: nil, waive: false)).refusal?.reason.contains("verdict") == true)
    #expect(desk.ask(.close(verdict: .falsePositive, reason: nil, waive: false)).isGranted)
  }

  @Test func `from the policy's severity on, somebody else closes`() {
    var desk = Desk()
    desk.policy.twoPersonClose = .alarm
    desk.ask(.open(title: "harm", severity: .alarm, category: nil), on: nil)
    desk.ask(.ack(reason: nil))
    desk.ask(.resolve(reason: nil), as: Desk.bob)
    #expect(desk.ask(.close(verdict: .truePositive, reason: nil, waive: false)).refusal != nil)
    #expect(desk.ask(.close(verdict: .truePositive, reason: nil, waive: false), as: Desk.bob).refusal != nil)
    let carol = Actor(login: "carol", source: .loginuid)
    #expect(desk.ask(.close(verdict: .truePositive, reason: nil, waive: false), as: carol).isGranted)
  }

  @Test func `I12 a merge keeps everything and can be taken back`() throws {
    var desk = Desk()
    desk.signal(.inactive, .firing, tenant: "t1", severity: .warn)
    desk.signal(.inactive, .firing, tenant: "t2", severity: .alarm)
    desk.ask(.note(text: "on one"), on: 1)
    desk.ask(.note(text: "on two"), on: 2)
    let source = try #require(desk.incident(2))
    #expect(desk.ask(.merge(into: 1), on: 2).isGranted)
    let target = try #require(desk.incident(1))
    #expect(desk.incident(2)?.state == .merged)
    #expect(desk.incident(2)?.mergedInto == 1)
    #expect(desk.book.openCount == 1)
    #expect(target.severity == .alarm)
    #expect(target.signals.count == 2)
    #expect(target.timeline.map(\.sequence) == target.timeline.map(\.sequence).sorted())
    #expect(Set(target.timeline.map(\.detail)).isSuperset(of: ["on one", "on two"]))
    desk.signal(.recovering, .inactive, tenant: "t2", at: desk.now + .seconds(10))
    desk.signal(.inactive, .firing, tenant: "t2", at: desk.now + .seconds(20))
    #expect(desk.book.incidents.count == 2)
    #expect(desk.incident(1)?.signals.last?.changes == 3)
    #expect(desk.ask(.note(text: "x"), on: 2).refusal?.allowed == [.undo, .unmerge])
    #expect(desk.ask(.unmerge, on: 2).isGranted)
    #expect(desk.incident(2)?.state == source.state)
    #expect(desk.incident(2)?.signals.last?.changes == 3)
    #expect(desk.incident(1)?.signals.map(\.key.labels) == [Labels(["tenant": "t1"])])
    #expect(desk.book.incident(for: SignalKey(rule: "refunds", labels: Labels(["tenant": "t2"])))?.number == 2)
  }

  @Test func `M01 of two acknowledgements at one revision exactly one wins`() throws {
    var desk = Desk.holding(.new)
    #expect(desk.ask(.ack(reason: nil), rev: 1).isGranted)
    desk.now = desk.now + .milliseconds(1)
    let lost = desk.ask(.ack(reason: nil), rev: 1, as: Desk.bob)
    let conflict = try #require(lost.conflict)
    #expect(conflict.by == "alice")
    #expect(conflict.owner == "alice")
    #expect(conflict.rev == 2)
    #expect(conflict.state == .acknowledged)
    #expect(conflict.description == "changed by alice at 10:00:00.000: acknowledged, owner alice (rev 2)")
    #expect(lost.drafts.first?.act == "incident.ack")
    #expect(lost.drafts.first?.data["result"] == "conflict")
    #expect(desk.incident()?.owner == "alice")
  }

  @Test func `only the same actor takes an acknowledgement back, and only for ten seconds`() {
    var desk = Desk.holding(.acknowledged)
    #expect(desk.ask(.undo, as: Desk.bob).refusal != nil)
    var late = desk
    late.pass(11)
    #expect(late.ask(.undo).refusal != nil)
    desk.pass(10)
    #expect(desk.ask(.undo).isGranted)
    #expect(desk.incident()?.owner == nil)
    #expect(desk.incident()?.episode.acknowledgedAt == nil)
    #expect(desk.incident()?.timeline.map(\.verb.rawValue).suffix(2) == ["incident.ack", "incident.undo"])
  }

  @Test func `a snooze ends on time, or when the incident gets graver`() {
    var desk = Desk.holding(.acknowledged)
    desk.ask(.snooze(until: desk.now + .seconds(7_200)))
    desk.pass(3_600)
    desk.tick()
    #expect(desk.state == .acknowledged)
    var graver = desk
    graver.ask(.severity(.alarm, reason: nil))
    #expect(graver.incident()?.snoozedUntil == nil)
    desk.pass(3_600)
    desk.tick()
    #expect(desk.incident()?.snoozedUntil == nil)
    #expect(desk.state == .acknowledged)
    desk.pass(1_800)
    desk.tick()
    #expect(desk.state == .new)
  }

  @Test func `containing an alarm keeps a snapshot of its signals and reads as a sentence`() throws {
    var desk = Desk()
    desk.signal(.inactive, .firing)
    desk.ask(.contain(Desk.plan))
    let incident = try #require(desk.incident())
    #expect(incident.state == .mitigating)
    #expect(incident.owner == "alice")
    #expect(
      incident.timeline.last?.detail
        == "A-1 containment: disabled refund tool; expects refund_rate < 5 within 15m")
    #expect(
      incident.evidence.map(\.reference) == ["refunds{tenant=t2} firing 7 against 5, n 40 since 2026-11-23T10:00:00Z"])
    #expect(incident.actions.first?.effectDueAt == desk.now + .seconds(900))
  }
}
