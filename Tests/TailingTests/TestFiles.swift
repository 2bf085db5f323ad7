import Glibc
import Testing

/// A directory of a test's own, removed with everything in it at the end.
final class TestFiles: Sendable {
  let path: String

  init() throws {
    var template = Array("/tmp/leeway-tailing-XXXXXX".utf8CString)
    let created = template.withUnsafeMutableBufferPointer { $0.baseAddress.flatMap { mkdtemp($0) } }
    path = String(cString: try #require(created))
  }

  deinit {
    remove(path)
  }

  private func remove(_ path: String) {
    var info = stat()
    guard lstat(path, &info) == 0 else { return }
    if info.st_mode & S_IFMT == S_IFDIR {
      for name in names(in: path) { remove(path + "/" + name) }
      rmdir(path)
    } else {
      unlink(path)
    }
  }

  private func names(in path: String) -> [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  func full(_ name: String) -> String { path + "/" + name }

  func makeDirectory(_ name: String) {
    mkdir(full(name), 0o755)
  }

  /// Appends bytes, creating the file.
  func append(_ name: String, _ text: String) {
    write(name, Array(text.utf8), flags: O_APPEND)
  }

  /// Replaces what is in the file, keeping its inode.
  func overwrite(_ name: String, _ text: String) {
    write(name, Array(text.utf8), flags: O_TRUNC)
  }

  func write(_ name: String, _ bytes: [UInt8], flags: Int32 = O_APPEND) {
    let descriptor = open(full(name), O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0o644)
    defer { close(descriptor) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  func move(_ from: String, _ to: String) {
    rename(full(from), full(to))
  }

  func delete(_ name: String) {
    unlink(full(name))
  }

  func link(_ name: String, to target: String) {
    symlink(target, full(name))
  }

  func copy(_ from: String, _ to: String) {
    write(to, bytes(from), flags: O_TRUNC)
  }

  /// What is in a file.
  func bytes(_ name: String) -> [UInt8] {
    let descriptor = open(full(name), O_RDONLY | O_CLOEXEC)
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      guard count > 0 else { break }
      bytes += buffer[..<count]
    }
    return bytes
  }
}
