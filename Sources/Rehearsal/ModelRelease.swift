/// How a version of the rehearsed assistant behaves.
public struct ModelRelease: Hashable, Sendable {
  /// The version that the log carries, such as `m-2.4.0`.
  public var version: String
  /// Factor on the prompt's length in tokens.
  public var promptFactor: Double
  /// Factor on the answer's length in tokens.
  public var answerFactor: Double
  /// Share of requests that are refused or filtered.
  public var refusalShare: Double
  /// Share of evaluations that pass.
  public var evaluationPassShare: Double

  /// What runs when the rehearsal begins.
  public static let initial = ModelRelease(
    version: "m-2.4.0", promptFactor: 1, answerFactor: 1, refusalShare: 0.03, evaluationPassShare: 0.97)
  /// Ships a longer prompt template, and refuses more.
  public static let drifting = ModelRelease(
    version: "m-2.4.1", promptFactor: 1.9, answerFactor: 1.12, refusalShare: 0.07, evaluationPassShare: 0.92)
  /// Takes the longer template back.
  public static let repaired = ModelRelease(
    version: "m-2.4.2", promptFactor: 1.04, answerFactor: 1.02, refusalShare: 0.032, evaluationPassShare: 0.97)
}
