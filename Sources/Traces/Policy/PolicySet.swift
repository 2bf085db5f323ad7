/// The policies of all agents, one for the others, and the prices of models.
public struct PolicySet: Sendable {
  /// Nothing is declared: only the detectors that need no policy judge.
  public static let undeclared = PolicySet(agents: [], fallback: nil)
  /// While an agent's name is unknown, its run is judged by at most so many policies at once.
  static let candidateLimit = 8

  /// The policy for agents without one of their own first, then those of the agents.
  let policies: [AgentPolicy]
  private let indexByAgent: [String: Int]
  /// Prices by model.
  public var prices: [String: ModelPrice] = [:]
  /// Whether anything was declared for agents without a policy of their own.
  public let hasDefault: Bool

  /// Creates a set; of two policies for one agent the last counts.
  public init(agents: [AgentPolicy], fallback: AgentPolicy?, prices: [String: ModelPrice] = [:]) {
    policies = [fallback ?? AgentPolicy(name: "default")] + agents
    hasDefault = fallback != nil
    indexByAgent = Dictionary(
      agents.enumerated().map { ($0.element.name, $0.offset + 1) }, uniquingKeysWith: { _, last in last })
    self.prices = prices
  }

  /// Whether no policy and no price is declared.
  public var isEmpty: Bool { policies.count == 1 && !hasDefault && prices.isEmpty }

  /// The agents that have a policy of their own.
  public var agents: [String] { policies.dropFirst().map(\.name) }

  func ownIndex(of agent: String) -> Int? { indexByAgent[agent] }

  /// The policy that counts for a named agent.
  func index(of agent: String?) -> Int { agent.flatMap { indexByAgent[$0] } ?? 0 }

  /// Every policy that may turn out to count for an agent whose name is not known yet.
  var candidates: Range<Int> { policies.count <= PolicySet.candidateLimit ? 0..<policies.count : 0..<1 }

  /// The price of a model: its own, else that of the longest name that its name begins with.
  func price(of model: String?) -> ModelPrice? {
    guard let model, !prices.isEmpty else { return nil }
    if let price = prices[model] { return price }
    return prices.filter { model.hasPrefix($0.key) }.max { $0.key.utf8.count < $1.key.utf8.count }?.value
  }
}
