public import Expressions

/// What an agent may do, as its operator declared it. What is nil or empty was not declared, and is not judged.
public struct AgentPolicy: Sendable {
  /// The most that one run may use.
  public struct Budgets: Hashable, Sendable {
    /// Model and tool calls.
    public var steps: Double?
    /// Tokens read and written.
    public var tokens: Double?
    /// US dollars.
    public var usd: Double?
    /// Seconds from the first start to the latest end.
    public var seconds: Double?
    /// Seconds without any step before the run counts as stalled.
    public var idleSeconds: Double?

    /// Creates budgets of nothing.
    public init() {}
  }

  /// A pattern that no command may match.
  public struct DeniedCommand: Sendable {
    /// The pattern as it is written.
    public var text: String
    /// The pattern, compiled; only a command's first 4 KiB are looked at.
    public var pattern: TextPattern

    /// Creates a denial.
    public init(text: String, pattern: TextPattern) {
      self.text = text
      self.pattern = pattern
    }
  }

  /// The agent's name, or `default`.
  public var name: String
  /// The tools that it may call; a `*` at the end stands for anything. Nil allows all.
  public var allowedTools: [String]?
  /// The directories and files that it may write to. Nil allows all.
  public var writeScope: [PathScope]?
  /// Tools that write, besides those whose name says so.
  public var writeTools: [String] = []
  /// The hosts that it may send to; `*.example.com` stands for every host below. Nil allows all.
  public var egressAllow: [HostPattern]?
  /// Tools that send, besides those whose name says so.
  public var sendTools: [String] = []
  /// What no command may match, besides the built-in rules.
  public var deniedCommands: [DeniedCommand] = []
  /// What one run may use.
  public var budgets = Budgets()
  /// Conditions that a tool's arguments must meet, by the tool's name, or its beginning and a `*`.
  public var limits: [String: [ArgumentLimit]] = [:]
  /// The tools that must have succeeded earlier in the run, by the tool that needs them, or its beginning and a `*`.
  public var requires: [String: [String]] = [:]

  /// Creates a policy that declares nothing.
  public init(name: String) {
    self.name = name
  }

  /// Whether the tool may be called.
  func allows(tool: String) -> Bool {
    guard let allowedTools else { return true }
    return allowedTools.contains { AgentPolicy.matches($0, tool) }
  }

  /// Whether something is declared of the tool that only its arguments tell.
  func asksForArguments(of tool: String) -> Bool {
    if limits.isEmpty, writeTools.isEmpty, sendTools.isEmpty { return false }
    return limits.keys.contains { AgentPolicy.matches($0, tool) }
      || writeTools.contains { AgentPolicy.matches($0, tool) } || sendTools.contains { AgentPolicy.matches($0, tool) }
  }

  /// The conditions that a tool's arguments must meet, in the order of the names that they were declared under.
  func limits(of tool: String) -> [ArgumentLimit] {
    guard !limits.isEmpty else { return [] }
    return limits.keys.filter { AgentPolicy.matches($0, tool) }.sorted().flatMap { limits[$0] ?? [] }
  }

  /// The tools that must have succeeded before one is called; each once.
  func required(before tool: String) -> [String] {
    requires.keys.filter { AgentPolicy.matches($0, tool) }.sorted().flatMap { requires[$0] ?? [] }
      .reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  static func matches(_ pattern: String, _ name: String) -> Bool {
    pattern.utf8.last == UInt8(ascii: "*") ? name.utf8.starts(with: pattern.utf8.dropLast()) : pattern == name
  }
}

/// What a million tokens of a model cost, in US dollars.
public struct ModelPrice: Hashable, Sendable {
  /// A million tokens read.
  public var inputPerMillion: Double
  /// A million tokens written.
  public var outputPerMillion: Double

  /// Creates a price.
  public init(inputPerMillion: Double, outputPerMillion: Double) {
    self.inputPerMillion = inputPerMillion
    self.outputPerMillion = outputPerMillion
  }

  func cost(input: Int, output: Int) -> Double {
    (Double(input) * inputPerMillion + Double(output) * outputPerMillion) / 1e6
  }
}
