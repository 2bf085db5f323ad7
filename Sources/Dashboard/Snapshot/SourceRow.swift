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
  /// Lines that could not be read.
  public var malformed: Int
  /// Places where lines were lost, such as a file that was truncated before it was read.
  public var gaps: Int
  /// The share that has been read of what stood there at the start, 0…1; nil when not catching up.
  public var progress: Double?

  /// Creates a row.
  public init(
    name: String, file: String, state: State, age: Duration? = nil, linesPerSecond: Double? = nil,
    lagBytes: Int? = nil, malformed: Int = 0, gaps: Int = 0, progress: Double? = nil
  ) {
    self.name = name
    self.file = file
    self.state = state
    self.age = age
    self.linesPerSecond = linesPerSecond
    self.lagBytes = lagBytes
    self.malformed = malformed
    self.gaps = gaps
    self.progress = progress
  }
}
