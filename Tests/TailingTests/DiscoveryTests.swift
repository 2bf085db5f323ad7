import Domain
import Glibc
import Testing

@testable import Tailing

struct DiscoveryTests {
  let files: TestFiles

  init() throws {
    files = try TestFiles()
  }

  @Test func `files that appear later are read from their beginning, whatever the source's start`() {
    files.append("old.log", "old 1\nold 2\npart")
    files.append("long.log", String(repeating: "x", count: 100_000) + "\n")
    let collector = TestCollector(files.full("*.log"), start: .end)
    collector.turn()
    files.append("old.log", "ial\n")
    files.append("new.log", "new 1\n")
    collector.turn()
    files.append("newer.log", "newer 1\n")
    collector.restart()
    collector.turn()
    #expect(Set(collector.lines) == ["partial", "new 1", "newer 1"])
    #expect(collector.lines.count == 3)
  }

  @Test func `a file is read once whatever names it has`() {
    files.makeDirectory("elsewhere")
    files.append("a.log", "line\n")
    files.link("b.log", to: files.full("a.log"))
    link(files.full("a.log"), files.full("c.log"))
    files.link("elsewhere/a.log", to: "../a.log")
    let collector = TestCollector(
      files.full("a.log"), files.full("*.log"), files.full("**/*.log"), files.full("elsewhere/a.log"))
    collector.turn()
    files.append("c.log", "more\n")
    collector.turn()
    collector.restart()
    collector.turn()
    #expect(collector.lines == ["line", "more"])
    #expect(collector.tailer.statuses.map(\.path.description) == [files.full("a.log")])
    files.delete("a.log")
    files.append("c.log", "still\n")
    collector.turn()
    #expect(collector.lines == ["line", "more", "still"])
  }

  @Test func `a link that is pointed elsewhere drains the old target first`() {
    files.makeDirectory("pods")
    files.makeDirectory("containers")
    files.append("pods/0.log", "a1\n")
    files.link("containers/x.log", to: "../pods/0.log")
    let collector = TestCollector(files.full("containers/*.log"))
    collector.turn()
    files.append("pods/0.log", "a2\n")
    #expect(collector.tailer.wait(timeout: .seconds(5)) == .changed, "the target is watched")
    collector.read()
    files.append("pods/0.log", "a3\n")
    files.append("pods/1.log", "b1\n")
    files.delete("containers/x.log")
    files.link("containers/x.log", to: "../pods/1.log")
    collector.turn()
    #expect(collector.lines == ["a1", "a2", "a3", "b1"])
    files.move("pods/1.log", "pods/1.log.20261120-140000")
    files.append("pods/1.log", "c1\n")
    collector.turn()
    #expect(collector.lines == ["a1", "a2", "a3", "b1", "c1"])
    collector.restart()
    collector.turn()
    collector.turn(after: 10)
    #expect(collector.lines.count == 5)
    #expect(collector.gaps == [])
  }

  @Test func `a link follows its target into a renamed directory`() {
    files.makeDirectory("pod")
    files.append("pod/0.log", "a1\n")
    files.append("other.log", "b1\n")
    files.link("x.log", to: files.full("pod/0.log"))
    var options = TailerOptions()
    options.maximumOpenFiles = 1
    let collector = TestCollector([TailSource(name: "app", patterns: [files.full("*.log")])], options: options)
    collector.turn()
    files.append("other.log", "b2\n")
    collector.turn()
    files.move("pod", "moved")
    files.delete("x.log")
    files.link("x.log", to: files.full("moved/0.log"))
    files.append("moved/0.log", "a2\n")
    collector.turn()
    #expect(collector.lines.sorted() == ["a1", "a2", "b1", "b2"])
    #expect(!collector.tailer.needsReconcile)
    #expect(collector.gaps == [])
  }

  @Test func `what is not a regular file is refused without blocking`() {
    mkfifo(files.full("pipe"), 0o644)
    files.makeDirectory("directory")
    files.link("loop", to: "loop")
    files.link("dangling", to: "nowhere")
    files.link("null", to: "/dev/null")
    let collector = TestCollector(
      files.full("pipe"), files.full("directory"), files.full("loop"), files.full("dangling"), files.full("null"))
    for _ in 0..<3 { collector.turn() }
    #expect(collector.refusals.count == 4)
    #expect(collector.refusals.contains { $0.contains("FIFO") })
    #expect(collector.refusals.contains { $0.contains("*.log") })
    #expect(collector.states("dangling") == [.waiting])
    files.append("nowhere", "line\n")
    unlink(files.full("pipe"))
    files.append("pipe", "no pipe\n")
    collector.turn()
    #expect(collector.lines.sorted() == ["line", "no pipe"])
  }

