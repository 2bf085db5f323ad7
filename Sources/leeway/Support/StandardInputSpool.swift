import Domain
import Engine
import Foundation
import Glibc
import Settings
import Storage
import Synchronization

/// Standard input as files that the collector can follow: a pipe has no identity and no offset to go back to, a file has.
///
/// What was read from the pipe is in a file of the state directory (0600) before it is counted, so that it is counted
/// once also after a kill; what had not been read by then is the writer's. Files that have been read are removed, and
/// while too much waits the pipe is left alone, so that its writer waits too.
final class StandardInputSpool: Sendable {
  /// The name that stands for standard input among paths.
  static let argument = "-"
  /// The source's name.
  static let source = "stdin"
  private static let fileSize = 64 << 20
  private static let waitingLimit: Int64 = 256 << 20
  /// How much is copied before anything is read, where all of a pipe is read once.
  private static let onceLimit = 64 << 20

  private struct State {
    var path = ""
    var number = 0
    var size = 0
    var spooled: [String: Int64] = [:]
    /// Whether what was copied last ends a line.
    var endsLine = true
    var isEnded = false
    var problem: String?
  }

  private let directory: String
  private let descriptor: Int32
  private let state = Mutex(State())

  /// Takes standard input over. With `keepsTerminal` the controlling terminal takes its place, for the keys.
  init(stateDirectory: String, keepsTerminal: Bool) throws {
    directory = stateDirectory + "/stdin"
    try OutputFile.makeDirectory(directory)
    descriptor = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 10)
    guard descriptor >= 0 else { throw CommandFailure(.noSuchInput, "standard input is closed") }
    if keepsTerminal {
      let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC)
      guard terminal >= 0 else {
        throw CommandFailure(.usage, "watch - takes its keys from a terminal, and there is none: use collect -")
      }
      dup2(terminal, STDIN_FILENO)
      close(terminal)
    }
  }

  /// The source that follows the files.
  var definition: SourceDefinition {
    SourceDefinition(
      name: Self.source, paths: [SourceDefinition.Path(raw: Self.argument, resolved: directory + "/*.log")])
  }

  /// Whether the pipe has ended.
  var isEnded: Bool { state.withLock { $0.isEnded } }

  /// Why the pipe is not read any more although it has not ended; nil where it is, or has.
  var problem: String? { state.withLock { $0.problem } }

  /// What went wrong, or that the pipe has ended; for the screen.
  var notice: String? {
    state.withLock { $0.problem ?? ($0.isEnded ? "standard input has ended: what is shown stays as it is" : nil) }
  }

  /// Copies until the pipe ends or `shouldStop` says so; whether it has ended.
  private func copy(store: Store?, shouldStop: () -> Bool) throws -> Bool {
    removeRead(store)
    var buffer = [UInt8](repeating: 0, count: 256 << 10)
    while !shouldStop() {
      if let store, waiting(store) > Self.waitingLimit {
        usleep(50_000)
        removeRead(store)
        continue
      }
      var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard Glibc.poll(&poll, 1, 200) > 0 else { continue }
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR || errno == EAGAIN { continue }
      guard count >= 0 else {
        throw CommandFailure(.inputOutput, "standard input: \(String(cString: strerror(errno)))")
      }
      guard count > 0 else { return true }
      try append(buffer[..<count], store)
      state.withLock { $0.endsLine = buffer[count - 1] == 0x0A }
    }
    return false
  }

  /// Copies the whole pipe, if it is short; whether it was.
  func copyShort() throws -> Bool {
    let isBeyondLimit = { self.state.withLock { $0.spooled.values.reduce(0, +) } > Self.onceLimit }
    guard try copy(store: nil, shouldStop: isBeyondLimit) else {
      return false
    }
    try end()
    return true
  }

  /// Takes note that nothing more comes.
  private func end() throws {
    // What may be the beginning of a line would wait for its rest.
    if !state.withLock({ $0.endsLine }) { try append([0x0A], nil) }
    state.withLock { $0.isEnded = true }
  }

  /// Copies on a thread of its own.
  func start(store: Store, stop: StopFlag) {
    WorkerThread.start(name: "stdin") { [self] in
      do {
        _ = try copy(store: store) { stop.isSet }
        try end()
      } catch {
        state.withLock { ($0.problem, $0.isEnded) = ("standard input is not read any more: \(error)", true) }
      }
    }
  }

  /// Whether everything that was copied has been read, once the pipe has ended.
  func isRead(_ store: Store) -> Bool { isEnded && waiting(store) <= 0 }

  /// Removes the files that have been read, the present one only once nothing more comes.
  func removeRead(_ store: Store?) {
    let current = state.withLock { $0.isEnded ? nil : $0.path }
    let done = (try? store?.read { try $0.files() }) ?? []
    for file in done where file.source == Self.source && file.offset >= file.size && file.size > 0 {
      guard file.path != current, file.path.hasPrefix(directory + "/") else { continue }
      unlink(file.path)
      state.withLock { $0.spooled[file.path] = nil }
    }
  }

  /// Bytes that were copied and not read.
  private func waiting(_ store: Store) -> Int64 {
    let offsets = Dictionary(
      ((try? store.read { try $0.files() }) ?? []).map { ($0.path, $0.offset) }, uniquingKeysWith: { max($0, $1) })
    return state.withLock { state in
      state.spooled.reduce(0) { $0 + $1.value - (offsets[$1.key] ?? 0) }
    }
  }

  /// Appends to the present file; a new one begins with a line.
  private func append(_ bytes: ArraySlice<UInt8>, _ store: Store?) throws {
    let (path, size) = state.withLock { ($0.path, $0.size) }
    if !path.isEmpty, size < Self.fileSize { return try write(bytes, to: path) }
    let end = path.isEmpty ? bytes.startIndex : bytes.lastIndex(of: 0x0A).map { $0 + 1 }
    // A line that is longer than a file stays in it.
    guard let end else { return try write(bytes, to: path) }
    if end > bytes.startIndex { try write(bytes[..<end], to: path) }
    let next = state.withLock { state -> String in
      state.number += 1
      state.size = 0
      state.path = "\(directory)/\(getpid())-\(SystemWallClock().now().milliseconds)-\(state.number).log"
      return state.path
    }
    if end < bytes.endIndex { try write(bytes[end...], to: next) }
    removeRead(store)
  }

  private func write(_ bytes: ArraySlice<UInt8>, to path: String) throws {
    try OutputFile.append(Array(bytes), to: path)
    state.withLock { state in
      state.size += bytes.count
      state.spooled[path, default: 0] += Int64(bytes.count)
    }
  }
}
