public import Domain

/// A stretch of a file that could not be read: reported, never silent.
public struct Gap: Hashable, Sendable {
  /// The name of the source.
  public var source: String
  /// The path of the file.
  public var path: TailPath
  /// The first byte that was not read.
  public var from: Int64
  /// The end of the stretch; equal to ``from`` when it is not known whether or how much is missing.
  public var to: Int64
  /// Why, in words for an operator.
  public var reason: String
  /// When it was noticed.
  public var at: Timestamp

  /// Creates a gap.
  public init(source: String, path: TailPath, from: Int64, to: Int64, reason: String, at: Timestamp) {
    self.source = source
    self.path = path
    self.from = from
    self.to = to
    self.reason = reason
    self.at = at
  }
}

/// A line that was dropped because it is longer than the limit.
public struct OverlongLine: Hashable, Sendable {
  /// The file.
  public var fileID: Int64
  /// The name of the source.
  public var source: String
  /// The path of the file.
  public var path: TailPath
  /// The line's first byte.
  public var offset: Int64
  /// The line's length in bytes, without its newline.
  public var length: Int64
}

/// Something that happened to the files, each told once.
public enum TailEvent: Hashable, Sendable {
  /// A file is followed from now on; it is read once its checkpoint has been taken.
  case discovered(FileCheckpoint)
  /// The file at a path was renamed (`to` its new path) or has left its directory (`to` nil) and is drained.
  case rotated(fileID: Int64, source: String, from: TailPath, to: TailPath?)
  /// The file was cut in place; `copy` is where its content was found, whose rest is read as the same file.
  case truncated(fileID: Int64, source: String, path: TailPath, copy: TailPath?)
  /// Everything in a rotated file has been read.
  case finished(fileID: Int64, source: String, path: TailPath)
  /// The file no longer exists; its checkpoint can be deleted.
  case forgotten(fileID: Int64)
  /// There is no file of this path or pattern.
  case waiting(source: String, path: TailPath)
  /// The file is there but cannot be opened or read; tried again at every reconcile.
  case denied(source: String, path: TailPath, reason: String)
  /// The path will not be read, such as a directory, a FIFO or a compressed file.
  case refused(source: String, path: TailPath, reason: String)
  /// A stretch that could not be read.
  case gap(Gap)
  /// A dropped line.
  case lineTooLong(OverlongLine)
  /// Changes in a directory are found by looking every second, not by notification.
  case polling(directory: TailPath, reason: String)
}
