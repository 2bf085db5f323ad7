import Detection
import Domain
import Expressions
import Measures
import Testing

@Suite struct InhibitionTests {
  /// Two rules by tenant: `cause` keeps `effect` back for the same tenant.
  private func engine(equal: [String] = ["tenant"]) throws -> SignalEngine {
    let rules = RuleSet(
      [
        try rule("cause", when: "ratio(c == 1) over 60s > 0.5", by: ["tenant"]),
        try rule("effect", when: "ratio(e == 1) over 60s > 0.5", by: ["tenant"]),
      ], sources: [WatchedSource(name: "s")],
      inhibitions: [Inhibition(source: "cause", targets: ["eff*"], equal: equal)])
    return SignalEngine(rules: rules)
  }

  private func windows(cause: Double, effect: Double, tenant: String = "t1") -> FixedWindows {
    func summary(_ share: Double) -> Summary {
      .ratio(RatioSummary(numerator: Int(share * 100), denominator: 100))
    }
    return FixedWindows(slots: [
      ("rule:cause#0", Labels(["tenant": "t1"]), .distantPast, summary(cause)),
      ("rule:effect#0", Labels(["tenant": tenant]), .distantPast, summary(effect)),
    ])
  }

  @Test func `I10: what was kept back is presented with its true beginning once the cause has ended`() throws {
    var engine = try engine()
    let first = engine.evaluate(source: "s", at: time(0), windows: windows(cause: 1, effect: 1))
    #expect(first.map { "\($0.key.rule) \($0.to)" } == ["cause firing", "effect firing"])
    #expect(first[0].inhibitedBy == nil)
    #expect(first[1].inhibitedBy?.description == "cause{tenant=t1}")
    #expect(engine.evaluate(source: "s", at: time(10), windows: windows(cause: 1, effect: 1)).isEmpty)
    let released = engine.evaluate(source: "s", at: time(20), windows: windows(cause: 0, effect: 1))
    #expect(released.map { "\($0.key.rule) \($0.from)>\($0.to)" } == ["cause firing>inactive", "effect firing>firing"])
    #expect(released.last?.since == time(0) && released.last?.inhibitedBy == nil)
    #expect(engine.evaluate(source: "s", at: time(30), windows: windows(cause: 0, effect: 1)).isEmpty)
  }

  @Test func `What ends while it is kept back is never presented`() throws {
    var engine = try engine()
    _ = engine.evaluate(source: "s", at: time(0), windows: windows(cause: 1, effect: 1))
    _ = engine.evaluate(source: "s", at: time(10), windows: windows(cause: 1, effect: 0))
    #expect(
      engine.evaluate(source: "s", at: time(20), windows: windows(cause: 0, effect: 0)).map(\.key.rule) == ["cause"])
  }

  @Test func `What fired before its cause stays presented`() throws {
    var engine = try engine()
    let first = engine.evaluate(source: "s", at: time(0), windows: windows(cause: 0, effect: 1))
    #expect(first.map(\.inhibitedBy) == [nil])
    _ = engine.evaluate(source: "s", at: time(10), windows: windows(cause: 1, effect: 1))
    #expect(
      engine.evaluate(source: "s", at: time(20), windows: windows(cause: 0, effect: 1)).map(\.key.rule) == ["cause"])
  }

  @Test func `Another tenant is not kept back`() throws {
    var engine = try engine()
    let first = engine.evaluate(source: "s", at: time(0), windows: windows(cause: 1, effect: 1, tenant: "t2"))
    #expect(first.map(\.inhibitedBy) == [nil, nil])
  }

  @Test func `I11: a label that both lack counts as equal, one that only one lacks does not`() {
    let inhibition = Inhibition(source: "a", targets: ["b"], equal: ["service"])
    let (with, without) = (Labels(["service": "x"]), Labels.none)
    func applies(_ left: Labels, _ right: Labels) -> Bool {
      inhibition.applies(SignalKey(rule: "a", labels: left), to: SignalKey(rule: "b", labels: right))
    }
    #expect(applies(without, without) && applies(with, with))
    #expect(!applies(with, without) && !applies(without, with))
  }

  @Test func `A signal of another source keeps back too, and a restart remembers what is kept back`() throws {
    var engine = try engine(equal: [])
    engine.outside = [SignalKey(rule: "cause", labels: Labels(["source": "other"]))]
    let first = engine.evaluate(source: "s", at: time(0), windows: windows(cause: 0, effect: 1))
    #expect(first.first?.inhibitedBy?.rule == "cause")
    let stored = try engine.stored.map { try #require(SignalRecord(json: try JSON(parsing: $0.json.text))) }
    var restarted = SignalEngine(rules: engine.rules, restored: stored)
    let released = restarted.evaluate(source: "s", at: time(10), windows: windows(cause: 0, effect: 1))
    #expect(released.map { "\($0.key.rule) \($0.to)" } == ["effect firing"] && released.first?.since == time(0))
  }

  @Test(
    "Patterns",
    arguments: [
      ("*", "anything", true), ("heartbeat:*", "heartbeat:a", true), ("a*c", "abc", true), ("a*c", "ab", false),
      ("a*b*c", "axbxc", true), ("a*b*c", "acb", false), ("plain", "plain", true), ("plain", "plainer", false),
    ])
  func pattern(pattern: String, name: String, fits: Bool) {
    #expect(Inhibition.matches(pattern, name) == fits)
  }
}
