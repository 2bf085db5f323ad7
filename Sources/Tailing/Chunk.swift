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
  /// Whether this is the rest of a rotated file, a line without a newline.
  public var isUnterminated: Bool
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
