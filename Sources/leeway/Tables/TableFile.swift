import Decoding
import Domain
import Glibc

/// Reads a file of rows, separated values with a header or JSON lines, in pieces: memory does not depend on its length.
///
/// Which of the two it is says its first character; a separator is the comma, the tab or the semicolon, whichever the
/// header has most of.
struct TableFile {
  /// The longest JSON line, in bytes.
  static let lineLimit = 16 << 20

  /// A row in the file's bytes: the fields by column, and the names of the columns seen so far.
  typealias Row = (_ names: [String], _ fields: borrowing FieldTable, _ line: borrowing RawSpan) -> Void

  /// What was read.
  struct Outcome {
    /// Rows that were given.
    var rows = 0
    /// Lines that are no JSON object; they are no rows.
    var malformed = 0
    /// Whether there were columns beyond the limits.
    var hasMoreColumns = false
  }

  let path: String
  /// The file's length in bytes; nil for standard input.
  let length: Int?
  private let descriptor: Int32

  /// Opens a file; `-` is standard input.
  ///
  /// - Throws: exit 66 when there is no such file, 65 when it is no regular file, 74 when opening fails.
  init(path: String) throws {
    self.path = path
    descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw CommandFailure(
        errno == ENOENT || errno == ENOTDIR ? .noSuchInput : .inputOutput,
        "\(path): \(String(cString: strerror(errno)))")
    }
    var information = stat()
    fstat(descriptor, &information)
    let isRegular = information.st_mode & S_IFMT == S_IFREG
    if path != "-", !isRegular {
      Glibc.close(descriptor)
      throw CommandFailure(.inputUnusable, "\(path) is not a regular file: name a file of rows")
    }
    length = isRegular ? Int(information.st_size) : nil
  }

  /// Gives every row, in order, and closes the file.
  ///
  /// - Throws: exit 65 when lines were read but none is a row, 74 when reading fails.
  func read(_ row: Row) throws -> Outcome {
    defer { if path != "-" { Glibc.close(descriptor) } }
    var reader = RowReader()
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    var used = 0
    while true {
      if used == buffer.count { buffer.append(contentsOf: repeatElement(0, count: buffer.count)) }
      let count = buffer.withUnsafeMutableBytes { bytes in
        Glibc.read(descriptor, bytes.baseAddress.map { $0 + used }, bytes.count - used)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw CommandFailure(.inputOutput, "\(path): \(String(cString: strerror(errno)))")
      }
      used += count
      let taken = buffer.withUnsafeBytes { bytes in
        reader.take(bytes.bytes.extracting(0..<used), isFinal: count == 0, row)
      }
      if taken > 0 {
        let rest = used - taken
        buffer.withUnsafeMutableBytes { bytes in
          if let base = bytes.baseAddress { memmove(base, base + taken, rest) }
        }
        used = rest
      }
      if count == 0 { break }
    }
    if reader.outcome.rows == 0, reader.outcome.malformed > 0 {
      throw CommandFailure(
        .inputUnusable,
        "\(path): no line is a JSON object: name a file of JSON lines, or of separated values with a header")
    }
    return reader.outcome
  }
}
