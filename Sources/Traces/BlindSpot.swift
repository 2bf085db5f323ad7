public import Domain

/// A detector that cannot judge an agent, because its traces lack what the detector reads: never the same as clean.
public struct BlindSpot: Hashable, Sendable {
  /// The agent, or `unknown` where its traces do not name it.
  public var agent: String
  /// The detector's name.
  public var detector: String
  /// What is missing, for people.
  public var because: String

  /// Creates a blind spot.
  public init(agent: String, detector: String, because: String) {
    self.agent = agent
    self.detector = detector
    self.because = because
  }

  /// The blind spot as in the output of `leeway traces`.
  public var json: JSON {
    ["agent": .string(agent), "detector": .string(detector), "because": .string(because)]
  }
}

/// How many tool calls lacked what the argument-based detectors read.
struct BlindTally: Hashable, Sendable {
  var toolCalls = 0
  var withoutArguments = 0
  var withoutResult = 0

  static func + (left: BlindTally, right: BlindTally) -> BlindTally {
    BlindTally(
      toolCalls: left.toolCalls &+ right.toolCalls,
      withoutArguments: left.withoutArguments &+ right.withoutArguments,
      withoutResult: left.withoutResult &+ right.withoutResult)
  }

  static func - (left: BlindTally, right: BlindTally) -> BlindTally {
    BlindTally(
      toolCalls: left.toolCalls &- right.toolCalls,
      withoutArguments: left.withoutArguments &- right.withoutArguments,
      withoutResult: left.withoutResult &- right.withoutResult)
  }

  /// What is missing, or nil when every tool call carries both.
  var reason: String? {
    func share(_ missing: Int) -> String {
      missing >= toolCalls ? "all \(toolCalls) tool calls" : "\(missing) of \(toolCalls) tool calls"
    }
    switch (withoutArguments > 0, withoutResult > 0) {
    case (false, false): return nil
    case (true, false): return "arguments are absent in \(share(withoutArguments))"
    case (false, true): return "results are absent in \(share(withoutResult))"
    case (true, true):
      return "arguments and results are absent in \(share(max(withoutArguments, withoutResult)))"
    }
  }
}
