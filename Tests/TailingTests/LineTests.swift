import Domain
import Glibc
import Testing

@testable import Tailing

struct LineTests {
  let files: TestFiles

  init() throws {
    files = try TestFiles()
  }

  private func lines(of text: [UInt8], fileOffset: Int64 = 0) -> [String] {
    var lines: [String] = []
    LineSplitter.forEachLine(of: text.span.bytes, fileOffset: fileOffset) { line in
      lines.append(String(decoding: line.withUnsafeBytes { Array($0) }, as: UTF8.self))
    }
    return lines
  }

  @Test(arguments: [
    ("", []), ("\n", [""]), ("a", ["a"]), ("a\n", ["a"]), ("a\r\nb\n", ["a", "b"]), ("a\rb\r\n\r\n", ["a\rb", ""]),
    ("\n\n x \n", ["", "", " x "]), ("\u{FEFF}a\nb\n", ["a", "b"]), ("\u{FEFF}", []), ("a\r", ["a\r"]),
    ("\u{0}\n", ["\u{0}"]),
  ])
  func `lines end with LF or CRLF`(text: String, expected: [String]) {
    #expect(lines(of: Array(text.utf8)) == expected)
  }

  @Test func `a byte-order mark is only left out at the start of a file`() {
    #expect(lines(of: Array("\u{FEFF}a\n".utf8), fileOffset: 9) == ["\u{FEFF}a"])
  }

  @Test func `a partial last line waits for its newline`() {
    let collector = TestCollector(files.full("app.log"))
    files.append("app.log", "{\"a\":1")
    collector.turn()
    collector.turn(after: 100)
    #expect(collector.lines == [])
    #expect(collector.tailer.statuses.map(\.lagBytes) == [6])
    #expect(collector.states("app.log") == [.caughtUp])
    files.append("app.log", "}\n{")
    collector.turn()
    #expect(collector.lines == ["{\"a\":1}"])
    #expect(collector.stored.values.map(\.offset) == [8])
  }

  @Test func `collect --once leaves the unterminated last line for later`() {
    let collector = TestCollector(files.full("app.log"))
    files.append("app.log", "a1\nhalf")
    collector.turn(finishing: true)
    collector.turn(after: 100, finishing: true)
    #expect(collector.lines == ["a1"])
    #expect(collector.tailer.statuses.map(\.lagBytes) == [4])
    files.append("app.log", " and half\n")
    collector.restart()
    collector.turn(finishing: true)
    #expect(collector.lines == ["a1", "half and half"])
  }

  @Test func `collect --once finishes rotated files that have been quiet`() {
    let collector = TestCollector(files.full("app.log"))
    files.append("app.log", "a1\nrest")
    collector.turn()
    files.move("app.log", "app.log.1")
    files.append("app.log", "b1\n")
    collector.restart()
    collector.turn(after: 0, finishing: true)
    collector.turn(after: 0, finishing: true)
    #expect(collector.lines == ["a1", "b1"], "it was written a moment ago")
    collector.turn(after: 6, finishing: true)
    #expect(collector.lines == ["a1", "b1", "rest"])
    #expect(collector.states("app.log.1") == [.finished])
  }

  @Test(arguments: [-1, 0, 1], [1, 2, 4])
  func `lines around the size of a read are whole`(difference: Int, multiple: Int) {
    let collector = TestCollector(files.full("app.log"))
    let long = String(repeating: "x", count: (256 << 10) * multiple + difference)
    let isTooLong = long.utf8.count > 1 << 20
    files.append("app.log", "first\n\(long)\n\nlast\n\(long)\nend\n")
    collector.turn()
    collector.turn()
    let expected = isTooLong ? ["first", "", "last", "end"] : ["first", long, "", "last", long, "end"]
    #expect(collector.lines == expected)
    #expect(collector.events.count { if case .lineTooLong = $0 { true } else { false } } == (isTooLong ? 2 : 0))
  }

  @Test func `an overlong line is dropped with an event and the next one is read, across a restart`() {
    let collector = TestCollector(files.full("app.log"))
    files.append("app.log", "before\n")
    let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 10 << 20)
    for _ in 0..<3 {
      files.write("app.log", piece)
      collector.turn()
    }
    #expect(collector.lines == ["before"])
    collector.restart()
    collector.turn()
    files.append("app.log", "\nafter\n")
    collector.turn()
    #expect(collector.lines == ["before", "after"])
    let dropped = collector.events.compactMap { if case .lineTooLong(let line) = $0 { line } else { nil } }
    #expect(dropped.map(\.offset) == [7])
    #expect(dropped.map(\.length) == [30 << 20])
    files.append("app.log", "more\n")
    collector.restart()
    collector.turn()
    #expect(collector.lines == ["before", "after", "more"])
    #expect(collector.gaps == [])
  }

  @Test func `an overlong last line of a rotated file is told when it is finished`() {
    let collector = TestCollector(files.full("app.log"))
    files.write("app.log", [UInt8](repeating: UInt8(ascii: "x"), count: 3 << 20))
    collector.turn()
    files.move("app.log", "app.log.1")
    collector.turn()
    collector.turn(after: 10)
    let dropped = collector.events.compactMap { if case .lineTooLong(let line) = $0 { line } else { nil } }
    #expect(dropped.map(\.length) == [3 << 20])
    #expect(collector.states("app.log.1") == [.finished])
  }

  @Test func `what a body that throws was given is given again`() {
    struct Full: Error {}
    files.append("app.log", "a1\na2\n")
    let tailer = Tailer(sources: [TailSource(name: "app", patterns: [files.full("app.log")])])
    _ = tailer.reconcile(now: .epoch)
    #expect(tailer.readNextLength() == nil, "nothing is delivered before its checkpoint was taken")
    #expect(tailer.takeCheckpoints().map(\.offset) == [0])
    #expect(throws: Full.self) { try tailer.readNext { (_, _) throws(Full) in throw Full() } }
    #expect(tailer.takeCheckpoints() == [])
    #expect(tailer.readNextLength() == 6)
    #expect(tailer.takeCheckpoints().map(\.offset) == [6])
    #expect(tailer.readNextLength() == nil)
  }

  @Test func `files take turns`() {
    for name in ["a.log", "b.log", "c.log"] { files.append(name, String(repeating: "\(name)\n", count: 100_000)) }
    let collector = TestCollector(files.full("*.log"))
    collector.turn(chunkLimit: 3)
    #expect(Set(collector.chunks.map(\.fileID)).count == 3)
    collector.read()
    #expect(collector.lines.count == 300_000)
  }
}

extension Tailer {
  /// The bytes that the next read delivers; nil when there are none.
  fileprivate func readNextLength() -> Int? {
    var length: Int?
    _ = readNext { _, bytes in
      length = bytes.byteCount
      return bytes.byteCount
    }
    return length
  }
}
