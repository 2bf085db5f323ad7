import Domain
import Incidents
import Testing

/// Behaviour cases of signals and incidents (spec: incident-cases, S).
@Suite struct SignalCaseTests {
  @Test func `S01 a condition that does not last leaves a pair of entries and no incident`() {
    var desk = Desk()
    desk.signal(.inactive, .pending)
    desk.pass(60)
    desk.signal(.pending, .inactive)
    #expect(desk.journal.map(\.act) == ["signal.pending", "signal.cleared"])
    #expect(desk.book.incidents.isEmpty)
  }

  @Test func `a signal that fires opens an incident with all that its rule says`() throws {
    var desk = Desk()
    desk.signal(.inactive, .firing)
    #expect(desk.journal.map(\.act) == ["signal.firing", "incident.open"])
    let incident = try #require(desk.incident())
    #expect(incident.title == "refunds over limit")
    #expect(incident.severity == .alarm)
    #expect(incident.category == "misuse")
    #expect(incident.runbook == "runbooks/refund.md")
    #expect(incident.owasp == ["LLM06"])
    #expect(incident.signals.first?.value == 7)
    #expect(incident.signals.first?.threshold == 5)
    #expect(incident.id.count == 26)
    #expect(desk.book.number(named: incident.id) == 1)
    #expect(desk.book.number(named: "inc-1") == 1)
    #expect(desk.book.number(named: "INC-2") == nil)
  }

  @Test func `S03 a dip that the signal absorbs leaves no entry`() {
    var desk = Desk()
    desk.signal(.inactive, .firing)
    #expect(desk.signal(.firing, .recovering).isEmpty)
    #expect(desk.signal(.recovering, .firing).isEmpty)
    #expect(desk.incident()?.episode.number == 1)
  }

  @Test func `S05 a source that falls silent resolves nothing and raises an incident of its own`() throws {
    var desk = Desk()
    desk.signal(.inactive, .firing)
    desk.ask(.contain(Desk.plan))
    desk.ask(.monitor(reason: nil))
    desk.pass(180)
    desk.signal(.firing, .stale, value: nil)
    #expect(desk.incident()?.signals.first?.state == .stale)
    #expect(desk.incident()?.isUnknown == true)
    let blind = try #require(desk.incident(2))
    #expect(blind.category == "monitoring_blind")
    #expect(blind.title == "no data: refunds over limit")
    desk.pass(100_000)
    desk.tick()
    #expect(desk.state == .monitoring)
    desk.signal(.stale, .firing)
    #expect(desk.incident()?.signals.first?.state == .firing)
    #expect(desk.incident(2)?.isClear == true)
    #expect(desk.incident(2)?.state == .new)
    #expect(desk.book.incidents.count == 2)
  }

  @Test func `every blind series of one rule stands in one incident`() {
    var desk = Desk()
    for tenant in ["a", "b", "c"] { desk.signal(.inactive, .firing, tenant: tenant) }
    for tenant in ["a", "b", "c"] { desk.signal(.firing, .stale, tenant: tenant) }
    #expect(desk.book.incidents.count == 4)
    #expect(desk.incident(4)?.signals.count == 3)
  }

  @Test func `S08 an end that is reported before its beginning leaves nothing open`() throws {
    var desk = Desk()
    let start = desk.now
    desk.pass(2)
    desk.signal(.recovering, .inactive)
    desk.signal(.inactive, .firing, at: start)
    let incident = try #require(desk.incident())
    #expect(incident.state == .resolved)
    #expect(incident.episode.openedAt == start)
    #expect(incident.episode.resolvedAt == start + .seconds(2))
    #expect(incident.isClear)
    desk.pass(400)
    desk.signal(.inactive, .firing, tenant: "other", at: start)
    #expect(desk.incident(2)?.state == .new)
  }

  @Test func `a late end of an earlier episode never closes the present one`() throws {
    var desk = Desk()
    let start = desk.now
    desk.signal(.inactive, .firing)
    desk.pass(60)
    desk.signal(.recovering, .inactive)
    desk.pass(60)
    desk.signal(.inactive, .firing)
    desk.ask(.contain(Desk.plan))
    let before = try #require(desk.incident())
    desk.signal(.recovering, .inactive, at: start + .seconds(90))
    let after = try #require(desk.incident())
    #expect(after.state == .mitigating)
    #expect(after.isFiring)
    #expect(after.rev == before.rev)
    #expect(after.timeline.last?.detail.hasPrefix("late clear") == true)
  }

  @Test func `S09 a new version is a line in the timeline, not a second incident`() throws {
    var desk = Desk()
    desk.signal(.inactive, .firing)
    desk.append([EntryDraft("version.seen", object: ["source": "inference", "version": "v2.4.1"])])
    desk.signal(.firing, .recovering)
    desk.signal(.recovering, .inactive, at: desk.now + .seconds(10))
    desk.signal(.inactive, .firing, at: desk.now + .seconds(20))
    #expect(desk.book.incidents.count == 1)
    #expect(desk.incident()?.timeline.contains { $0.detail == "version v2.4.1 first seen in inference" } == true)
  }

