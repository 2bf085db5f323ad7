public import Domain

/// How long things may take and who may do them, as the configuration's `incidents` says.
public struct IncidentPolicy: Hashable, Sendable {
  /// An acknowledgement without activity lapses after this long.
  public var ackTimeToLive: Duration
  /// A signal that fires again within this time of its incident's end opens a new episode instead of a new incident.
  public var reopenWindow: Duration
  /// An incident in monitoring is resolved once its signals have been clear for this long.
  public var watchWindow: Duration
  /// From this severity on, an incident is closed by somebody else than its owner and whoever resolved it.
  public var twoPersonClose: Severity?
  /// From this severity on, Leeway's measurement that an action worked stands only once somebody confirms it who had no
  /// part in the action.
  public var twoPersonVerdict: Severity
  /// How long reports may take.
  public var regulatory: RegulatoryClock
  /// From this severity on, an incident is closed only once somebody has assessed whether it must be reported; nil
  /// leaves that to people.
  public var regulatoryFrom: Severity?
  /// Whether incidents in new and acknowledged resolve by themselves, once clear for the watch window.
  public var autoResolve: Bool
  /// How long a resolve that came before its trigger waits for it (spec: incidents, part 1).
  public var reorderWindow: Duration
  /// Whether a firing signal that goes stale raises an incident of its own.
  public var staleOpensIncident: Bool

  /// Creates a policy; the defaults are those of the configuration.
  public init(
    ackTimeToLive: Duration = .seconds(1_800), reopenWindow: Duration = .seconds(1_800),
    watchWindow: Duration = .seconds(600), twoPersonClose: Severity? = nil,
    twoPersonVerdict: Severity = .alarm, regulatory: RegulatoryClock = .article73, regulatoryFrom: Severity? = nil,
    autoResolve: Bool = false,
    reorderWindow: Duration = .seconds(300), staleOpensIncident: Bool = true
  ) {
    self.ackTimeToLive = ackTimeToLive
    self.reopenWindow = reopenWindow
    self.watchWindow = watchWindow
    self.twoPersonClose = twoPersonClose
    self.twoPersonVerdict = twoPersonVerdict
    self.regulatory = regulatory
    self.regulatoryFrom = regulatoryFrom
    self.autoResolve = autoResolve
    self.reorderWindow = reorderWindow
    self.staleOpensIncident = staleOpensIncident
  }

  /// The policy without any configuration.
  public static let standard = IncidentPolicy()
}
