import Domain
public import Expressions

/// A service level objective, which compiles to burn-rate rules.
public struct ObjectiveDefinition: Hashable, Sendable {
  /// The objective's name.
  public var name: String
  /// The source whose records count; nil for every source, each on its own.
  public var source: String?
  /// Which records are good.
  public var good: Predicate
  /// The share of good records that is promised, above 0 and below 1.
  public var objective: Double
  /// The time over which the promise counts.
  public var window: Duration

  /// Creates an objective.
  public init(name: String, source: String? = nil, good: Predicate, objective: Double, window: Duration) {
    self.name = name
    self.source = source
    self.good = good
    self.objective = objective
    self.window = window
  }

  /// How fast the budget may be spent in two windows that must agree before somebody is told.
  struct Pace {
    var name: String
    var long: Duration
    var short: Duration
    /// The share of the budget that is gone when the long window is over.
    var spent: Double
    var severity: Severity
  }

  /// Two in a hundred of the budget within an hour, five within six hours, ten within three days; the short window is
  /// a twelfth of the long one (Google, The Site Reliability Workbook, chapter 5). For 30 days the rates are 14.4, 6
  /// and 1.
  static let paces = [
    Pace(name: "fast", long: .seconds(3_600), short: .seconds(300), spent: 0.02, severity: .alarm),
    Pace(name: "slow", long: .seconds(21_600), short: .seconds(1_800), spent: 0.05, severity: .alarm),
    Pace(name: "drip", long: .seconds(259_200), short: .seconds(21_600), spent: 0.1, severity: .notice),
  ]

  /// With fewer records in a window nothing is said: a single failure among few is no burn.
  static let minimumCount = 50
  /// With fewer bad records in the long window nothing is said.
  static let minimumBad = 3

  /// The burn-rate rules of the objective. Their signals share one incident.
  public var rules: [RuleDefinition] {
    ObjectiveDefinition.paces.map { pace in
      let rate = pace.spent * window.inSeconds / pace.long.inSeconds
      func burn(_ over: Duration) -> Condition {
        .compare(
          Aggregate(function: .burnRate, argument: .predicate(good), over: over, objective: objective), .greater, rate)
      }
      let fields = good.paths.sorted { $0.description < $1.description }.map(Predicate.exists)
      let isBad = Predicate.all([.not(good), fields.count == 1 ? fields[0] : .any(fields)])
      let bad = Aggregate(function: .count, argument: .predicate(isBad), over: pace.long)
      let names = ObjectiveDefinition.paces.map { "slo:\(name):\($0.name)" }
      return RuleDefinition(
        name: "slo:\(name):\(pace.name)", source: source,
        when: .all([
          burn(pace.long), burn(pace.short), .compare(bad, .greaterOrEqual, Double(ObjectiveDefinition.minimumBad)),
        ]), minimumCount: ObjectiveDefinition.minimumCount, keepFiringFor: pace.short, severity: pace.severity,
        category: "performance", joins: names, title: "error budget of \(name) is being spent too fast")
    }
  }
}

/// How much of an objective's error budget is gone.
public struct ErrorBudget: Hashable, Sendable {
  /// The records that count.
  public var records: Int
  /// Those that are not good.
  public var bad: Int
  /// The promised share of good ones.
  public var objective: Double

  /// Creates a budget.
  public init(records: Int, bad: Int, objective: Double) {
    self.records = records
    self.bad = bad
    self.objective = objective
  }

  /// The share of the budget that is spent, 0 for none, 1 for all, more beyond; nil without records.
  public var spent: Double? {
    guard records > 0, objective < 1 else { return nil }
    return Double(bad) / Double(records) / (1 - objective)
  }
}
