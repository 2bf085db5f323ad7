import Testing

@testable import Engine

/// Which shipped rules a deployment cannot have at all.
@Suite struct BlindRuleTests {
  @Test("a rule that watches one source is not blind, and one that watches none is named once, where least is missing")
  func everywhere() {
    var plan = WatchPlan(service: "s")
    plan.rules = [WatchPlan.Rule(name: "log-gap", source: "a"), WatchPlan.Rule(name: "refusals-rise", source: "a")]
    plan.blind = [
      WatchPlan.Blind(source: "a", rule: "pii-in-output", missing: "personal data found in the output, the user"),
      WatchPlan.Blind(source: "a", rule: "shared-key", missing: "the API key"),
      WatchPlan.Blind(source: "b", rule: "refusals-rise", missing: "the finish reason"),
      WatchPlan.Blind(source: "b", rule: "pii-in-output", missing: "personal data found in the output"),
      WatchPlan.Blind(source: "b", rule: "shared-key", missing: "the API key"),
    ]
    #expect(plan.blindEverywhere.map(\.rule) == ["pii-in-output", "shared-key"])
    #expect(plan.blindEverywhere.map(\.source) == ["b", "a"])
    plan.rules = []
    #expect(plan.blindEverywhere.count == 3)
  }
}
