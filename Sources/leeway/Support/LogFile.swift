import Domain
import Engine
import Glibc
import Storage

/// Leeway's own log, in the state directory; never the terminal. At most 4 MiB, then begun anew.
final class LogFile: Sendable {
  private let descriptor: Int32
  private static let limit = 4 << 20

  init(directory: String) {
    descriptor = StateFile.open(
      "leeway.log", in: directory, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Makes standard error write into the log.
  func adoptStandardError() {
    if descriptor >= 0 { dup2(descriptor, STDERR_FILENO) }
  }

  /// Appends a line with its time.
  func write(_ message: String) {
    guard descriptor >= 0 else { return }
    var information = stat()
    if fstat(descriptor, &information) == 0, information.st_size > Self.limit { ftruncate(descriptor, 0) }
    let line = Array("\(SystemWallClock().now().formatted()) \(message.prefix(4_096))\n".utf8)
    _ = Glibc.write(descriptor, line, line.count)
  }
}
