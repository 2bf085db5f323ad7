import Domain

/// LOOP_REPEAT: the same tool with the same arguments and the same result: notice from 3 times anywhere in a run, warn
/// from 4 in a row, incident from 8 in a row or 12 anywhere.
enum LoopRepeat: StepDetector {
  static func observe(
    _ span: TraceSpan, _ context: StepContext, _ run: inout AgentRun, _ findings: inout [Finding]
  ) {
    let tool = span.tool ?? span.name
    var call: UInt64?
    if let hash = span.argumentsHash ?? span.arguments.map({ ContentHash.of($0) }) {
      var combined = ContentHash()
      combined.combine(tool)
      combined.combine(hash)
      call = combined.value
    }
    let step = ToolStep(
      call: call, result: span.resultHash ?? span.result.map { ContentHash.of($0) }, isError: span.isError,
      spanID: context.spanID)
    guard let observation = run.repetitions.add(step, isLate: context.isLate), let tier = observation.newTier else {
      return
    }
    let times =
      observation.streak >= 4
      ? "\(observation.streak) times in a row" : "\(observation.count) times in this run"
    let name = StepContext.name(span)
    run.keep(
      Finding(
        detector: Detector.loopRepeat.rawValue, tier: tier, runID: run.id, agent: run.agent, version: run.version,
        spanIDs: run.repetitions.spanIDs(of: step.outcome), at: context.at,
        detail: "\(name) called \(times) with the same arguments and the same result",
        evidence: "\(name)(\(EvidenceExcerpt.of(span.arguments ?? ""))) → \(EvidenceExcerpt.of(span.result ?? ""))"),
      into: &findings)
  }
}
