import Domain
import Glibc
import Screen

/// Standard output as a stream of bytes, written whole; a reader that went away ends the program quietly.
enum StandardOutput {
  /// Writes text and a line feed.
  static func line(_ text: String) { write(text + "\n") }

  /// Writes a document on one line; control characters that JSON leaves bare are escaped too, since a terminal may
  /// obey them.
  static func json(_ document: JSON) {
    var text = ""
    for scalar in document.text.unicodeScalars {
      if (0x7F...0x9F).contains(scalar.value) {
        text += "\\u00" + String(scalar.value, radix: 16)
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    line(text)
  }

  /// Writes text.
  static func write(_ text: String) { write(bytes: Array(text.utf8)) }

  /// Writes bytes.
  static func write(bytes: [UInt8]) { writeAll(bytes, to: STDOUT_FILENO) }

  /// Whether a person reads it.
  static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
}

/// Standard error, for everything that is not the answer.
enum StandardError {
  /// Writes text and a line feed, control characters made visible.
  static func line(_ text: String) {
    writeAll(Array((SanitisedText.string(text) + "\n").utf8), to: STDERR_FILENO)
  }
}

private func writeAll(_ bytes: [UInt8], to descriptor: Int32) {
  var offset = 0
  while offset < bytes.count {
    let written = bytes.withUnsafeBytes { buffer in
      Glibc.write(descriptor, buffer.baseAddress.map { $0 + offset }, buffer.count - offset)
    }
    if written > 0 {
      offset += written
    } else if written < 0, errno == EINTR {
      continue
    } else {
      if descriptor == STDOUT_FILENO, errno == EPIPE { exit(0) }
      if descriptor == STDOUT_FILENO {
        StandardError.line("leeway: standard output cannot be written: \(String(cString: strerror(errno)))")
        exit(ExitStatus.inputOutput.rawValue)
      }
      return
    }
  }
}
