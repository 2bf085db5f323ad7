public import Domain

/// What an effectiveness check will measure, fixed before its action is implemented (spec: records, effectiveness
/// check), so that nobody chooses the measure after seeing the result.
public struct CheckPlan: Hashable, Sendable {
  /// The metric's name.
  public var metric: String
  /// The statistic of the metric, such as `p95`; nil takes the metric's usual one.
  public var statistic: String?
  /// The label values that a series must have to count; empty for all series merged.
  public var labels: Labels
  /// How the measured value should compare with ``bound``.
  public var relation: ExpectedEffect.Relation
  /// What it is compared with, in the metric's unit.
  public var bound: Double
  /// How long before the implementation the metric is measured for comparison.
  public var baseline: Duration
  /// How long after the implementation it is measured.
  public var observation: Duration
  /// The fewest rows that allow a verdict.
  public var minimumCount: Int
  /// What must not get worse meanwhile.
  public var guards: [Guard]

  /// A metric that the action must not harm, such as over-refusal when a filter is tightened.
  public struct Guard: Hashable, Sendable {
    /// The metric's name.
    public var metric: String
    /// The statistic, or nil for the metric's usual one.
    public var statistic: String?
    /// How it must compare with its bound, or with its own baseline where it has none.
    public var relation: ExpectedEffect.Relation
    /// The bound; nil: not significantly worse than in the baseline window.
    public var bound: Double?

    /// Creates a guard.
    public init(metric: String, statistic: String? = nil, relation: ExpectedEffect.Relation, bound: Double? = nil) {
      self.metric = metric
      self.statistic = statistic
      self.relation = relation
      self.bound = bound
    }

    /// `over_refusal < 0.05`, or `over_refusal not higher`.
    public var sentence: String {
      let name = statistic.map { "\($0) \(metric)" } ?? metric
      guard let bound else { return "\(name) not \(relation.isUpperBound ? "higher" : "lower")" }
      return "\(name) \(relation.rawValue) \(Decimal.text(bound))"
    }
  }

  /// The fewest rows where a plan names no number.
  public static let defaultMinimumCount = 30
  /// The baseline window where a plan names none.
  public static let defaultBaseline: Duration = .seconds(3_600)
  /// The most guards of one check.
  public static let mostGuards = 8

  /// Creates a plan.
  public init(
    metric: String, statistic: String? = nil, labels: Labels = .none, relation: ExpectedEffect.Relation, bound: Double,
    baseline: Duration = CheckPlan.defaultBaseline, observation: Duration,
    minimumCount: Int = CheckPlan.defaultMinimumCount, guards: [Guard] = []
  ) {
    self.metric = metric
    self.statistic = statistic
    self.labels = labels
    self.relation = relation
    self.bound = bound
    self.baseline = baseline
    self.observation = observation
    self.minimumCount = minimumCount
    self.guards = guards
  }

  /// The check that an action's expected effect amounts to.
  init(_ effect: ExpectedEffect) {
    self.init(metric: effect.metric, relation: effect.relation, bound: effect.bound, observation: effect.within)
  }

  /// `p95 latency < 1500 over 30m, n ≥ 200; guard over_refusal not higher`.
  public var sentence: String {
    let name = statistic.map { "\($0) \(metric)" } ?? metric
    let scope = labels.isEmpty ? "" : " (\(labels))"
    let start = "\(name)\(scope) \(relation.rawValue) \(Decimal.text(bound)) over \(observation.short)"
    return "\(start), n ≥ \(minimumCount)" + guards.map { "; guard \($0.sentence)" }.joined()
  }
}

extension ExpectedEffect.Relation {
  /// Whether smaller values are better.
  public var isUpperBound: Bool { self == .less || self == .lessOrEqual }

  /// Whether `value` compares with `bound` as it should.
  public func holds(_ value: Double, _ bound: Double) -> Bool {
    switch self {
    case .less: value < bound
    case .lessOrEqual: value <= bound
    case .greater: value > bound
    case .greaterOrEqual: value >= bound
    }
  }
}

extension CheckPlan {
  /// As it stands in the journal: decimals are strings, times whole seconds.
  var data: JSONObject {
    var object = JSONObject([("metric", .string(metric))])
    object.set("statistic", statistic)
    if !labels.isEmpty { object["labels"] = JSON(labels) }
    object["comparison"] = .string(relation.rawValue)
    object["bound"] = .string(Decimal.text(bound))
    object["baseline_seconds"] = .integer(baseline.nanoseconds / 1_000_000_000)
    object["observation_seconds"] = .integer(observation.nanoseconds / 1_000_000_000)
    object["min_n"] = JSON(minimumCount)
    if !guards.isEmpty { object["guards"] = .array(guards.map(\.data)) }
    return object
  }

  /// Reads what ``data`` wrote; nil where a part is missing or out of range.
  init?(data: JSON) {
    guard let metric = data.text("metric"), let bound = data.decimal("bound"), bound.isFinite,
      let relation = data.text("comparison").flatMap(ExpectedEffect.Relation.init(rawValue:)),
      let baseline = data.int("baseline_seconds"), let observation = data.int("observation_seconds"),
      let minimumCount = data.int("min_n"), (0...3_200_000_000).contains(baseline),
      (0...3_200_000_000).contains(observation)
    else { return nil }
    self.init(
      metric: metric, statistic: data.text("statistic"), labels: data["labels"].map(Labels.init(data:)) ?? .none,
      relation: relation, bound: bound, baseline: .seconds(baseline), observation: .seconds(observation),
      minimumCount: minimumCount, guards: (data["guards"]?.array ?? []).compactMap(Guard.init(data:)))
  }

  /// As the command line shows it.
  var json: JSON {
    [
      "metric": .string(metric), "statistic": JSON(statistic), "labels": JSON(labels),
      "comparison": .string(relation.rawValue), "bound": JSON(bound), "baseline": JSON(baseline.inSeconds),
      "observation": JSON(observation.inSeconds), "min_n": JSON(minimumCount),
      "guards": .array(guards.map { .string($0.sentence) }),
    ]
  }
}

extension CheckPlan.Guard {
  var data: JSON {
    var object = JSONObject([("metric", .string(metric)), ("comparison", .string(relation.rawValue))])
    object.set("statistic", statistic)
    object.set(decimal: "bound", bound)
    return .object(object)
  }

  init?(data: JSON) {
    guard let metric = data.text("metric"),
      let relation = data.text("comparison").flatMap(ExpectedEffect.Relation.init(rawValue:))
    else { return nil }
    self.init(metric: metric, statistic: data.text("statistic"), relation: relation, bound: data.decimal("bound"))
  }
}

extension Labels {
  /// Reads a journal's object of label values; members that are no strings are left out.
  init(data: JSON) {
    self.init(
      (data.object?.members ?? []).compactMap { name, value in
        value.string.map { Labels.Label(name: name, value: $0) }
      })
  }
}
