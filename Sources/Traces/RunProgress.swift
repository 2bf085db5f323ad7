import Domain

extension AgentRun {
  /// Takes in one span of the run that has not been taken in before, and tells what LOOP_REPEAT makes of it.
  mutating func add(_ span: TraceSpan, spanID: String, isNew: Bool) -> Finding? {
    let isRoot = span.parentID == nil
    if isNew { spans &+= 1 }
    start = min(start, span.start)
    end = max(end, span.end ?? span.start)
    name(after: span, isRoot: isRoot)
    guard let spanEnd = span.end else {
      if let rootEnd, span.start >= rootEnd { isEnded = false }
      return nil
    }
    if isRoot {
      rootEnd = max(rootEnd ?? spanEnd, spanEnd)
      isEnded = true
    } else if let rootEnd, span.start >= rootEnd {
      isEnded = false
    }
    switch span.operation {
    case .model: modelCalls &+= 1
    case .tool: toolCalls &+= 1
    case .agent, .other: return nil
    }
    steps &+= 1
    inputTokens = AgentRun.sum(inputTokens, span.operation == .model ? span.inputTokens : nil)
    outputTokens = AgentRun.sum(outputTokens, span.operation == .model ? span.outputTokens : nil)
    if let cost = span.costUSD, cost.isFinite { costUSD = (costUSD ?? 0) + cost }
    return span.operation == .tool ? addToolStep(span, spanID: spanID, at: spanEnd) : nil
  }

  private mutating func name(after span: TraceSpan, isRoot: Bool) {
    if let name = span.agent, agent == nil || (isRoot && !agentIsRoot) {
      agent = name.boundedIdentifier()
      agentIsRoot = isRoot
    }
    if let name = span.version, version == nil || (isRoot && !versionIsRoot) {
      version = name.boundedIdentifier()
      versionIsRoot = isRoot
    }
  }

  private static func sum(_ total: Int?, _ more: Int?) -> Int? {
    guard let more, more >= 0 else { return total }
    let (sum, overflow) = (total ?? 0).addingReportingOverflow(more)
    return overflow ? .max : sum
  }

  private mutating func addToolStep(_ span: TraceSpan, spanID: String, at: Timestamp) -> Finding? {
    if span.isError { toolErrors &+= 1 }
    if span.arguments == nil { callsWithoutArguments &+= 1 }
    // A call that failed may well have no result; what it lacks is not the emitter's choice.
    if span.result == nil, !span.isError { callsWithoutResult &+= 1 }
    let tool = span.tool ?? span.name
    let step = ToolStep(
      call: span.arguments.map { ContentHash.of(tool, $0) }, result: span.result.map { ContentHash.of($0) },
      isError: span.isError, spanID: spanID)
    let isLate = lastStepStart.map { span.start < $0 } ?? false
    if !isLate { lastStepStart = span.start }
    guard let observation = repetitions.add(step, isLate: isLate), let tier = observation.newTier else { return nil }
    worstTier = max(worstTier ?? tier, tier)
    findingCount &+= 1
    let times =
      observation.streak >= 4
      ? "\(observation.streak) times in a row" : "\(observation.count) times in this run"
    let name = EvidenceExcerpt.of(tool, limit: 60)
    return Finding(
      detector: RunAssembler.loopRepeat, tier: tier, runID: id, agent: agent, version: version,
      spanIDs: repetitions.spanIDs(of: step.outcome), at: at,
      detail: "\(name) called \(times) with the same arguments and the same result",
      evidence: "\(name)(\(EvidenceExcerpt.of(span.arguments ?? ""))) → \(EvidenceExcerpt.of(span.result ?? ""))")
  }
}
