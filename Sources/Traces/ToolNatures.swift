import Domain

/// What the tools' names say, remembered for the latest names.
struct ToolNatures: Sendable {
  private static let limit = 1_024
  private var known: [String: ToolNature] = [:]

  mutating func nature(of tool: String) -> ToolNature {
    if let nature = known[tool] { return nature }
    let nature = ToolNature(tool: tool)
    if known.count < ToolNatures.limit { known[tool] = nature }
    return nature
  }
}

/// Which agents services turn out to be, and which policy therefore counts.
///
/// In some conventions only the root span names the agent, and exporters write it last; the spans before it carry the
/// service's name. What a service was called once, it is called until another agent shows up in it.
struct AgentNames: Sendable {
  private static let limit = 256
  let policies: PolicySet
  /// The agent by service; nil where there are several.
  private var agents: [String: String?] = [:]

  init(policies: PolicySet) { self.policies = policies }

  func alias(ofService service: String) -> String? { agents[service] ?? nil }

  /// Notes that the root of a run, whose other spans go by the service, names the agent.
  mutating func note(service: String, agent: String) {
    if let known = agents[service] {
      if known != agent { agents[service] = .some(nil) }
    } else if agents.count < AgentNames.limit {
      agents[service] = agent
    }
  }

  /// The policies that may count for a step: that of the agent which the span names, else those of the run.
  func candidates(for span: TraceSpan, in run: AgentRun) -> Range<Int> {
    if let agent = span.agent, !span.agentIsService, agent != run.agent {
      // An agent that another one called in, without a policy of its own, is under the caller's.
      if let index = policies.ownIndex(of: agent) { return index..<(index + 1) }
    }
    return candidates(for: run) ?? policies.candidates
  }

  /// The policies that count for the whole run, nil while its agent is not known.
  func candidates(for run: AgentRun) -> Range<Int>? { policy(of: run).map { $0..<($0 + 1) } }

  /// The policy that counts for the run, nil while its agent is not known.
  func policy(of run: AgentRun) -> Int? {
    if policies.policies.count == 1 { return 0 }
    guard let agent = run.agent else { return nil }
    return run.agentIsService ? policies.ownIndex(of: agent) : policies.index(of: agent)
  }
}
