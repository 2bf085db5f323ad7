import Domain
import Glibc

/// Runs another program by its path with separate arguments: no shell, bounded output, bounded time.
struct ExternalProgram {
  /// What became of it.
  struct Outcome {
    /// Its exit code; nil when it was ended for taking too long or by a signal.
    var code: Int32?
    /// What it wrote to its output and error, at most 64 KiB.
    var output: String
  }

  /// The program, found on the `PATH` when it has no slash.
  var name: String
  /// Its arguments, without its name.
  var arguments: [String]
  /// The file that it reads as its input; nothing where it is nil.
  var input: String?
  /// After how long it is ended.
  var timeout: Duration = .seconds(30)
  /// Ends it early, within a quarter of a second, once set.
  var stop: StopFlag?

  private static let mostOutput = 64 << 10

  /// Runs it to its end; nil when it could not be started.
  func run() -> Outcome? {
    var pipes: [Int32] = [-1, -1]
    guard pipe(&pipes) == 0 else { return nil }
    defer { close(pipes[0]) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, input ?? "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, pipes[1], 1)
    posix_spawn_file_actions_adddup2(&actions, pipes[1], 2)
    posix_spawn_file_actions_addclose(&actions, pipes[0])
    posix_spawn_file_actions_addclose(&actions, pipes[1])
    var child: pid_t = 0
    let words = ([name] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    let started = posix_spawnp(&child, name, &actions, nil, words, environ)
    close(pipes[1])
    guard started == 0 else { return nil }
    let (bytes, isOver) = gather(pipes[0])
    if !isOver { kill(child, SIGKILL) }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    let code = isOver && status & 0x7F == 0 ? (status >> 8) & 0xFF : nil
    return Outcome(code: code, output: String(decoding: bytes, as: UTF8.self))
  }

  private func gather(_ descriptor: Int32) -> (bytes: [UInt8], isOver: Bool) {
    let clock = ContinuousClock()
    let end = clock.now.advanced(by: timeout)
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4_096)
    while true {
      let left = clock.now.duration(to: end).inSeconds
      guard left > 0, stop?.isSet != true else { return (bytes, false) }
      var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let ready = poll(&wait, 1, Int32(min(left, stop == nil ? 3_600 : 0.25) * 1_000) + 1)
      if ready < 0, errno == EINTR { continue }
      if ready == 0 { continue }
      guard ready > 0 else { return (bytes, false) }
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return (bytes, true) }
      bytes += buffer[..<count].prefix(max(0, Self.mostOutput - bytes.count))
    }
  }
}
