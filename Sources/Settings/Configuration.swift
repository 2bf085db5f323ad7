public import Detection
public import Domain
public import Incidents
public import Measures
public import Redaction

/// A configuration that has been read and checked.
public struct Configuration: Hashable, Sendable {
  /// The file that it was read from.
  public var file: String
  /// The name of the watched service.
  public var service: String
  /// The SQLite store's file as written; nil for the default.
  public var store: String?
  /// The sources, in order.
  public var sources: [SourceDefinition] = []
  /// The metrics, in order; each has the labels of its source.
  public var metrics: [MetricDefinition] = []
  /// The defaults of drift monitoring.
  public var drift = DriftDefaults()
  /// How far apart in event time rules are evaluated; a multiple of 10 s.
  public var evaluate: Duration = .seconds(10)
  /// The organisation's values.
  public var values: [ValueDefinition] = []
  /// The rules, in order.
  public var rules: [RuleDefinition] = []
  /// The service level objectives.
  public var objectives: [ObjectiveDefinition] = []
  /// Which signals keep which others from being presented.
  public var inhibitions: [Inhibition] = []
  /// Whether the rules that Leeway ships apply to the sources as well.
  public var shippedRules = true
  /// The heartbeats.
  public var heartbeats: [Heartbeat] = []
  /// The file of the agents' policy, resolved against the configuration's directory.
  public var policy: SourceDefinition.Path?
  /// The assessments that come due.
  public var assessments: [AssessmentDefinition] = []
  /// How incidents are handled.
  public var incidents = IncidentPolicy.standard
  /// How somebody who looks at no screen is told.
  public var notify = NotifyDefinition()
  /// For how long what is stored is kept.
  public var retention = RetentionDefinition()
  /// Which texts of people the journal only commits to, so that they can be erased.
  public var erasable = ErasableScope.personal
  /// How often the collector drills the rules; nil for never.
  public var drills: DrillDefinition?
  /// What is kept out of the store, the log and the screens, for all sources.
  public var redaction = RedactionPolicy()
  /// The name of the theme; `auto` asks the terminal.
  public var theme = "auto"

  /// Creates a configuration of nothing but a service.
  public init(file: String, service: String) {
    self.file = file
    self.service = service
  }

  /// The sources as rules see them.
  public var watchedSources: [WatchedSource] {
    sources.map { source in
      WatchedSource(
        name: source.name, labels: source.labels,
        staleAfter: source.staleAfter ?? heartbeats.first { $0.source == source.name }?.staleAfter
          ?? WatchedSource.defaultStaleAfter)
    }
  }

  /// The rules and heartbeats, compiled.
  public var ruleSet: RuleSet {
    RuleSet(
      rules + objectives.flatMap(\.rules), sources: watchedSources, metrics: metrics, heartbeats: heartbeats,
      inhibitions: inhibitions, objectives: objectives)
  }
}
