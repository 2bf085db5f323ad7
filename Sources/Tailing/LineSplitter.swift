import Glibc

/// Cuts bytes into lines without copying them.
///
/// Lines end with LF or CRLF, which are not part of a line; a lone CR is. Empty lines are lines. Bytes after the last
/// newline are a line when there are any. A UTF-8 byte-order mark at the start of a file is left out.
public enum LineSplitter {
  /// Calls with each line. `fileOffset` is where the bytes begin in their file.
  public static func forEachLine(of bytes: RawSpan, fileOffset: Int64 = 0, _ body: (RawSpan) -> Void) {
    forEachRange(of: bytes, fileOffset: fileOffset) { start, length in
      body(bytes.extracting(start..<(start + length)))
    }
  }

  /// Calls with the start and the length of each line within the bytes.
  public static func forEachRange(
    of bytes: RawSpan, fileOffset: Int64 = 0, _ body: (_ start: Int, _ length: Int) -> Void
  ) {
    bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return }
      let count = buffer.count
      var start = 0
      if fileOffset == 0, count >= 3, buffer[0] == 0xEF, buffer[1] == 0xBB, buffer[2] == 0xBF { start = 3 }
      while start < count {
        let end: Int
        let next: Int
        if let newline = memchr(base + start, 0x0A, count - start) {
          end = UnsafeRawPointer(newline) - base
          next = end + 1
        } else {
          end = count
          next = count
        }
        let isCRLF = end < next && end > start && buffer[end - 1] == 0x0D
        body(start, (isCRLF ? end - 1 : end) - start)
        start = next
      }
    }
  }
}
