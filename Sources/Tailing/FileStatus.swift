public import Domain

/// How one file stands.
public struct FileStatus: Hashable, Sendable {
  /// What is being done with a file.
  public enum State: String, Hashable, Sendable, CaseIterable {
    /// There are lines to read.
    case reading
    /// Every whole line has been read.
    case caughtUp = "caught_up"
    /// There is no such file.
    case waiting
    /// The file cannot be opened.
    case denied
    /// It was rotated; late lines are waited for.
    case draining
    /// Everything in a rotated file has been read.
    case finished
    /// It is not a file that can be read.
    case refused
  }

  /// The file's number; nil when nothing of it is followed.
  public var fileID: Int64?
  /// The name of the source.
  public var source: String
  /// The path, or the pattern that nothing matches.
  public var path: TailPath
  /// What is being done with it.
  public var state: State
  /// The end of the last delivered line, in bytes.
  public var offset: Int64
  /// The size when last looked at, in bytes.
  public var size: Int64
  /// When a line was last read, as of the latest reconcile; nil when none was since the start.
  public var lastRead: Timestamp?
  /// The reason of `denied` and `refused`.
  public var note: String?

  /// The bytes not yet delivered.
  public var lagBytes: Int64 { max(0, size - offset) }
}
