/// Why the store cannot be used; the text says what to do.
public enum StoreError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The state directory or its database cannot be opened.
  case unreachable(path: String, reason: String)
  /// There is no store at the path yet.
  case missing(path: String)
  /// The database was written by a newer Leeway.
  case newer(path: String)
  /// The path is on a network file system, where write-ahead logging loses data.
  case networkFileSystem(path: String)
  /// The disk is full; nothing was written.
  case full(path: String)
  /// Another process held the store for longer than the wait allows; nothing was written.
  case busy(path: String)
  /// A stored value cannot be read; the database is damaged.
  case damaged(what: String)

  /// One sentence: what, where, what to do.
  public var description: String {
    switch self {
    case .unreachable(let path, let reason):
      "the store \(path) cannot be opened: \(reason); choose another directory with --state"
    case .missing(let path):
      "there is no store at \(path) yet: run leeway collect or leeway watch first, or name its directory with --state"
    case .newer(let path): "the store \(path) was written by a newer leeway: use that version"
    case .networkFileSystem(let path):
      "\(path) is on a network file system, where the store would lose data: name a local directory with --state"
    case .full(let path): "the disk that holds \(path) is full: nothing was written; free some space"
    case .busy(let path):
      "another process has held the store \(path) for too long: nothing was written; try again"
    case .damaged(let what): "the store is damaged: \(what); restore it from a backup"
    }
  }

  /// Whether trying the same write again later can succeed.
  public var isTransient: Bool {
    switch self {
    case .full, .busy: true
    default: false
    }
  }
}
