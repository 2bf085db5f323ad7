import Expressions

@testable import Traces

/// Policies for tests.
enum Policies {
  /// The policy of the generated runs' agent.
  static func triage(agent: String = "support-triage") -> PolicySet {
    var policy = AgentPolicy(name: agent)
    policy.allowedTools = [
      "search_kb", "read_ticket", "fetch_url", "update_ticket", "send_reply", "read_file", "write_file", "http_request",
      "run_tests", "shell",
    ]
    policy.writeScope = [PathScope("/workspace/case/")]
    policy.egressAllow = [HostPattern("*.internal.example")].compactMap(\.self)
    policy.budgets.steps = 60
    policy.budgets.tokens = 100_000
    policy.budgets.usd = 0.5
    policy.budgets.seconds = 600
    policy.budgets.idleSeconds = 120
    return PolicySet(
      agents: [policy], fallback: nil,
      prices: ["acme-large-1": ModelPrice(inputPerMillion: 3, outputPerMillion: 15)])
  }
}
