import Detection
import Domain
import Expressions
import Measures
import Testing

@Suite struct BurnRateTests {
  /// An engine with the rules of an objective of 99.5 %, and its windows: bad records out of 1,000 in each hour's slots.
  private func engine() throws -> SignalEngine {
    let objective = ObjectiveDefinition(
      name: "ok", source: "s", good: try PredicateParser.parse("status < 500"), objective: 0.995,
      window: .seconds(30 * 86_400))
    return SignalEngine(
      rules: RuleSet(objective.rules, sources: [WatchedSource(name: "s")], objectives: [objective]))
  }

  /// Slots of 100 records; `bad` of them in the last hour, `recent` in the last five minutes.
  private func windows(_ engine: SignalEngine, bad: Double, recent: Double) -> FixedWindows {
    var windows = FixedWindows()
    for metric in engine.rules.derivedMetrics(for: "s") {
      for slot in 0..<360 {
        let share = slot >= 330 ? recent : bad
        let hits = Int((share * 1_000).rounded())
        let summary: Summary =
          metric.kind == .ratio ? .ratio(RatioSummary(numerator: hits, denominator: 1_000)) : counter(hits)
        windows.slots.append((metric.name, .none, time(Double(slot) * 10), summary))
      }
    }
    return windows
  }

  @Test func `S13: a burn that has stopped does not page, since the short window must agree`() throws {
    var engine = try engine()
    let quiet = engine.evaluate(source: "s", at: time(3_600), windows: windows(engine, bad: 0.1, recent: 0))
    #expect(!quiet.contains { $0.key.rule == "slo:ok:fast" })
    let budget = ErrorBudget(records: 360_000, bad: 33_000, objective: 0.995)
    #expect(abs(try #require(budget.spent) - 18.333) < 0.001)
    #expect(ErrorBudget(records: 0, bad: 0, objective: 0.995).spent == nil)
  }

  @Test func `A burn in both windows pages at 14.4 times, a slower one does not`() throws {
    var first = try engine()
    let fast = first.evaluate(source: "s", at: time(3_600), windows: windows(first, bad: 0.1, recent: 0.1))
    let page = try #require(fast.first { $0.key.rule == "slo:ok:fast" })
    #expect(page.to == .firing && page.rule.severity == .alarm)
    #expect(abs(try #require(page.threshold) - 14.4) < 1e-9)
    #expect(abs(try #require(page.value) - 20) < 1e-9)
    #expect(page.hits == 36_000)
    var second = try engine()
    let slow = second.evaluate(source: "s", at: time(3_600), windows: windows(second, bad: 0.05, recent: 0.05))
    #expect(slow.map(\.key.rule).contains("slo:ok:slow") && !slow.map(\.key.rule).contains("slo:ok:fast"))
  }

  @Test func `Few records are no burn`() throws {
    var engine = try engine()
    var windows = FixedWindows()
    for metric in engine.rules.derivedMetrics(for: "s") {
      let summary: Summary = metric.kind == .ratio ? .ratio(RatioSummary(numerator: 1, denominator: 3)) : counter(1)
      windows.slots.append((metric.name, .none, time(3_590), summary))
    }
    #expect(engine.evaluate(source: "s", at: time(3_600), windows: windows).isEmpty)
  }

  @Test func `A burn rate names an objective or carries one`() throws {
    let objective = ObjectiveDefinition(
      name: "ok", source: nil, good: try PredicateParser.parse("a == 1 or b == 2"), objective: 0.9,
      window: .seconds(86_400))
    let rules = RuleSet(
      [try rule("r", when: "burn_rate(ok) over 60s > 1 and burn_rate(a == 1, 99%) over 60s > 1")],
      sources: [WatchedSource(name: "s")], objectives: [objective])
    #expect(rules.problems.isEmpty)
    let metrics = rules.derivedMetrics(for: "s")
    #expect(metrics[0].predicate?.description == "not (a == 1 or b == 2)")
    #expect(metrics[0].denominator?.description == "(exists a) or (exists b)" || metrics[0].denominator != nil)
  }
}
