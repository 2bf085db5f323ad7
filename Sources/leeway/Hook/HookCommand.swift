import CPosix
import Glibc

/// Runs a program of the operator's with a document on its standard input; no shell is involved.
enum HookCommand {
  /// How a run ended.
  enum Outcome: Equatable, CustomStringConvertible {
    case exited(Int32)
    case killed(signal: Int32)
    case timedOut
    case notStarted(String)

    var isGood: Bool { self == .exited(0) }

    var description: String {
      switch self {
      case .exited(let status): "exit \(status)"
      case .killed(let signal): "ended by signal \(signal)"
      case .timedOut: "killed: it took too long"
      case .notStarted(let reason): "not started: \(reason)"
      }
    }
  }

  /// Runs the program to its end, or ends it, with all that it has started, when its time is over.
  ///
  /// - Parameters:
  ///   - words: the program's absolute path and its arguments.
  ///   - input: what it reads from its standard input. Its output is thrown away.
  ///   - milliseconds: how long it may take.
  ///   - environment: all of the variables that it sees.
  static func run(
    _ words: [String], input: [UInt8], milliseconds: Int, environment: [String: String]
  ) -> Outcome {
    // A file, not a pipe: a program that reads nothing keeps nobody waiting.
    let document = leeway_memory_file("leeway-hook")
    guard document >= 0 else { return .notStarted(String(cString: strerror(errno))) }
    defer { close(document) }
    guard input.isEmpty || write(document, input, input.count) == input.count, lseek(document, 0, SEEK_SET) == 0 else {
      return .notStarted(String(cString: strerror(errno)))
    }
    var files = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&files)
    defer { posix_spawn_file_actions_destroy(&files) }
    posix_spawn_file_actions_adddup2(&files, document, 0)
    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var (none, all) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    let arguments = words.map { strdup($0) } + [nil]
    let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in arguments + variables { free(text) } }
    var child: pid_t = 0
    let failure = posix_spawn(&child, words[0], &files, &attributes, arguments, variables)
    guard failure == 0 else { return .notStarted(String(cString: strerror(failure))) }
    return wait(for: child, milliseconds: milliseconds)
  }

  private static func wait(for child: pid_t, milliseconds: Int) -> Outcome {
    var status: Int32 = 0
    for _ in 0...max(1, milliseconds / 10) {
      let ended = waitpid(child, &status, WNOHANG)
      if ended == child { return outcome(status) }
      if ended < 0, errno != EINTR { return .notStarted(String(cString: strerror(errno))) }
      usleep(10_000)
    }
    // The whole group: what the program has started goes with it.
    kill(-child, SIGKILL)
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    return .timedOut
  }

  private static func outcome(_ status: Int32) -> Outcome {
    let signal = status & 0x7F
    return signal == 0 ? .exited(status >> 8 & 0xFF) : .killed(signal: signal)
  }
}
