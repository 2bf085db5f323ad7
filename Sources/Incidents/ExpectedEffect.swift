import Domain

/// What an action is expected to do to a metric, written down before anybody knows whether it did.
public struct ExpectedEffect: Hashable, Sendable {
  /// How the metric should compare with the bound.
  public enum Relation: String, CaseIterable, Sendable {
    /// `<`
    case less = "<"
    /// `<=`
    case lessOrEqual = "<="
    /// `>`
    case greater = ">"
    /// `>=`
    case greaterOrEqual = ">="
  }

  /// The metric's name.
  public var metric: String
  /// How it should compare.
  public var relation: Relation
  /// What it is compared with, in the metric's unit.
  public var bound: Double
  /// How soon after the action.
  public var within: Duration

  /// Creates an expectation.
  public init(metric: String, relation: Relation, bound: Double, within: Duration) {
    self.metric = metric
    self.relation = relation
    self.bound = bound
    self.within = within
  }

  /// `refund_rate < 5 within 15m`.
  public var sentence: String { "\(metric) \(relation.rawValue) \(Decimal.text(bound)) within \(within.short)" }

  /// As it stands in the journal: decimals are strings, and the time is in whole seconds.
  var data: JSON {
    [
      "metric": .string(metric), "comparison": .string(relation.rawValue), "bound": .string(Decimal.text(bound)),
      "within_seconds": .integer(within.nanoseconds / 1_000_000_000),
    ]
  }

  init?(data: JSON) {
    guard let metric = data.text("metric"), let bound = data.decimal("bound"),
      let relation = data.text("comparison").flatMap(Relation.init(rawValue:)),
      let seconds = data.int("within_seconds"), seconds >= 0, seconds <= 3_200_000_000
    else { return nil }
    self.init(metric: metric, relation: relation, bound: bound, within: .seconds(seconds))
  }

  var json: JSON {
    [
      "metric": .string(metric), "comparison": .string(relation.rawValue), "bound": JSON(bound),
      "within": JSON(within.inSeconds),
    ]
  }
}
