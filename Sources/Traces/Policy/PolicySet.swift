/// The policies of all agents, one for the others, and the prices of models.
public struct PolicySet: Sendable {
  /// Nothing is declared: only the detectors that need no policy judge.
  public static let undeclared = PolicySet(agents: [], fallback: nil)
  /// While an agent's name is unknown, its run is judged by at most so many policies at once.
  static let candidateLimit = 8

  /// Everything, behind one reference: the detectors hand a set on with every step.
  private final class Storage: Sendable {
    let policies: [AgentPolicy]
    let indexByAgent: [String: Int]
    let prices: [String: ModelPrice]
    let hasDefault: Bool

    init(_ policies: [AgentPolicy], _ indexByAgent: [String: Int], _ prices: [String: ModelPrice], _ hasDefault: Bool) {
      self.policies = policies
      self.indexByAgent = indexByAgent
      self.prices = prices
      self.hasDefault = hasDefault
    }
  }

  private let storage: Storage
  /// The policy for agents without one of their own first, then those of the agents.
  var policies: [AgentPolicy] { storage.policies }
  /// Prices by model.
  public var prices: [String: ModelPrice] { storage.prices }
  /// Whether anything was declared for agents without a policy of their own.
  public var hasDefault: Bool { storage.hasDefault }

  /// Creates a set; of two policies for one agent the last counts.
  public init(agents: [AgentPolicy], fallback: AgentPolicy?, prices: [String: ModelPrice] = [:]) {
    storage = Storage(
      [fallback ?? AgentPolicy(name: "default")] + agents,
      Dictionary(agents.enumerated().map { ($0.element.name, $0.offset + 1) }, uniquingKeysWith: { _, last in last }),
      prices, fallback != nil)
  }

  /// Whether no policy and no price is declared.
  public var isEmpty: Bool { policies.count == 1 && !hasDefault && prices.isEmpty }

  /// The agents that have a policy of their own.
  public var agents: [String] { policies.dropFirst().map(\.name) }

  func ownIndex(of agent: String) -> Int? { storage.indexByAgent[agent] }

  /// Whether some agents have a policy and this one has none.
  func leavesOut(_ agent: String) -> Bool { policies.count > 1 && !hasDefault && ownIndex(of: agent) == nil }

  /// The policy that counts for a named agent.
  func index(of agent: String?) -> Int { agent.flatMap { storage.indexByAgent[$0] } ?? 0 }

  /// Every policy that may turn out to count for an agent whose name is not known yet.
  var candidates: Range<Int> { policies.count <= PolicySet.candidateLimit ? 0..<policies.count : 0..<1 }

  /// The price of a model: its own, else that of the longest name that its name begins with.
  func price(of model: String?) -> ModelPrice? {
    guard let model, !prices.isEmpty else { return nil }
    if let price = prices[model] { return price }
    return prices.filter { model.hasPrefix($0.key) }.max { $0.key.utf8.count < $1.key.utf8.count }?.value
  }
}
