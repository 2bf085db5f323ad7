/// What an incident turned out to be; feeds the precision of the rule that opened it.
public enum Verdict: String, CaseIterable, Sendable {
  /// A real incident.
  case truePositive = "true_positive"
  /// The rule was wrong.
  case falsePositive = "false_positive"
  /// It was meant to happen.
  case expected
  /// Another incident covers it.
  case duplicate
  /// Somebody was testing.
  case test

  /// Whether an incident can be dismissed with it: any but a real incident.
  public var dismisses: Bool { self != .truePositive }
}
