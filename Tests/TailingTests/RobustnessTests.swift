import Domain
import Glibc
import Testing

@testable import Tailing

/// What the system withholds, loses or does not tell.
@Suite(.serialized) struct RobustnessTests {
  let files: TestFiles

  init() throws {
    files = try TestFiles()
  }

  @Test(arguments: [ENOSPC, EMFILE, ENOMEM])
  func `when no more can be watched, polling takes over and says so once`(error: Int32) {
    var options = TailerOptions()
    options.watchError = error
    let collector = TestCollector([TailSource(name: "app", patterns: [files.full("*.log")])], options: options)
    collector.turn()
    files.append("a.log", "a1\n")
    collector.turn()
    files.move("a.log", "a.log.1")
    files.append("a.log", "b1\n")
    collector.turn()
    #expect(collector.lines == ["a1", "b1"])
    let reasons = collector.events.compactMap { if case .polling(_, let reason) = $0 { reason } else { nil } }
    #expect(reasons == [String(cString: strerror(error))])
  }

  @Test func `events that overflowed their queue are made up for by looking at everything`() {
    for name in ["a.log", "b.log"] { files.append(name, "first\n") }
    let collector = TestCollector(files.full("*.log"))
    collector.turn()
    let descriptors = ["a.log", "b.log"].map { open(files.full($0), O_WRONLY | O_APPEND | O_CLOEXEC) }
    defer { for descriptor in descriptors { close(descriptor) } }
    // In turns, since equal events that follow each other are merged.
    for _ in 0..<20_000 { for descriptor in descriptors { write(descriptor, "x\n", 2) } }
    files.append("late.log", "late\n")
    #expect(collector.tailer.wait(timeout: .seconds(5)) == .changed)
    #expect(collector.tailer.needsReconcile)
    collector.turn()
    #expect(collector.lines.count == 40_003)
    #expect(collector.lines.contains("late"))
  }

  @Test func `a writer that maps its file raises no event and is found by looking`() throws {
    files.append("app.log", "line 1\n.......")
    let collector = TestCollector(files.full("app.log"))
    collector.turn()
    while collector.tailer.wait(timeout: .milliseconds(20)) == .changed { collector.read() }
    let descriptor = open(files.full("app.log"), O_RDWR | O_CLOEXEC)
    defer { close(descriptor) }
    let memory = try #require(mmap(nil, 14, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0))
    memory.advanced(by: 7).copyMemory(from: "line 2\n", byteCount: 7)
    munmap(memory, 14)
    #expect(collector.tailer.wait(timeout: .milliseconds(50)) == .timedOut)
    collector.turn()
    #expect(collector.lines == ["line 1", "line 2"])
  }

  /// Reading a directory is refused, and reading nothing's memory is an input or output error, whoever does it.
  @Test(arguments: ["/", "/proc/self/mem"])
  func `a read that fails is told once and tried again`(unreadable: String) throws {
    files.append("app.log", "a1\n")
    let collector = TestCollector(files.full("app.log"))
    collector.turn()
    let file = try #require(collector.tailer.files.first)
    let other = open(unreadable, O_RDONLY | O_CLOEXEC)
    try #require(other >= 0)
    defer { close(other) }
    dup2(other, file.descriptor)
    files.append("app.log", "a2\n")
    collector.turn()
    #expect(collector.events.count { if case .denied = $0 { true } else { false } } == 1)
    collector.turn()
    #expect(collector.lines == ["a1", "a2"])
    #expect(collector.states("app.log") == [.caughtUp])
  }

  @Test func `a clock that is set back delays nothing`() {
    files.append("app.log", "a1\nhalf")
    let collector = TestCollector(files.full("app.log"))
    collector.turn()
    files.move("app.log", "app.log.1")
    collector.turn()
    collector.now = collector.now - .seconds(3_600)
    for _ in 0..<4 { collector.turn(after: 2) }
    #expect(collector.lines == ["a1", "half"])
    #expect(collector.states("app.log.1") == [.finished])
  }

  @Test func `a file with a time of modification in the future is followed like any other`() {
    files.append("app.log", "a1\n")
    var times = [timespec(tv_sec: 4_000_000_000, tv_nsec: 0), timespec(tv_sec: 4_000_000_000, tv_nsec: 0)]
    utimensat(AT_FDCWD, files.full("app.log"), &times, 0)
    let collector = TestCollector(files.full("app.log"))
    collector.turn()
    files.move("app.log", "app.log.1")
    files.append("app.log", "b1\n")
    collector.turn()
    collector.turn(after: 10)
    #expect(collector.lines == ["a1", "b1"])
    #expect(collector.gaps == [])
  }

  @Test func `a file that is shorter than its checkpoint begins anew, with a gap`() {
    files.append("app.log", (1...500).map { "old \($0)\n" }.joined())
    let collector = TestCollector(files.full("app.log"))
    collector.turn()
    files.overwrite("app.log", "new 1\n")
    collector.restart()
    collector.turn()
    #expect(collector.lines.suffix(1) == ["new 1"])
    #expect(collector.lines.count == 501)
    #expect(collector.gaps.count == 1)
  }

  @Test func `a socket is refused like everything that is no file`() throws {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let path = files.full("socket.log")
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8).prefix($0.count - 1)) }
    withUnsafePointer(to: &address) { pointer in
      _ = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    let collector = TestCollector(files.full("*.log"))
    collector.turn()
    collector.turn()
    #expect(collector.refusals.count == 1)
    #expect(collector.refusals.first?.contains("socket") == true)
  }

  @Test func `a line of 200 MiB is left out in bounded memory`() {
    let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 8 << 20)
    for _ in 0..<25 { files.write("app.log", piece) }
    files.append("app.log", "\nafter\n")
    let tailer = Tailer(sources: [TailSource(name: "app", patterns: [files.full("app.log")])])
    _ = tailer.reconcile(now: .epoch)
    _ = tailer.takeCheckpoints()
    var delivered: [Int] = []
    func read() -> ReadOutcome {
      tailer.readNext { _, bytes in
        delivered.append(bytes.byteCount)
        return bytes.byteCount
      }
    }
    _ = read()
    while read() != .caughtUp {}
    #expect(delivered == [6])
    let dropped = tailer.takeEvents().compactMap { if case .lineTooLong(let line) = $0 { line.length } else { nil } }
    #expect(dropped == [200 << 20])
  }
}
