public import Domain

/// One source of data and how fresh it is.
public struct SourceRow: Equatable, Sendable {
  /// How a source stands.
  public enum State: String, Sendable {
    /// Rows arrive as expected.
    case ok
    /// No rows for longer than expected.
    case stale
    /// No file matches yet.
    case waiting
    /// The file may not be read.
    case denied
    /// What was written before is still being read.
    case catchingUp = "catching_up"
    /// A pipe whose writer is done, and which has been read.
    case ended
  }

  /// Bytes that could not be read.
  public struct Gap: Equatable, Sendable {
    /// The file.
    public var path: String
    /// The first byte.
    public var from: Int
    /// One past the last byte.
    public var to: Int
    /// Why, for people.
    public var reason: String
    /// Wall time at which it was noticed.
    public var at: Timestamp

    /// Creates a gap.
    public init(path: String, from: Int, to: Int, reason: String, at: Timestamp) {
      self.path = path
      self.from = from
      self.to = to
      self.reason = reason
      self.at = at
    }
  }

  /// One file of the source.
  public struct File: Equatable, Sendable {
    /// Its path.
    public var path: String
    /// What is done with it, such as `reading` or `finished`.
    public var state: String
    /// Where the next unread line begins, in bytes.
    public var offset: Int
    /// Its length in bytes.
    public var size: Int

    /// Creates a file.
    public init(path: String, state: String, offset: Int, size: Int) {
      self.path = path
      self.state = state
      self.offset = offset
      self.size = size
    }
  }

  /// What has been counted of the source, and what went wrong.
  public struct Tally: Equatable, Sendable {
    /// Lines, blank ones left out.
    public var lines = 0
    /// Records without a readable time.
    public var timeless = 0
    /// Records whose time was taken for that of a wrong clock.
    public var skewed = 0
    /// Records that came after their slot had been evaluated.
    public var late = 0
    /// Values that were to be numbers and are none, by field.
    public var fieldErrors: [String: Int] = [:]
    /// Where the latest malformed lines stand, for people.
    public var malformedPlaces: [String] = []

    /// Nothing counted yet.
    public init() {}
  }

  /// The source's name in the configuration.
  public var name: String
  /// The file that is read, or the pattern where there is none yet.
  public var file: String
  /// How the source stands.
  public var state: State
  /// Wall time since its newest row arrived; nil before the first one.
  public var age: Duration?
  /// Lines read per second of wall time of late.
  public var linesPerSecond: Double?
  /// Bytes written but not yet read.
  public var lagBytes: Int?
  /// How far behind the clock the newest row that was read is, while there are bytes to read; 0 when there are none.
  public var lag: Duration?
  /// Lines that could not be read.
  public var malformed: Int
  /// Places where lines were lost, such as a file that was truncated before it was read.
  public var gaps: Int
  /// The share that has been read of what stood there at the start, 0…1; nil when not catching up.
  public var progress: Double?
  /// How long catching up takes at the present pace; nil when nobody can say.
  public var timeLeft: Duration?
  /// How far the records' clock is ahead of this host's; nil when it is not.
  public var skew: Duration?
  /// The recognised format, how sure that is, and why.
  public var format: String?
  /// Event time of the newest record.
  public var watermark: Timestamp?
  /// The latest gaps, the newest first.
  public var latestGaps: [Gap] = []
  /// The files, the newest last.
  public var files: [File] = []
  /// What has been counted.
  public var tally = Tally()
  /// What the operator should know, such as a label with too many values.
  public var notices: [String] = []

  /// Creates a row.
  public init(
    name: String, file: String, state: State, age: Duration? = nil, linesPerSecond: Double? = nil,
    lagBytes: Int? = nil, lag: Duration? = nil, malformed: Int = 0, gaps: Int = 0, progress: Double? = nil,
    timeLeft: Duration? = nil, skew: Duration? = nil
  ) {
    self.name = name
    self.file = file
    self.state = state
    self.age = age
    self.linesPerSecond = linesPerSecond
    self.lagBytes = lagBytes
    self.lag = lag
    self.malformed = malformed
    self.gaps = gaps
    self.progress = progress
    self.timeLeft = timeLeft
    self.skew = skew
  }

  /// Whether anything about it deserves a look.
  public var isTroubled: Bool { state != .ok || gaps > 0 || skew != nil || !notices.isEmpty }
}
