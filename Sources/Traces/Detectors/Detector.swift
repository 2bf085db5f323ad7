/// The detectors, by the names that findings, rules and policies use (spec: trace detectors).
public enum Detector: String, CaseIterable, Sendable {
  case loopRepeat = "LOOP_REPEAT"
  case loopCycle = "LOOP_CYCLE"
  case loopContent = "LOOP_CONTENT"
  case toolErrorStreak = "TOOL_ERROR_STREAK"
  case toolErrorRate = "TOOL_ERROR_RATE"
  case retryStorm = "RETRY_STORM"
  case budgetSteps = "BUDGET_STEPS"
  case budgetTokens = "BUDGET_TOKENS"
  case budgetCost = "BUDGET_COST"
  case budgetTime = "BUDGET_TIME"
  case stall = "STALL"
  case orphan = "ORPHAN"
  case noProgress = "NO_PROGRESS"
  case policyTool = "POLICY_TOOL"
  case policyWriteScope = "POLICY_WRITE_SCOPE"
  case policyEgress = "POLICY_EGRESS"
  case policyCommand = "POLICY_COMMAND"
  case policyLimit = "POLICY_LIMIT"
  case policyOrder = "POLICY_ORDER"
  case secretInArguments = "SECRET_IN_ARGS"
  case secretInOutput = "SECRET_IN_OUTPUT"
  case secretInResult = "SECRET_IN_RESULT"
  case exfiltration = "EXFIL_SEQUENCE"
  case injectionText = "INJECTION_TEXT"
  case injectionFollowed = "INJECTION_FOLLOWED"
  case deceptiveLink = "DECEPTIVE_LINK"
  case driftToolMix = "DRIFT_TOOLMIX"
  case driftTransition = "DRIFT_TRANSITION"
  case novelTransition = "NOVEL_TRANSITION"
  case driftSteps = "DRIFT_STEPS"
  case driftLatency = "DRIFT_LATENCY"
  case driftTokens = "DRIFT_TOKENS"
  case refusalRate = "REFUSAL_RATE"

  /// What a detector reads beyond the spans' times and names. Emitters leave some of it out unless they are told.
  public struct Needs: OptionSet, Hashable, Sendable {
    /// One bit a need.
    public let rawValue: UInt8
    /// Creates a set from its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// The arguments of tool calls.
    public static let arguments = Needs(rawValue: 1)
    /// The results of tool calls.
    public static let results = Needs(rawValue: 2)
    /// The text that models answer with.
    public static let output = Needs(rawValue: 4)
    /// The tokens of model calls.
    public static let tokens = Needs(rawValue: 8)
    /// The cost of model calls, or the price of the model.
    public static let cost = Needs(rawValue: 16)
    /// Real times.
    public static let times = Needs(rawValue: 32)
  }

  /// What it reads.
  public var needs: Needs {
    switch self {
    case .loopRepeat, .loopCycle: [.arguments, .results]
    case .noProgress, .secretInResult, .injectionText: .results
    case .policyWriteScope, .policyEgress, .policyCommand, .policyLimit, .secretInArguments, .exfiltration: .arguments
    case .injectionFollowed: [.arguments, .results]
    case .loopContent, .secretInOutput, .refusalRate, .deceptiveLink: .output
    case .budgetTokens, .driftTokens: .tokens
    case .budgetCost: .cost
    case .budgetTime, .stall, .driftLatency: .times
    default: []
    }
  }

  /// The tiers beyond a notice that it reaches.
  public var gravestTiers: [Finding.Tier] {
    switch self {
    case .loopRepeat, .loopCycle, .toolErrorStreak, .retryStorm, .budgetSteps, .budgetTokens, .budgetCost, .budgetTime,
      .stall, .driftToolMix, .driftTransition:
      [.warn, .incident]
    case .policyTool, .policyWriteScope, .policyEgress, .policyCommand, .policyLimit, .policyOrder, .secretInArguments,
      .secretInOutput, .exfiltration, .injectionFollowed:
      [.incident]
    case .loopContent, .toolErrorRate, .orphan, .deceptiveLink, .driftSteps, .driftLatency, .driftTokens, .refusalRate:
      [.warn]
    case .noProgress, .secretInResult, .injectionText, .novelTransition: []
    }
  }

  /// Whether its findings are about many runs of an agent.
  public var isAboutManyRuns: Bool {
    switch self {
    case .toolErrorRate, .driftToolMix, .driftTransition, .novelTransition, .driftSteps, .driftLatency, .driftTokens,
      .refusalRate:
      true
    default: false
    }
  }

  /// What its findings say, for the title of an incident.
  public var title: String {
    switch self {
    case .loopRepeat: "an agent repeats the same call"
    case .loopCycle: "an agent goes round in circles"
    case .loopContent: "an agent says the same again and again"
    case .toolErrorStreak: "an agent's tools fail one after the other"
    case .toolErrorRate: "a tool fails more often than before"
    case .retryStorm: "an agent's model calls fail again and again"
    case .budgetSteps: "an agent's run takes too many steps"
    case .budgetTokens: "an agent's run uses too many tokens"
    case .budgetCost: "an agent's run costs too much"
    case .budgetTime: "an agent's run takes too long"
    case .stall: "an agent's run stands still"
    case .orphan: "parts of agents' traces are missing"
    case .noProgress: "an agent learns nothing new"
    case .policyTool: "an agent calls a tool that it may not"
    case .policyWriteScope: "an agent writes where it may not"
    case .policyEgress: "an agent sends to a host that it may not"
    case .policyCommand: "an agent runs a command that it may not"
    case .policyLimit: "an agent exceeds a limit of a tool's arguments"
    case .policyOrder: "an agent skips a step that must come before"
    case .secretInArguments: "an agent passes a secret to a tool"
    case .secretInOutput: "an agent tells a secret"
    case .secretInResult: "a tool's result holds a secret"
    case .exfiltration: "an agent reads credentials and sends data out"
    case .injectionText: "a tool's result gives instructions"
    case .injectionFollowed: "an agent follows instructions from a tool's result"
    case .deceptiveLink: "an agent shows a link that looks like another"
    case .driftToolMix: "an agent uses other tools than before"
    case .driftTransition: "an agent goes other ways than before"
    case .novelTransition: "an agent goes ways never seen before"
    case .driftSteps: "an agent's runs changed in length"
    case .driftLatency: "an agent's runs changed in duration"
    case .driftTokens: "an agent's runs changed in tokens"
    case .refusalRate: "an agent refuses more often than before"
    }
  }

  /// The incident category of what it finds.
  public var category: String {
    switch self {
    case .policyTool, .policyWriteScope, .policyEgress, .policyCommand, .policyLimit, .policyOrder, .secretInArguments,
      .secretInOutput, .secretInResult, .exfiltration, .injectionText, .injectionFollowed, .deceptiveLink:
      "security"
    default: "performance"
    }
  }

  /// The risks of OWASP's lists for language models (2025) that it watches for.
  public var owasp: [String] {
    switch self {
    case .injectionText, .injectionFollowed: ["LLM01"]
    case .secretInArguments, .secretInOutput, .secretInResult, .exfiltration: ["LLM02"]
    case .policyTool, .policyWriteScope, .policyEgress, .policyCommand, .policyLimit, .policyOrder: ["LLM06"]
    case .loopRepeat, .loopCycle, .loopContent, .retryStorm, .budgetSteps, .budgetTokens, .budgetCost, .budgetTime:
      ["LLM10"]
    case .deceptiveLink: ["LLM05"]
    default: []
    }
  }
}
