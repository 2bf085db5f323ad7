/// Where delivered lines come from.
public struct ChunkInfo: Hashable, Sendable {
  /// The file.
  public var fileID: Int64
  /// The index of the file's source.
  public var source: Int
  /// The path of the file.
  public var path: TailPath
  /// The offset of the first byte.
  public var startOffset: Int64
  /// The offset after the last byte.
  public var endOffset: Int64
  /// Whether the bytes end with the rest of a rotated file, a line without a newline.
  public var isUnterminated: Bool
  /// Whether nothing will follow soon, so that all of it has to be taken: the file is done, or has been quiet for the
  /// flush timeout, or as much was offered as ever is.
  public var isFinal: Bool
}

/// What one read did.
public enum ReadOutcome: Hashable, Sendable {
  /// Lines were delivered; there may be more.
  case delivered
  /// Nothing was delivered, but part of an overlong line was passed over: call again.
  case skipped
  /// There is nothing to read.
  case caughtUp
}
