import Domain

extension AgentRun {
  /// Takes in one span of the run that has not been taken in before: its counters, and what every detector that judges
  /// step by step makes of it.
  mutating func add(_ span: TraceSpan, _ arrival: Arrival, names: AgentNames, into findings: inout [Finding]) {
    let isRoot = span.parentID == nil
    if arrival.isNew { spans &+= 1 }
    start = min(start, span.start)
    end = max(end, span.end ?? span.start)
    name(after: span, isRoot: isRoot, names: names)
    if !memory.held.isEmpty, let policy = names.policy(of: self) { release(policy: policy, into: &findings) }
    Orphan.note(span, arrival, &self)
    guard let spanEnd = span.end else {
      memory.pace.open &+= 1
      if let rootEnd, span.start > rootEnd { isEnded = false }
      return
    }
    if !arrival.isNew { memory.pace.open = max(0, memory.pace.open - 1) }
    if isRoot {
      rootEnd = max(rootEnd ?? spanEnd, spanEnd)
      isEnded = true
    } else if let rootEnd, span.start > rootEnd {
      isEnded = false
    }
    switch span.operation {
    case .model: modelCalls &+= 1
    case .tool: toolCalls &+= 1
    case .agent, .other: return
    }
    steps &+= 1
    count(span, prices: names.policies)
    let isLate = lastStepStart.map { span.start < $0 } ?? false
    if !isLate { lastStepStart = span.start }
    var context = StepContext(
      spanID: arrival.spanID, at: spanEnd, isLate: isLate, policies: names.policies,
      candidates: names.candidates(for: span, in: self))
    if span.operation == .tool {
      context.nature = arrival.nature
      if let text = span.arguments { context.arguments = ContentScanner.shared.scan(text) }
      if let text = span.result { context.result = ContentScanner.shared.scan(text) }
      judgeTool(span, context, &findings)
    } else {
      if let text = span.outputText { context.output = ContentScanner.shared.scan(text) }
      judgeModel(span, context, &findings)
    }
    var whole = StepContext(
      spanID: arrival.spanID, at: spanEnd, isLate: isLate, policies: names.policies, candidates: context.candidates)
    if let own = names.candidates(for: self) { whole.candidates = own }
    BudgetDetector.observe(span, whole, &self, &findings)
    Stall.observe(span, whole, &self, &findings)
  }

  private mutating func judgeTool(_ span: TraceSpan, _ context: StepContext, _ findings: inout [Finding]) {
    LoopRepeat.observe(span, context, &self, &findings)
    LoopCycle.observe(span, context, &self, &findings)
    LoopContent.observe(span, context, &self, &findings)
    NoProgress.observe(span, context, &self, &findings)
    ToolErrorStreak.observe(span, context, &self, &findings)
    PolicyTool.observe(span, context, &self, &findings)
    PolicyOrder.observe(span, context, &self, &findings)
    Secrets.observe(span, context, &self, &findings)
    Injection.observe(span, context, &self, &findings)
    Exfiltration.note(span, context, &self)
    if let arguments = span.arguments {
      for candidate in context.candidates where CallFacts.areWanted(span, context, candidate) {
        let policy = context.policies.policies[candidate]
        let facts = CallFacts(
          tool: span.tool ?? span.name, nature: context.nature, arguments: arguments, policy: policy)
        PolicyArguments.observe(facts, span, candidate, context, &self, &findings)
        Exfiltration.observe(facts, span, candidate, context, &self, &findings)
      }
    }
    PathRecorder.observe(span, context, &self, &findings)
  }

  private mutating func judgeModel(_ span: TraceSpan, _ context: StepContext, _ findings: inout [Finding]) {
    LoopContent.observe(span, context, &self, &findings)
    RetryStorm.observe(span, context, &self, &findings)
    Secrets.observe(span, context, &self, &findings)
    DeceptiveLink.observe(span, context, &self, &findings)
    PathRecorder.observe(span, context, &self, &findings)
  }

  private mutating func count(_ span: TraceSpan, prices: PolicySet) {
    if span.operation == .tool, span.isError { toolErrors &+= 1 }
    var cost = span.costUSD
    if span.operation == .model {
      inputTokens = AgentRun.sum(inputTokens, span.inputTokens)
      outputTokens = AgentRun.sum(outputTokens, span.outputTokens)
      if cost == nil, span.inputTokens != nil || span.outputTokens != nil, let price = prices.price(of: span.model) {
        cost = price.cost(input: span.inputTokens ?? 0, output: span.outputTokens ?? 0)
      }
    }
    if let cost, cost.isFinite { costUSD = (costUSD ?? 0) + cost }
    memory.blind.note(span, hasCost: cost != nil)
  }

  private mutating func name(after span: TraceSpan, isRoot: Bool, names: AgentNames) {
    if let name = span.agent {
      if span.agentIsService, service == nil { service = name.boundedIdentifier() }
      let isBetter = agent == nil || (isRoot && !agentIsRoot) || (agentIsService && !span.agentIsService)
      if isBetter, !(span.agentIsService && agent != nil && !agentIsService) {
        agent = (span.agentIsService ? names.alias(ofService: name) ?? name : name).boundedIdentifier()
        agentIsService = span.agentIsService && agent == name
        agentIsRoot = isRoot
      }
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
}

extension CallFacts {
  /// Whether a call's arguments can hold anything that a detector looks for. Reading them as a document costs more
  /// than all the rest, so most calls are passed over.
  static func areWanted(_ span: TraceSpan, _ context: StepContext, _ candidate: Int) -> Bool {
    let flags = context.arguments.flags
    if !flags.isDisjoint(with: [.url, .mayRun]) || !context.nature.isDisjoint(with: [.shell, .database]) {
      return true
    }
    if context.nature.contains(.write), flags.contains(.mayWrite) { return true }
    if !context.nature.isDisjoint(with: [.network, .send]), !flags.isDisjoint(with: [.mail, .mayReach]) {
      return true
    }
    return context.policies.policies[candidate].asksForArguments(of: span.tool ?? span.name)
  }
}
