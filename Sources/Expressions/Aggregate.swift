public import Domain

/// One number made of the records of a stretch of time, such as `p95(latency_ms where tenant == 't1') over 60s`.
public struct Aggregate: Hashable, Sendable {
  /// How the number is made.
  public enum Function: Hashable, Sendable {
    /// How many records.
    case count
    /// The sum of a field.
    case sum
    /// The mean of a field.
    case mean
    /// The least value of a field.
    case min
    /// The greatest value of a field.
    case max
    /// Records a second.
    case rate
    /// The share of the records for which a predicate holds, 0 to 1.
    case ratio
    /// A percentile of a field, 50 to 99.
    case percentile(Int)
    /// How many different values a field has.
    case distinct
    /// How many times faster than allowed the error budget of an objective is spent.
    case burnRate
    /// 1 when there is no record, else 0; only in ``Condition/absent(_:)``.
    case absent
    /// How far a metric has moved from its reference.
    case drift
    /// By how much the share of a metric's records that hold no value is above that of its reference.
    case missing
    /// The share of the records for which a predicate holds, since a detector is sure that it rose above the bound that it
    /// is compared with.
    case risk
    /// How many records the most frequent value of a field has.
    case top
  }

  /// How a window is compared with its reference window.
  public enum ReferenceComparison: Hashable, Sendable {
    /// `change(…)`: the value of the window divided by the value of the reference window.
    case quotient
    /// `z(…)`: how improbable the window is if nothing has changed since the reference window, in standard deviations
    /// with a sign.
    case score
  }

  /// What the function is applied to.
  public enum Argument: Hashable, Sendable {
    /// Nothing: all records of the source.
    case none
    /// The value of a field, or a metric of that name (a metric comes first).
    case field(FieldPath)
    /// The records for which a predicate holds.
    case predicate(Predicate)
  }

  /// How the number is made.
  public var function: Function
  /// What the function is applied to.
  public var argument: Argument
  /// Only records for which this holds count at all; nil for every record.
  public var `where`: Predicate?
  /// The length of the window that ends at the evaluation; nil only for `drift`.
  public var over: Duration?
  /// With `change(…)` and `z(…)`: the length of the reference window, which ends where the window begins.
  public var reference: Duration?
  /// How the window is compared with the reference window; without a reference of no meaning.
  public var comparison: ReferenceComparison
  /// With `burn_rate(…)`: the share of good records that is promised, above 0 and below 1.
  public var objective: Double?
  /// The fields or labels that the records are told apart by.
  public var by: [String]

  /// Creates an aggregate.
  public init(
    function: Function, argument: Argument = .none, where: Predicate? = nil, over: Duration?,
    reference: Duration? = nil, comparison: ReferenceComparison = .quotient, objective: Double? = nil,
    by: [String] = []
  ) {
    self.function = function
    self.argument = argument
    self.where = `where`
    self.over = over
    self.reference = reference
    self.comparison = comparison
    self.objective = objective
    self.by = by
  }

  /// How much longer than the window the reference window of `change(…)` or `z(…)` is when its length is not given.
  public static let defaultReferenceFactor = 6
}

extension Aggregate.Function {
  /// The name in expressions.
  public var name: String {
    switch self {
    case .count: "count"
    case .sum: "sum"
    case .mean: "mean"
    case .min: "min"
    case .max: "max"
    case .rate: "rate"
    case .ratio: "ratio"
    case .percentile(let rank): "p\(rank)"
    case .distinct: "distinct"
    case .burnRate: "burn_rate"
    case .absent: "absent"
    case .drift: "drift"
    case .missing: "missing"
    case .risk: "risk"
    case .top: "top"
    }
  }

  /// The function of a name; percentiles are p50 to p99.
  public init?(name: String) {
    switch name {
    case "count": self = .count
    case "sum": self = .sum
    case "mean": self = .mean
    case "min": self = .min
    case "max": self = .max
    case "rate": self = .rate
    case "ratio": self = .ratio
    case "distinct": self = .distinct
    case "burn_rate": self = .burnRate
    case "absent": self = .absent
    case "drift": self = .drift
    case "missing": self = .missing
    case "risk": self = .risk
    case "top": self = .top
    default:
      guard name.utf8.count == 3, name.hasPrefix("p"), let rank = Int(name.dropFirst()), 50...99 ~= rank else {
        return nil
      }
      self = .percentile(rank)
    }
  }
}
