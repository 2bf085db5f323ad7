import CPosix
import Glibc

/// What is known of a file without reading it. Times are nanoseconds since the Unix epoch.
struct FileInfo: Hashable {
  enum Kind {
    case regular
    case directory
    case other(String)
  }

  var device: UInt64 = 0
  var inode: UInt64 = 0
  var size: Int64 = 0
  /// The time of creation; 0 when unknown.
  var birth: Int64 = 0
  var modified: Int64 = 0
  var mode: UInt32 = 0

  init() {}

  init(_ info: leeway_file_info) {
    device = info.device
    inode = info.inode
    size = max(0, info.size)
    birth = info.birth
    modified = info.modified
    mode = info.mode
  }

  var kind: Kind {
    switch mode & UInt32(S_IFMT) {
    case UInt32(S_IFREG): .regular
    case UInt32(S_IFDIR): .directory
    case UInt32(S_IFIFO): .other("a FIFO")
    case UInt32(S_IFSOCK): .other("a socket")
    case UInt32(S_IFLNK): .other("a symbolic link")
    default: .other("a device")
    }
  }

  var isRegular: Bool { mode & UInt32(S_IFMT) == UInt32(S_IFREG) }
  var isLink: Bool { mode & UInt32(S_IFMT) == UInt32(S_IFLNK) }
  var key: FileIdentity.Key { FileIdentity(self).key }
  /// When the file came to be, as well as that is known.
  var origin: Int64 { birth == 0 ? modified : birth }

  /// Describes the file at a path, or gives the errno.
  static func at(_ path: TailPath, following: Bool) -> Result<FileInfo, SystemError> {
    var info = leeway_file_info()
    let error = path.withCString { leeway_file_stat($0, following, &info) }
    return error == 0 ? .success(FileInfo(info)) : .failure(SystemError(code: error))
  }

  /// Describes an open file; nil when the descriptor is stale.
  static func of(descriptor: Int32) -> FileInfo? {
    var info = leeway_file_info()
    return leeway_file_stat_open(descriptor, &info) == 0 ? FileInfo(info) : nil
  }
}

/// An errno.
struct SystemError: Error, Hashable, CustomStringConvertible {
  var code: Int32

  var description: String { String(cString: strerror(code)) }
  var isDenied: Bool { code == EACCES || code == EPERM }
  var isMissing: Bool { code == ENOENT || code == ENOTDIR }
}
