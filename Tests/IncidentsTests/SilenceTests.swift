import Domain
import Incidents
import Testing

/// Silences hide and never change: nothing is lost while one lasts, and its end explains itself.
struct SilenceTests {
  @discardableResult
  static func add(
    _ matchers: [String], to desk: inout Desk, minutes: Int = 60, reason: String? = "deploy",
    acceptsNoMatch: Bool = false
  ) -> SilenceDecision {
    let request = SilenceRequest.add(
      matchers: matchers.compactMap { Silence.Matcher($0) }, from: nil, until: desk.now + .seconds(minutes * 60),
      reason: reason, acceptsNoMatch: acceptsNoMatch)
    let decision = desk.book.decide(request, actor: Desk.alice, now: desk.now)
    switch decision {
    case .entries(let drafts, _): desk.append(drafts, Desk.alice)
    case .refused(let drafts, _): desk.append(drafts, Desk.alice)
    }
    return decision
  }

  /// A desk with firing signals of four tenants.
  static func firing() -> Desk {
    var desk = Desk()
    for tenant in ["t1", "t2", "t3", "t4"] { desk.signal(.inactive, .firing, tenant: tenant) }
    return desk
  }

  static func refusal(_ decision: SilenceDecision) -> String? {
    if case .refused(_, let refusal) = decision { refusal.reason } else { nil }
  }

  @Test func `a silence hides what matches and nothing else`() throws {
    var desk = Self.firing()
    Self.add(["rule=refunds", "tenant=t1"], to: &desk)
    let silenced = try #require(desk.incident(1))
    #expect(desk.book.silence(of: silenced, at: desk.now)?.author == Desk.alice)
    #expect(desk.book.silence(of: try #require(desk.incident(2)), at: desk.now) == nil)
    #expect(desk.book.silence(of: silenced, at: desk.now + .seconds(3_601)) == nil)
    #expect(silenced.rev == 1)
  }

  @Test func `I07 a silence that ends while its signal fires explains itself`() throws {
    var desk = Self.firing()
    Self.add(["tenant=t1"], to: &desk, minutes: 2)
    let revision = desk.incident(1)?.rev
    desk.pass(121)
    desk.tick()
    let incident = try #require(desk.incident(1))
    #expect(desk.book.silence(of: incident, at: desk.now) == nil)
    #expect(incident.state == .new)
    #expect(incident.episode.number == 1)
    #expect(incident.rev == revision)
    #expect(incident.timeline.last?.detail == "silence S-1 by alice ended 10:02:00")
    let count = desk.journal.count
    desk.tick()
    #expect(desk.journal.count == count)
  }

  @Test func `an all-clear during a silence is in the journal`() {
    var desk = Self.firing()
    Self.add(["tenant=t1"], to: &desk)
    desk.pass(60)
    desk.signal(.firing, .inactive, tenant: "t1")
    #expect(desk.journal.last?.act == "signal.resolved")
    #expect(desk.incident(1)?.isClear == true)
  }

  @Test func `I08 a silence that matches nothing wants to be confirmed`() {
    var desk = Self.firing()
    #expect(Self.refusal(Self.add(["tenant=t9"], to: &desk))?.contains("no open incident") == true)
    #expect(desk.book.silences.isEmpty)
    #expect(Self.refusal(Self.add(["tenant=t9"], to: &desk, acceptsNoMatch: true)) == nil)
    #expect(desk.book.silences.first?.hidden.isEmpty == true)
  }

  @Test(arguments: [["tenant=*"], ["tenant!=t9"], ["rule=*", "severity=*"]])
  func `I09 a catch-all is refused`(matchers: [String]) {
    var desk = Self.firing()
    #expect(Self.refusal(Self.add(matchers, to: &desk, acceptsNoMatch: true))?.contains("everything") == true)
  }

  @Test func `I09 hiding more than half of what is open is refused`() {
    var desk = Self.firing()
    #expect(Self.refusal(Self.add(["rule=refunds"], to: &desk))?.contains("4 of 4") == true)
    #expect(desk.journal.last?.data["result"] == "refused")
  }

  @Test func `a silence needs a reason and an end to come`() {
    var desk = Self.firing()
    #expect(Self.refusal(Self.add(["tenant=t1"], to: &desk, reason: " "))?.contains("reason") == true)
    #expect(Self.refusal(Self.add(["tenant=t1"], to: &desk, minutes: -1))?.contains("ended") == true)
    #expect(Self.refusal(Self.add(["tenant=t1"], to: &desk, minutes: 60 * 24 * 40))?.contains("30 days") == true)
  }

  @Test func `what comes later is hidden too, and counted`() throws {
    var desk = Self.firing()
    Self.add(["tenant=t9"], to: &desk, acceptsNoMatch: true)
    desk.pass(60)
    desk.signal(.inactive, .firing, tenant: "t9")
    let incident = try #require(desk.incident(5))
    #expect(desk.book.silence(of: incident, at: desk.now) != nil)
    desk.pass(600)
    desk.ask(.resolve(reason: "over"), on: 5)
    desk.ask(.close(verdict: .truePositive, reason: nil, waive: false), on: 5)
    let silence = try #require(desk.book.silences.first)
    let cost = desk.book.cost(of: silence, at: desk.now)
    #expect(cost.real == 1)
    #expect(abs(cost.minutes - 10) < 0.01)
  }

  @Test func `a merged signal that nobody silenced keeps the incident in the queue`() throws {
    var desk = Self.firing()
    desk.ask(.merge(into: 1), on: 2)
    Self.add(["tenant=t1"], to: &desk, acceptsNoMatch: true)
    #expect(desk.book.silence(of: try #require(desk.incident(1)), at: desk.now) == nil)
  }

  @Test(arguments: [
    ("pii-*", "pii-leak", true), ("*leak", "pii-leak", true), ("p*k", "pii-leak", true), ("p*x", "pii-leak", false),
    ("", "", true), ("a", "", false), ("*", "", true), ("**a**", "banana", true),
    ("a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaa", false),
  ])
  func `patterns`(pattern: String, value: String, matches: Bool) {
    #expect(Silence.Matcher(name: "rule", pattern: pattern).matches(value) == matches)
    #expect(Silence.Matcher(name: "rule", isNegated: true, pattern: pattern).matches(value) != matches)
  }
}
