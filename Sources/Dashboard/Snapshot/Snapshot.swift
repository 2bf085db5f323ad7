public import Domain

/// Everything that the screens show, as one value taken from the store at one moment.
///
/// What is not known is nil or an empty list, never 0. Texts may hold anything that stood in a file: only drawing on
/// a surface makes them harmless.
public struct Snapshot: Equatable, Sendable {
  /// How this dashboard gets its data.
  public enum Collecting: String, Sendable {
    /// The collector runs in this process.
    case inProcess
    /// Another process collects; this one reads the store and may act.
    case attached
    /// Another process collects; this one may only look.
    case readOnly
  }

  /// The name of the watched service.
  public var service: String
  /// Wall time at which the snapshot was taken.
  public var takenAt: Timestamp
  /// Wall time since the newest row of any source arrived; nil before the first one.
  public var dataAge: Duration?
  /// The files that are read.
  public var sources: [SourceRow]
  /// The figures of the top line.
  public var counts: StatusCounts
  /// The newest version that was seen in the data.
  public var version: DeployedVersion?
  /// Changes of version within the shown window, oldest first.
  public var deploys: [DeployedVersion]
  /// The metrics in the configuration's order; the screens sort.
  public var metrics: [MetricRow]
  /// The drift of each watched column, in the configuration's order; the screens sort.
  public var drift: [DriftRow]
  /// Open incidents, and those that ended lately; the screens sort.
  public var incidents: [IncidentRow]
  /// What is known about single incidents, by number; only those that ``Command/loadDetail(_:)`` asked for.
  public var details: [Int: IncidentDetail]
  /// The agents whose traces are read.
  public var agents: [AgentRow]
  /// What happened lately, newest first.
  public var events: [EventRow]
  /// How the five practices stand, PM-1 first.
  public var practices: [PracticeRow]
  /// The name under which this operator's acts are recorded; nil when nobody may act.
  public var operatorName: String?
  /// How this dashboard gets its data.
  public var collecting: Collecting
  /// The data of the board that ``Command/show(_:)`` asked for last.
  public var board: BoardContent?
  /// Whether any process collects: without one, nothing that is shown goes on.
  public var isCollected = true
  /// What the dashboard has to say about itself, such as a store that cannot be written; most important first.
  public var notices: [String]

  /// Creates a snapshot; what is not given is unknown.
  public init(
    service: String, takenAt: Timestamp, dataAge: Duration? = nil, sources: [SourceRow] = [],
    counts: StatusCounts = StatusCounts(), version: DeployedVersion? = nil, deploys: [DeployedVersion] = [],
    metrics: [MetricRow] = [], drift: [DriftRow] = [], incidents: [IncidentRow] = [],
    details: [Int: IncidentDetail] = [:], agents: [AgentRow] = [], events: [EventRow] = [],
    practices: [PracticeRow] = [], operatorName: String? = nil, collecting: Collecting = .inProcess,
    notices: [String] = []
  ) {
    self.service = service
    self.takenAt = takenAt
    self.dataAge = dataAge
    self.sources = sources
    self.counts = counts
    self.version = version
    self.deploys = deploys
    self.metrics = metrics
    self.drift = drift
    self.incidents = incidents
    self.details = details
    self.agents = agents
    self.events = events
    self.practices = practices
    self.operatorName = operatorName
    self.collecting = collecting
    self.notices = notices
  }

  /// A snapshot of which nothing is known yet.
  public static func empty(service: String, takenAt: Timestamp) -> Snapshot {
    Snapshot(service: service, takenAt: takenAt)
  }
}

/// The figures of the top line.
public struct StatusCounts: Equatable, Sendable {
  /// Open incidents of severity alarm that are not merely being verified.
  public var alarm: Int
  /// Open incidents of severity warn that are not merely being verified.
  public var warn: Int
  /// Open incidents of severity notice that are not merely being verified.
  public var notice: Int
  /// Metrics and drift columns within their limits.
  public var ok: Int
  /// Metrics and drift columns without fresh data.
  public var stale: Int

  /// Creates counts.
  public init(alarm: Int = 0, warn: Int = 0, notice: Int = 0, ok: Int = 0, stale: Int = 0) {
    self.alarm = alarm
    self.warn = warn
    self.notice = notice
    self.ok = ok
    self.stale = stale
  }

  /// Counts the given rows: incidents by severity, metrics and drift columns as ok or stale.
  public init(incidents: [IncidentRow], metrics: [MetricRow], drift: [DriftRow]) {
    self.init()
    for incident in incidents where incident.isOpen && incident.state != .monitoring {
      switch incident.severity {
      case .alarm: alarm += 1
      case .warn: warn += 1
      case .notice: notice += 1
      }
    }
    ok = metrics.count { $0.health == .ok } + drift.count { $0.verdict == .ok }
    stale = metrics.count { $0.health == .stale }
  }
}

/// A version of the watched system and when it was first seen.
public struct DeployedVersion: Equatable, Sendable {
  /// The version's name as the data gives it.
  public var name: String
  /// Event time of the first row that carried it.
  public var since: Timestamp

  /// Creates a version.
  public init(name: String, since: Timestamp) {
    self.name = name
    self.since = since
  }
}