  @Test func `clear signals move mitigating to monitoring, and the watch window resolves at the last clear time`() {
    var desk = Desk()
    desk.signal(.inactive, .firing)
    desk.signal(.inactive, .firing, rule: "other")
    desk.ask(.merge(into: 1), on: 2)
    desk.ask(.contain(Desk.plan))
    desk.pass(60)
    desk.signal(.recovering, .inactive)
    #expect(desk.state == .mitigating)
    desk.pass(60)
    let cleared = desk.now
    desk.signal(.recovering, .inactive, rule: "other")
    #expect(desk.state == .monitoring)
    #expect(desk.incident()?.episode.mitigatedAt == cleared)
    desk.pass(599)
    desk.tick()
    #expect(desk.state == .monitoring)
    desk.pass(1)
    desk.tick()
    #expect(desk.state == .resolved)
    #expect(desk.incident()?.episode.resolvedAt == cleared)
  }

  @Test func `firing while watched is mitigating again, in the same episode`() {
    var desk = Desk()
    desk.signal(.inactive, .firing)
    desk.ask(.contain(Desk.plan))
    desk.pass(60)
    desk.signal(.recovering, .inactive)
    desk.pass(60)
    desk.signal(.inactive, .firing)
    #expect(desk.state == .mitigating)
    #expect(desk.incident()?.episode.number == 1)
    #expect(desk.incident()?.episode.mitigatedAt == nil)
    #expect(desk.journal.last?.act == "incident.attach")
  }

  @Test func `nobody's incident stays open when it clears, unless the policy says otherwise`() {
    var desk = Desk()
    desk.signal(.inactive, .firing)
    desk.pass(10)
    desk.signal(.recovering, .inactive)
    let cleared = desk.now
    desk.pass(100_000)
    desk.tick()
    #expect(desk.state == .new)
    #expect(desk.incident()?.isClear == true)
    desk.policy.autoResolve = true
    desk.tick()
    #expect(desk.state == .resolved)
    #expect(desk.incident()?.episode.resolvedAt == cleared)
  }

  @Test func `resolving while a signal fires or is unknown needs a reason`() {
    var desk = Desk()
    desk.signal(.inactive, .firing)
    #expect(desk.ask(.resolve(reason: nil)).refusal?.reason.contains("refunds{tenant=t2} is firing") == true)
    desk.signal(.firing, .stale)
    #expect(desk.ask(.resolve(reason: " ")).refusal != nil)
    #expect(desk.ask(.resolve(reason: "the tool is gone")).isGranted)
  }

  @Test func `a graver signal raises the incident, and facts leave its revision alone`() throws {
    var desk = Desk()
    desk.signal(.inactive, .firing, severity: .warn)
    desk.pass(10)
    desk.signal(.recovering, .inactive, severity: .warn)
    desk.pass(10)
    desk.signal(.inactive, .firing, severity: .warn)
    #expect(desk.incident()?.rev == 1)
    desk.signal(.firing, .firing, severity: .alarm)
    #expect(desk.incident()?.severity == .alarm)
    #expect(desk.incident()?.rev == 2)
  }

  @Test func `S07 a signal that comes and goes is flapping, and every cycle is counted`() {
    var desk = Desk()
    for _ in 0..<3 {
      desk.signal(.inactive, .firing)
      desk.pass(10)
      desk.signal(.recovering, .inactive)
      desk.pass(10)
    }
    #expect(desk.incident()?.isFlapping == true)
    #expect(desk.incident()?.signals.first?.changes == 6)
    #expect(desk.book.incidents.count == 1)
    desk.pass(10_000)
    desk.signal(.inactive, .firing)
    #expect(desk.incident()?.isFlapping == false)
  }

  @Test func `a dismissed incident stays dismissed while its signal merely dips`() {
    var desk = Desk()
    desk.signal(.inactive, .firing)
    desk.ask(.dismiss(verdict: .expected, reason: nil))
    #expect(desk.signal(.recovering, .firing).isEmpty)
    desk.signal(.recovering, .inactive, at: desk.now + .seconds(10))
    desk.signal(.inactive, .firing, at: desk.now + .seconds(20))
    #expect(desk.incident(2)?.state == .new)
    #expect(desk.ask(.undo).refusal?.reason.contains("INC-2") == true)
    desk.ask(.dismiss(verdict: .expected, reason: nil), on: 2)
    #expect(desk.ask(.undo).isGranted)
    #expect(desk.book.incident(for: SignalKey(rule: "refunds", labels: Labels(["tenant": "t2"])))?.number == 1)
  }

  @Test func `merging a firing incident into a watched one makes that mitigating again`() {
    var desk = Desk.holding(.monitoring)
    desk.signal(.inactive, .firing)
    desk.ask(.merge(into: 1), on: 3)
    #expect(desk.state == .mitigating)
    desk.pass(100_000)
    desk.tick()
    #expect(desk.state == .mitigating)
  }
}
