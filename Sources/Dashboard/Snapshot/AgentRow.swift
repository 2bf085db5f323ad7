public import Domain

/// How one run of an agent went; ordered from harmless to grave.
public enum RunMark: String, Comparable, Sendable {
  /// Ended, nothing found.
  case ok
  /// Still open.
  case open
  /// A finding worth knowing.
  case notice
  /// A finding that needs attention.
  case warn
  /// The run ended with an error.
  case error
  /// A finding that is an incident.
  case incident

  /// Orders marks from harmless to grave.
  public static func < (left: RunMark, right: RunMark) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .ok: 0
    case .open: 1
    case .notice: 2
    case .warn: 3
    case .error: 4
    case .incident: 5
    }
  }
}

/// One agent and its latest runs.
public struct AgentRow: Equatable, Sendable {
  /// One run, as the list of runs shows it.
  public struct Run: Equatable, Sendable {
    /// The run's identifier.
    public var id: String
    /// When it began.
    public var start: Timestamp
    /// How long it took; nil while it is open.
    public var duration: Duration?
    /// Model and tool calls.
    public var steps: Int
    /// Tokens read and written; nil when not recorded.
    public var tokens: Int?
    /// How it went.
    public var mark: RunMark
    /// What was found, gravest first; empty when nothing was.
    public var findings: [String]

    /// Creates a run.
    public init(
      id: String, start: Timestamp, duration: Duration? = nil, steps: Int = 0, tokens: Int? = nil, mark: RunMark = .ok,
      findings: [String] = []
    ) {
      self.id = id
      self.start = start
      self.duration = duration
      self.steps = steps
      self.tokens = tokens
      self.mark = mark
      self.findings = findings
    }
  }

  /// The agent's name.
  public var name: String
  /// How the latest runs went, newest last.
  public var runs: [RunMark]
  /// What stands out, such as `7 loops`.
  public var note: String?
  /// What cannot be seen in its traces, and why; nil when everything can.
  public var blind: String?
  /// The latest runs, newest first.
  public var latest: [Run]

  /// Creates a row.
  public init(name: String, runs: [RunMark], note: String? = nil, blind: String? = nil, latest: [Run] = []) {
    self.name = name
    self.runs = runs
    self.note = note
    self.blind = blind
    self.latest = latest
  }
}
