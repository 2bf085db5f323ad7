import Domain

/// What the comparison of many runs keeps of one.
struct RunProfile: Sendable {
  /// Tells the run apart, so that one that goes on replaces itself.
  var identity: UInt64
  /// Calls by tool.
  var mix: [(feature: Int, count: Double)]
  /// Steps from one tool to the next, beginning and end included.
  var transitions: [(feature: Int, count: Double)]
  /// Three tools in a row, each once.
  var trigrams: [UInt64]
  var steps: Double
  var tokens: Double?
  var cost: Double?
  /// Nil where the format has no times.
  var seconds: Double?
  /// Whether the last answer refuses; nil where answers are not recorded.
  var isRefusal: Bool?
  /// Whether the run ended without trouble, as far as its structure tells.
  var isSuccess: Bool
}

/// Numbers for the tools of an agent, and for the steps between them.
struct FeatureNames: Sendable {
  static let limit = 128
  private var numbers: [String: Int] = ["": 0]
  private(set) var names: [String] = ["(start or end)"]

  /// The number of a tool; those beyond the limit share one.
  mutating func number(of tool: String) -> Int {
    if let number = numbers[tool] { return number }
    guard names.count < FeatureNames.limit else { return FeatureNames.limit }
    names.append(tool)
    numbers[tool] = names.count - 1
    return names.count - 1
  }

  static func pair(_ from: Int, _ to: Int) -> Int { from * (limit + 1) + to }

  /// The words for a tool.
  func tool(_ feature: Int) -> String { feature < names.count ? names[feature] : "other tools" }

  /// The words for a step: `search_kb → send_reply`.
  func step(_ feature: Int) -> String {
    let (from, to) = feature.quotientAndRemainder(dividingBy: FeatureNames.limit + 1)
    return (from == 0 ? "start" : tool(from)) + " → " + (to == 0 ? "end" : tool(to))
  }

  /// Turns a run into a profile.
  mutating func profile(of run: AgentRun) -> RunProfile {
    let path = run.memory.path.closed
    var places: [Int] = []
    for tool in path.tools { places.append(number(of: tool)) }
    func place(_ local: Int) -> Int {
      local < places.count ? places[local] : local == PathMemory.outside ? 0 : FeatureNames.limit
    }
    var mix: [Int: Double] = [:]
    var transitions: [(feature: Int, count: Double)] = []
    for entry in path.transitions {
      let (from, to, count) = (place(Int(entry >> 24)), place(Int(entry >> 16 & 0xFF)), Double(entry & 0xFFFF))
      transitions.append((FeatureNames.pair(from, to), count))
      if to != 0 { mix[to, default: 0] += count }
    }
    let trigrams = path.trigrams.map { entry in
      UInt64(place(Int(entry >> 16))) << 32 | UInt64(place(Int(entry >> 8 & 0xFF))) << 16
        | UInt64(place(Int(entry & 0xFF)))
    }
    let hasAnswers = run.modelCalls > run.memory.blind.missing(.output)
    return RunProfile(
      identity: ContentHash.of(run.id), mix: mix.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
      transitions: transitions, trigrams: trigrams, steps: Double(run.steps),
      tokens: run.inputTokens.map { Double($0) + Double(run.outputTokens ?? 0) }, cost: run.costUSD,
      seconds: run.memory.pace.isSynthetic ? nil : run.duration.inSeconds,
      isRefusal: hasAnswers ? run.memory.isRefusal : nil,
      isSuccess: run.memory.errors.streak == 0 && (run.worstTier ?? .notice) < .warn)
  }
}
