import Domain

/// BUDGET_STEPS, BUDGET_TOKENS, BUDGET_COST, BUDGET_TIME: what a run has used of what its policy allows: notice from
/// 80 %, incident from 100 %.
///
/// Where nothing is declared, a run is compared with the successful runs of its agent: above both the 99th percentile
/// and twice the 95th it is a warning.
enum BudgetDetector: StepDetector {
  static func observe(
    _ span: TraceSpan, _ context: StepContext, _ run: inout AgentRun, _ findings: inout [Finding]
  ) {
    for candidate in context.candidates {
      let budgets = context.policies.policies[candidate].budgets
      if let limit = budgets.steps {
        judge(.budgetSteps, Double(run.steps), limit, "steps", candidate, context, &run, &findings)
      }
      if let limit = budgets.tokens, span.operation == .model {
        let tokens = Double(run.inputTokens ?? 0) + Double(run.outputTokens ?? 0)
        judge(.budgetTokens, tokens, limit, "tokens", candidate, context, &run, &findings)
      }
      if let limit = budgets.usd, let cost = run.costUSD {
        judge(.budgetCost, cost, limit, "US dollars", candidate, context, &run, &findings)
      }
      if let limit = budgets.seconds, !span.hasSyntheticTime {
        judge(.budgetTime, run.duration.inSeconds, limit, "seconds", candidate, context, &run, &findings)
      }
    }
  }

  private static func judge(
    _ detector: Detector, _ used: Double, _ limit: Double, _ unit: String, _ policy: Int, _ context: StepContext,
    _ run: inout AgentRun, _ findings: inout [Finding]
  ) {
    guard limit > 0, used >= limit * 0.8 else { return }
    run.report(
      detector, used >= limit ? .incident : .notice, policy: policy, context, spanIDs: [context.spanID],
      detail: "\(figure(used)) of \(figure(limit)) \(unit) used (\(Int((used / limit * 100).clamped)) %)",
      evidence: "budget of \(context.policies.policies[policy].name)", into: &findings)
  }

  /// Compares an ended run with earlier successful ones.
  static func compare(
    _ run: inout AgentRun, with usual: UsualRuns, _ context: StepContext, _ findings: inout [Finding]
  ) {
    let budgets = context.policies.policies[context.candidates.lowerBound].budgets
    let figures: [(Detector, Double?, Double?, [Double], String)] = [
      (.budgetSteps, budgets.steps, Double(run.steps), usual.steps, "steps"),
      (
        .budgetTokens, budgets.tokens, run.inputTokens.map { Double($0) + Double(run.outputTokens ?? 0) },
        usual.tokens, "tokens"
      ),
      (.budgetCost, budgets.usd, run.costUSD, usual.cost, "US dollars"),
      (.budgetTime, budgets.seconds, run.duration.inSeconds, usual.seconds, "seconds"),
    ]
    for (detector, declared, used, earlier, unit) in figures {
      guard declared == nil, let used, earlier.count >= UsualRuns.minimum else { continue }
      let sorted = earlier.sorted()
      let limit = max(UsualRuns.quantile(sorted, 0.99), 2 * UsualRuns.quantile(sorted, 0.95))
      guard limit > 0, used > limit else { continue }
      run.report(
        detector, .warn, context, spanIDs: [context.spanID],
        detail: "\(figure(used)) \(unit), above all that \(earlier.count) successful runs suggest (\(figure(limit)))",
        evidence: "no budget is declared; the limit is the larger of p99 and twice p95", into: &findings)
    }
  }

  static func figure(_ value: Double) -> String {
    if value >= 100 || value == value.rounded() { return String(Int(value.clamped)) }
    return String((value * 100).rounded() / 100)
  }
}

/// The figures of an agent's successful runs.
struct UsualRuns {
  /// With fewer successful runs nothing is said.
  static let minimum = 50
  var steps: [Double] = []
  var tokens: [Double] = []
  var cost: [Double] = []
  var seconds: [Double] = []

  /// The smallest value that at least the given share of the sorted values does not exceed.
  static func quantile(_ sorted: [Double], _ share: Double) -> Double {
    guard !sorted.isEmpty else { return 0 }
    let rank = Int((share * Double(sorted.count)).rounded(.up)) - 1
    return sorted[min(max(0, rank), sorted.count - 1)]
  }
}

extension Double {
  /// Within what an `Int` holds.
  var clamped: Double { isNaN ? 0 : Swift.min(Swift.max(self, -9e18), 9e18) }
}
