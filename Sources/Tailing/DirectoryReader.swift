import CPosix
import Glibc

/// Lists one directory.
struct DirectoryReader: ~Copyable {
  private let handle: OpaquePointer

  /// Opens the directory; throws the errno.
  init(_ path: TailPath) throws(SystemError) {
    var error: Int32 = 0
    guard let handle = path.withCString({ leeway_directory_open($0, &error) }) else {
      throw SystemError(code: error)
    }
    self.handle = handle
  }

  deinit {
    leeway_directory_close(handle)
  }

  /// The next entry, whose name is valid until the following call.
  func next() -> leeway_directory_entry? {
    var entry = leeway_directory_entry()
    return leeway_directory_next(handle, &entry) ? entry : nil
  }

  /// Describes an entry that was just read.
  func describe(_ entry: leeway_directory_entry, following: Bool) -> Result<FileInfo, SystemError> {
    var info = leeway_file_info()
    let error = leeway_directory_stat(handle, entry.name, following, &info)
    return error == 0 ? .success(FileInfo(info)) : .failure(SystemError(code: error))
  }

  /// The directories in a directory whose names match, sorted. `**` does not follow symbolic links, which could lead
  /// back; other components do.
  static func directories(in path: TailPath, matching component: GlobComponent) -> [TailPath] {
    guard let reader = try? DirectoryReader(path) else { return [] }
    var names: [[UInt8]] = []
    while let entry = reader.next() {
      guard component.matches(entry.nameBytes) else { continue }
      switch Int(entry.kind) {
      case Int(DT_DIR): break
      case Int(DT_LNK), Int(DT_UNKNOWN):
        guard case .success(let info) = reader.describe(entry, following: !component.isDeep),
          case .directory = info.kind
        else { continue }
      default: continue
      }
      names.append(Array(entry.nameBytes))
    }
    return names.sorted { $0.lexicographicallyPrecedes($1) }.map { TailPath(directory: path, name: $0) }
  }
}

extension leeway_directory_entry {
  /// The name's bytes, valid as long as ``name`` is.
  var nameBytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: name, count: length) }
}
