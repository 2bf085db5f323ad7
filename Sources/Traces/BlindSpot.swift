public import Domain

/// A detector that cannot judge an agent, because its traces lack what the detector reads: never the same as clean.
public struct BlindSpot: Hashable, Sendable {
  /// The agent, or `unknown` where its traces do not name it.
  public var agent: String
  /// The detector's name.
  public var detector: String
  /// What is missing, and which setting of the emitter records it, for people.
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
