import Glibc

/// Reads whole files of bounded size for commands.
enum InputFile {
  /// The bytes of a file; `-` is standard input.
  ///
  /// - Throws: exit 66 when there is no such file, 65 when it is no regular file or larger than `limit`, 74 when
  ///   reading fails.
  static func bytes(of path: String, limit: Int = 1 << 30) throws -> [UInt8] {
    let bytes = try head(of: path, limit: limit + 1)
    guard bytes.count <= limit else {
      throw CommandFailure(.inputUnusable, "\(path) is larger than \(limit >> 20) MiB: name a smaller file")
    }
    return bytes
  }

  /// At most the first `limit` bytes of a file; fails as ``bytes(of:limit:)`` does, but never for a large file.
  static func head(of path: String, limit: Int) throws -> [UInt8] {
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw CommandFailure(
        errno == ENOENT || errno == ENOTDIR ? .noSuchInput : .inputOutput,
        "\(path): \(String(cString: strerror(errno)))")
    }
    defer { if path != "-" { close(descriptor) } }
    var information = stat()
    fstat(descriptor, &information)
    if path != "-", information.st_mode & S_IFMT != S_IFREG {
      throw CommandFailure(.inputUnusable, "\(path) is not a regular file: name a file")
    }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    while bytes.count < limit {
      let count = read(descriptor, &buffer, min(buffer.count, limit - bytes.count))
      if count == 0 { break }
      if count < 0 {
        if errno == EINTR { continue }
        throw CommandFailure(.inputOutput, "\(path): \(String(cString: strerror(errno)))")
      }
      bytes.append(contentsOf: buffer[0..<count])
    }
    return bytes
  }

  /// At most the last `limit` bytes of a file, from the beginning of a line on; fails as ``bytes(of:limit:)`` does, but
  /// never for a large file.
  static func tail(of path: String, limit: Int) throws -> [UInt8] {
    var information = stat()
    guard path != "-", stat(path, &information) == 0, Int(information.st_size) > limit else {
      return try bytes(of: path, limit: limit)
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw CommandFailure(.inputOutput, "\(path): \(String(cString: strerror(errno)))")
    }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: limit)
    var length = 0
    let start = Int(information.st_size) - limit
    while length < limit {
      let count = bytes.withUnsafeMutableBytes { buffer in
        buffer.baseAddress.map { pread(descriptor, $0 + length, limit - length, start + length) } ?? 0
      }
      if count == 0 { break }
      if count < 0 {
        if errno == EINTR { continue }
        throw CommandFailure(.inputOutput, "\(path): \(String(cString: strerror(errno)))")
      }
      length += count
    }
    guard let line = bytes[..<length].firstIndex(of: 0x0A) else { return [] }
    return Array(bytes[(line + 1)..<length])
  }

  /// The names of the files in a directory, sorted.
  ///
  /// - Throws: exit 66 when there is no such directory.
  static func names(in directory: String) throws -> [String] {
    guard let stream = opendir(directory) else {
      throw CommandFailure(.noSuchInput, "\(directory): \(String(cString: strerror(errno)))")
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }

  /// The text of a file; invalid UTF-8 becomes U+FFFD.
  static func text(of path: String, limit: Int = 1 << 30) throws -> String {
    String(decoding: try bytes(of: path, limit: limit), as: UTF8.self)
  }

  /// Reads a file once, so that it is in the page cache, and gives its length in bytes.
  static func warm(_ path: String) throws -> Int {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw CommandFailure(
        errno == ENOENT ? .noSuchInput : .inputOutput, "\(path): \(String(cString: strerror(errno)))")
    }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    var total = 0
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      guard count > 0 else { return total }
      total += count
    }
  }
}
