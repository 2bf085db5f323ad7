/// One source: a name and the patterns of its files.
public struct TailSource: Hashable, Sendable {
  /// Where reading begins in files that are there when a source is followed for the first time.
  public enum Start: String, Hashable, Sendable {
    /// At the first byte.
    case beginning
    /// After the last line that is there.
    case end
  }

  /// The source's name; checkpoints belong to a source by name.
  public var name: String
  /// Paths or globs: `*`, `?`, `[a-z]` within a name and `**` for any depth of directories; a backslash escapes.
  /// A path that exists as it is written is followed even when it holds such characters.
  public var patterns: [String]
  /// Where reading begins in the files that are there at the very first start. Files that come later, and all files
  /// of a source with a restored checkpoint, are read from their beginning.
  public var start: Start

  /// Creates a source.
  public init(name: String, patterns: [String], start: Start = .beginning) {
    self.name = name
    self.patterns = patterns
    self.start = start
  }
}

/// The bounds within which a ``Tailer`` works.
public struct TailerOptions: Hashable, Sendable {
  /// The bytes that one read asks for.
  public var chunkSize: Int = 256 << 10
  /// The longest line that is delivered, in bytes without its newline; longer ones are dropped with an event.
  public var maximumLineLength: Int = 1 << 20
  /// How long a rotated file must have been quiet before it is finished and its unterminated rest counts as a line.
  public var grace: Duration = .seconds(5)
  /// How long lines that were offered and not taken must have been unchanged until they are offered for the last time.
  public var flushTimeout: Duration = .seconds(2)
  /// The most descriptors that are kept open.
  public var maximumOpenFiles: Int = 512
  /// Whether inotify is used; without it, changes are found by reconciling.
  public var usesNotifications: Bool = true

  /// Stands in for the errno of adding a watch, such as that of an exhausted limit.
  var watchError: Int32?

  /// Creates the standard options.
  public init() {}
}
