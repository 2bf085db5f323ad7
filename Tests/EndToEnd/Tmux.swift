import Foundation
import Testing

/// A program in a tmux session of its own server, driven by keys and read as text.
final class Tmux {
  private let socket: String
  private let directory: TemporaryDirectory

  /// Whether tmux is installed.
  static let isAvailable = FileManager.default.isExecutableFile(atPath: "/usr/bin/tmux")

  init(_ command: [String], in directory: TemporaryDirectory, columns: Int = 120, rows: Int = 40) throws {
    self.directory = directory
    socket = directory.path + "/tmux.sock"
    let quoted = command.map { "'" + $0.replacingOccurrences(of: "'", with: "'\\''") + "'" }.joined(separator: " ")
    let status = try tmux([
      "-f", "/dev/null", "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)",
      "env LANG=C.UTF-8 HOME='\(directory.path)' \(quoted); echo EXITED $?; cat > /dev/null",
    ])
    #expect(status.status == 0, "\(status.output)")
  }

  deinit { _ = try? tmux(["kill-server"]) }

  /// The screen's text.
  var screen: String { (try? tmux(["capture-pane", "-p"]).output) ?? "" }

  /// Types keys by tmux's names, such as `a`, `Enter` or `C-s`.
  func keys(_ keys: String...) throws {
    for key in keys { _ = try tmux(["send-keys", key]) }
  }

  /// Types text as it is.
  func type(_ text: String) throws {
    _ = try tmux(["send-keys", "-l", text])
  }

  /// Waits until the screen satisfies a condition; false when it does not in time.
  func wait(seconds: Double = 20, until condition: (String) -> Bool) -> Bool {
    let end = Date().addingTimeInterval(seconds)
    while Date() < end {
      if condition(screen) { return true }
      usleep(100_000)
    }
    return false
  }

  /// Runs tmux to its end without Foundation's `Process`, which takes a child for running as long as a descriptor that
  /// it has inherited is open anywhere: the server that the first command starts keeps all of them.
  @discardableResult
  private func tmux(_ arguments: [String]) throws -> (status: Int32, output: String) {
    let file = directory.path + "/tmux-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: file) }
    let quoted = (["/usr/bin/tmux", "-S", socket] + arguments)
      .map { "'" + $0.replacingOccurrences(of: "'", with: "'\\''") + "'" }.joined(separator: " ")
    let script = "exec \(quoted) > '\(file)' 2> /dev/null < /dev/null"
    let words: [UnsafeMutablePointer<CChar>?] = ["sh", "-c", script].map { (word: String) in strdup(word) } + [nil]
    defer { words.forEach { free($0) } }
    // The test's threads have signals blocked; the server and what runs in it must hear that they are to end.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var child: pid_t = 0
    guard posix_spawn(&child, "/bin/sh", nil, &attributes, words, environ) == 0 else { return (-1, "") }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    return (status >> 8 & 0xFF, (try? String(contentsOfFile: file, encoding: .utf8)) ?? "")
  }
}