  @Test(
    arguments: [
      ([0xFF, 0xFE, 0x61, 0x00, 0x0A, 0x00], "UTF-16"), ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x0A], "compressed"),
      ([0x28, 0xB5, 0x2F, 0xFD, 0x0A], "compressed"),
    ] as [([UInt8], String)])
  func `what is not lines of UTF-8 is refused, also when it comes later`(bytes: [UInt8], reason: String) {
    files.write("now.log", bytes)
    files.write("later.log", [])
    let collector = TestCollector(files.full("*.log"))
    collector.turn()
    files.write("later.log", bytes)
    collector.turn()
    collector.turn()
    #expect(collector.lines == [])
    #expect(collector.refusals.count == 2)
    #expect(collector.refusals.allSatisfy { $0.contains(reason) })
    #expect(collector.states(".log") == [.refused, .refused])
  }

  @Test(arguments: [
    Array("with space.log".utf8), Array("new\nline.log".utf8), [0xFF, 0xC3, 0x2E, 0x6C, 0x6F, 0x67],
    Array("a[1].log".utf8), Array("back\\slash.log".utf8),
  ])
  func `any name is followed`(name: [UInt8]) throws {
    let path = TailPath(directory: TailPath(files.path), name: name)
    let descriptor = path.withCString { open($0, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644) }
    defer {
      close(descriptor)
      _ = path.withCString { unlink($0) }
    }
    write(descriptor, "line\n", 5)
    let collector = TestCollector(files.full("*.log"))
    collector.turn()
    write(descriptor, "more\n", 5)
    collector.restart()
    collector.turn()
    #expect(collector.lines == ["line", "more"])
    #expect(collector.tailer.statuses.map(\.path) == [path])
    #expect(!path.description.contains("\n"))
  }

  @Test func `a path that exists is taken as it is written`() {
    files.append("a[1].log", "literal\n")
    files.append("a1.log", "matched\n")
    let collector = TestCollector(files.full("a[1].log"))
    collector.turn()
    #expect(collector.lines.sorted() == ["literal", "matched"])
  }

  @Test func `directories come and go`() {
    let collector = TestCollector(files.full("**/*.log"), files.full("later/app.txt"))
    collector.turn()
    collector.turn()
    #expect(collector.events.count { if case .waiting = $0 { true } else { false } } == 2)
    files.makeDirectory("later")
    files.makeDirectory("later/deep")
    files.link("later/deep/up", to: "..")
    files.append("later/deep/a.log", "a\n")
    files.append("later/app.txt", "b\n")
    collector.turn()
    #expect(collector.lines.sorted() == ["a", "b"])
    #expect(!collector.tailer.statuses.contains { $0.state == .waiting })
  }

  @Test func `many more files than descriptors are all followed`() {
    var options = TailerOptions()
    options.maximumOpenFiles = 16
    let collector = TestCollector([TailSource(name: "app", patterns: [files.full("*.log")])], options: options)
    for round in 0..<3 {
      for number in 0..<300 { files.append("\(number).log", "\(round) \(number)\n") }
      collector.turn()
      #expect(collector.openFileCount <= 16)
      #expect(collector.lines.count == (round + 1) * 300)
    }
    for number in 0..<100 { files.move("\(number).log", "\(number).log.1") }
    for number in 0..<100 { files.append("\(number).log.1", "late \(number)\n") }
    collector.turn()
    #expect(Set(collector.lines).count == 1_000)
    #expect(collector.lines.count == 1_000)
    for number in 100..<200 { files.delete("\(number).log") }
    collector.turn()
    collector.turn(after: 10)
    #expect(collector.gaps == [])
  }

  @Test func `a file without permission is denied once and read once it has it`() throws {
    // Root reads everything, so the thread that reads becomes nobody.
    let switchUser = try #require(
      dlsym(nil, "setfsuid").map { unsafeBitCast($0, to: (@convention(c) (UInt32) -> Int32).self) })
    files.append("app.log", "a1\n")
    chmod(files.path, 0o755)
    chmod(files.full("app.log"), 0)
    let collector = TestCollector(files.full("app.log"))
    let isRoot = geteuid() == 0
    func turn() {
      if isRoot { _ = switchUser(65_534) }
      collector.turn()
      if isRoot { _ = switchUser(0) }
    }
    for _ in 0..<3 { turn() }
    #expect(collector.events.count { if case .denied = $0 { true } else { false } } == 1)
    #expect(collector.states("app.log") == [.denied])
    chmod(files.full("app.log"), 0o644)
    turn()
    #expect(collector.lines == ["a1"])
    chmod(files.full("app.log"), 0)
    files.append("app.log", "a2\n")
    turn()
    #expect(collector.lines == ["a1", "a2"], "the open descriptor goes on")
    collector.restart()
    files.append("app.log", "a3\n")
    turn()
    turn()
    #expect(collector.states("app.log") == [.denied])
    chmod(files.full("app.log"), 0o644)
    turn()
    #expect(collector.lines == ["a1", "a2", "a3"])
    #expect(collector.states("app.log") == [.caughtUp])
  }

  @Test func `a directory that may not be entered is read once it may`() throws {
    let switchUser = try #require(
      dlsym(nil, "setfsuid").map { unsafeBitCast($0, to: (@convention(c) (UInt32) -> Int32).self) })
    files.makeDirectory("logs")
    files.append("logs/app.log", "a1\n")
    chmod(files.path, 0o755)
    chmod(files.full("logs"), 0o644)
    let collector = TestCollector(files.full("logs/app.log"), files.full("logs/*.log"))
    let isRoot = geteuid() == 0
    func turn() {
      if isRoot { _ = switchUser(65_534) }
      collector.turn()
      if isRoot { _ = switchUser(0) }
    }
    for _ in 0..<3 { turn() }
    #expect(collector.lines == [])
    #expect(collector.events.count { if case .denied = $0 { true } else { false } } <= 2, "told once a path")
    chmod(files.full("logs"), 0o755)
    turn()
    turn()
    #expect(collector.lines == ["a1"])
    #expect(collector.states("app.log") == [.caughtUp])
    let writer = open(files.full("logs/app.log"), O_WRONLY | O_APPEND | O_CLOEXEC)
    defer { close(writer) }
    chmod(files.full("logs"), 0)
    write(writer, "a2\n", 3)
    turn()
    chmod(files.full("logs"), 0o755)
    write(writer, "a3\n", 3)
    turn()
    turn()
    #expect(collector.lines == ["a1", "a2", "a3"])
    #expect(collector.gaps == [])
  }
}
