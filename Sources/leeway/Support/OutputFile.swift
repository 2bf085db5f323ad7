import Glibc

/// Writes files that only their owner may read.
enum OutputFile {
  /// Appends bytes to a file, creating it.
  static func append(_ bytes: [UInt8], to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else {
      throw CommandFailure(.inputOutput, "\(path): \(String(cString: strerror(errno)))")
    }
    defer { close(descriptor) }
    var offset = 0
    while offset < bytes.count {
      let written = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress.map { $0 + offset }, $0.count - offset) }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else {
        throw CommandFailure(.inputOutput, "\(path): \(String(cString: strerror(errno)))")
      }
      offset += written
    }
  }

  /// Writes a new file.
  ///
  /// - Throws: exit 74 when it cannot be made, also because it is there already.
  static func create(_ bytes: [UInt8], at path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else {
      let reason = errno == EEXIST ? "it is there already: name another file" : String(cString: strerror(errno))
      throw CommandFailure(.inputOutput, "\(path): \(reason)")
    }
    close(descriptor)
    try append(bytes, to: path)
  }

  /// Writes a file that appears whole or not at all, and is on the disk when this returns.
  static func replace(_ path: String, with bytes: [UInt8]) throws {
    let draft = path + ".\(getpid()).new"
    unlink(draft)
    do {
      try append(bytes, to: draft)
      let descriptor = open(draft, O_RDONLY | O_CLOEXEC)
      if descriptor >= 0 {
        fsync(descriptor)
        close(descriptor)
      }
      guard rename(draft, path) == 0 else {
        throw CommandFailure(.inputOutput, "\(path): \(String(cString: strerror(errno)))")
      }
    } catch {
      unlink(draft)
      throw error
    }
  }

  /// Makes a directory that only its owner may enter, where there is none.
  static func makeDirectory(_ path: String) throws {
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
      throw CommandFailure(.inputOutput, "\(path): \(String(cString: strerror(errno)))")
    }
  }

  /// Whether a path leads to a directory.
  static func isDirectory(_ path: String) -> Bool {
    var info = stat()
    return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
  }

  /// Makes a new directory of a unique name for temporary files.
  static func temporaryDirectory(_ name: String) throws -> String {
    let base = Environment["TMPDIR"] ?? "/tmp"
    var template = Array("\(base)/\(name)-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw CommandFailure(.inputOutput, "\(base): \(String(cString: strerror(errno)))")
    }
    return template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? base }
  }

  /// Removes a directory of ours with the files in it, two levels deep.
  static func removeDirectory(_ path: String, depth: Int = 2) {
    if depth > 0, let stream = opendir(path) {
      while let entry = readdir(stream) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        guard name != ".", name != ".." else { continue }
        if unlink(path + "/" + name) != 0 { removeDirectory(path + "/" + name, depth: depth - 1) }
      }
      closedir(stream)
    }
    rmdir(path)
  }
}
