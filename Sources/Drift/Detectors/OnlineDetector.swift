/// Watches a stream of values, one at a time, for the moment when their distribution changes.
public protocol OnlineDetector: Sendable {
  /// Takes the next value, which must be no NaN. Gives, when this value completes the evidence for a change, how many
  /// values back the change seems to have begun: 0 for this very value.
  mutating func update(_ value: Double) -> Int?
}
