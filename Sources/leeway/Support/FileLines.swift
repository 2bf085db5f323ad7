import Glibc

/// Reads the lines of a file one after the other, in memory bounded by the longest line that is allowed.
struct FileLines {
  /// A line, or one that was passed over.
  enum Line {
    /// The bytes without line feed and carriage return.
    case bytes([UInt8])
    /// A line of so many bytes, more than the limit.
    case tooLong(Int)
  }

  /// Calls `body` for each line of the file; the last one needs no line feed.
  ///
  /// - Throws: exit 66 when there is no such file, 74 when reading fails.
  static func forEach(of path: String, limit: Int, _ body: (Line) -> Void) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw CommandFailure(
        errno == ENOENT || errno == ENOTDIR ? .noSuchInput : .inputOutput,
        "\(path): \(String(cString: strerror(errno)))")
    }
    defer { close(descriptor) }
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    var line: [UInt8] = []
    var dropped = 0
    func finish(_ body: (Line) -> Void) {
      if dropped > 0 {
        body(.tooLong(dropped + line.count))
      } else {
        if line.last == 0x0D { line.removeLast() }
        body(.bytes(line))
      }
      dropped = 0
      line.removeAll(keepingCapacity: line.capacity <= 1 << 22)
    }
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw CommandFailure(.inputOutput, "\(path): \(String(cString: strerror(errno)))")
      }
      if count == 0 { break }
      var start = 0
      while start < count {
        let end = chunk.withUnsafeBytes { bytes -> Int in
          guard let base = bytes.baseAddress, let found = memchr(base + start, 0x0A, count - start) else {
            return count
          }
          return base.distance(to: UnsafeRawPointer(found))
        }
        if dropped > 0 || line.count + (end - start) > limit {
          dropped += line.count + (end - start)
          line.removeAll()
        } else {
          line.append(contentsOf: chunk[start..<end])
        }
        if end < count { finish(body) }
        start = end + 1
      }
    }
    if !line.isEmpty || dropped > 0 { finish(body) }
  }
}
