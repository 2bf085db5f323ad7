public import Domain
public import Measures

/// What rules need to know of a source.
public struct WatchedSource: Hashable, Sendable {
  /// The source's name.
  public var name: String
  /// Its labels, which rules may name in `by`.
  public var labels: [LabelDefinition]
  /// After how long without a line its live signals count as stale.
  public var staleAfter: Duration

  /// The staleness limit where none is configured: three minutes.
  public static let defaultStaleAfter: Duration = .seconds(180)

  /// Creates a source.
  public init(
    name: String, labels: [LabelDefinition] = [], staleAfter: Duration = WatchedSource.defaultStaleAfter
  ) {
    self.name = name
    self.labels = labels
    self.staleAfter = staleAfter
  }
}

/// The promise that a source says something regularly; broken, it raises `monitoring blind: <source>` (spec: incident
/// cases, S11).
public struct Heartbeat: Hashable, Sendable {
  /// The source's name.
  public var source: String
  /// How often a line is expected.
  public var every: Duration
  /// After how long without a line the alarm is raised.
  public var staleAfter: Duration

  /// Creates a heartbeat.
  public init(source: String, every: Duration, staleAfter: Duration) {
    self.source = source
    self.every = every
    self.staleAfter = staleAfter
  }

  /// The name of the built-in rule.
  public var ruleName: String { Heartbeat.rulePrefix + source }

  /// What the names of the built-in rules begin with.
  public static let rulePrefix = "heartbeat:"

  /// What an incident that it opens carries.
  public var summary: RuleDescription {
    RuleDescription(
      name: ruleName, title: "monitoring blind: \(source)", severity: .alarm, category: "monitoring_blind")
  }
}
