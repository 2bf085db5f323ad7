import Domain
import Glibc
import Testing

@testable import Tailing

/// Rotated files that gzip compressed.
struct CompressedTests {
  let files: TestFiles

  init() throws {
    files = try TestFiles()
  }

  private func gzip(_ name: String) { #expect(system("gzip -q '\(files.full(name))'") == 0) }

  private func text(_ range: ClosedRange<Int>, _ letter: String = "line") -> String {
    range.map { "\(letter) number \($0)\n" }.joined()
  }

  private func expected(_ range: ClosedRange<Int>, _ letter: String = "line") -> [String] {
    range.map { "\(letter) number \($0)" }
  }

  @Test(arguments: ["app.log", "app.log*"], [false, true])
  func `a file that was read and then compressed is not counted again`(pattern: String, isStopped: Bool) {
    let collector = TestCollector(files.full(pattern))
    files.append("app.log", text(1...500))
    collector.turn()
    files.move("app.log", "app.log.1")
    files.append("app.log", text(1...3, "new"))
    collector.turn()
    collector.turn(after: 10)
    gzip("app.log.1")
    if isStopped { collector.restart() }
    collector.turn()
    files.move("app.log.1.gz", "app.log.2.gz")
    collector.turn()
    collector.restart()
    collector.turn()
    collector.turn(after: 10)
    #expect(collector.lines == expected(1...500) + expected(1...3, "new"))
    #expect(collector.gaps == [])
    #expect(collector.openFileCount <= 1)
  }

  @Test(arguments: ["app.log", "app.log*"])
  func `numbers that follow dates in the names of rotated files hide none of them`(pattern: String) {
    let collector = TestCollector(files.full(pattern))
    files.append("app.log", text(1...50, "a"))
    collector.turn()
    usleep(10_000)
    files.move("app.log", "app.log-20261119-7")
    files.append("app.log", text(1...50, "b"))
    collector.turn()
    usleep(10_000)
    files.append("app.log", text(51...60, "b"))
    files.move("app.log", "app.log.1")
    files.append("app.log", text(1...50, "c"))
    usleep(10_000)
    gzip("app.log.1")
    files.move("app.log.1.gz", "app.log.2.gz")
    files.move("app.log", "app.log.1")
    files.append("app.log", text(1...50, "d"))
    usleep(10_000)
    gzip("app.log.1")
    files.move("app.log.2.gz", "app.log.3.gz")
    files.move("app.log.1.gz", "app.log.2.gz")
    files.move("app.log", "app.log.1")
    files.append("app.log", text(1...50, "e"))
    collector.restart()
    collector.turn()
    collector.turn(after: 10)
    let all = expected(1...50, "a") + expected(1...60, "b") + ["c", "d", "e"].flatMap { expected(1...50, $0) }
    #expect(collector.lines.sorted() == all.sorted())
    #expect(collector.gaps == [])
  }

  @Test(arguments: ["app.log", "app.log*"], [1, 20_000])
  func `a file that was compressed half read while nothing ran is read on where it was`(pattern: String, size: Int) {
    let collector = TestCollector(files.full(pattern))
    files.append("app.log", text(1...(size + 100)))
    collector.turn()
    files.append("app.log", text((size + 101)...(size + 5_000)))
    files.move("app.log", "app.log.1")
    gzip("app.log.1")
    files.append("app.log", text(1...3, "new"))
    collector.restart()
    collector.turn()
    collector.restart()
    collector.turn()
    collector.turn(after: 10)
    #expect(collector.lines == expected(1...(size + 5_000)) + expected(1...3, "new"))
    #expect(collector.gaps == [])
    let packed = collector.stored.values.first { $0.packedSize != nil }
    #expect(packed?.isFinished == true)
    #expect(packed.map { $0.offset == Int64(text(1...(size + 5_000)).utf8.count) } == true)
  }

  @Test(arguments: ["app.log", "app.log*"], ["app.log.2.gz", "app.log.3.gz"])
  func `unread, half read and live files are read in order of time`(pattern: String, oldest: String) {
    let collector = TestCollector(files.full(pattern))
    files.append("app.log", text(1...50, "a"))
    collector.turn()
    files.append("app.log", text(51...100, "a"))
    usleep(10_000)
    files.move("app.log", "app.log.3")
    files.append("app.log", text(1...100, "b"))
    usleep(10_000)
    files.move("app.log", "app.log.2")
    files.append("app.log", text(1...100, "c"))
    usleep(10_000)
    files.move("app.log", "app.log.1")
    files.append("app.log", text(1...100, "d"))
    usleep(10_000)
    gzip("app.log.2")
    if oldest == "app.log.3.gz" { gzip("app.log.3") }
    collector.restart()
    for _ in 0..<4 { collector.turn() }
    let wanted = expected(1...100, "a") + expected(1...100, "b") + expected(1...100, "c") + expected(1...100, "d")
    #expect(collector.lines == wanted)
    collector.restart()
    for _ in 0..<4 { collector.turn(after: 5) }
    #expect(collector.lines.count == wanted.count)
    #expect(collector.gaps == [])
  }

  @Test func `compressed files that a pattern names are read at the first start, in order`() {
    for number in [3, 2, 1] {
      files.append("app.log.\(number)", text(1...10, "file \(number)"))
      usleep(5_000)
    }
    for number in [1, 3, 2] { gzip("app.log.\(number)") }
    files.append("app.log", text(1...10, "live"))
    let collector = TestCollector(files.full("app.log*"))
    collector.turn()
    let wanted =
      expected(1...10, "file 3") + expected(1...10, "file 2") + expected(1...10, "file 1") + expected(1...10, "live")
    #expect(collector.lines == wanted)
    #expect(collector.states(".gz") == [.finished, .finished, .finished])
    let present = TestCollector(files.full("app.log*"), start: .end)
    present.turn()
    present.turn(after: 10)
    #expect(present.lines == [])
  }

  @Test func `a copy that is compressed while its log is cut is found`() {
    let collector = TestCollector(files.full("app.log"))
    files.append("app.log", text(1...100))
    collector.turn()
    files.append("app.log", text(101...300))
    files.copy("app.log", "app.log.1")
    files.overwrite("app.log", text(1...400, "new"))
    gzip("app.log.1")
    collector.turn()
    collector.turn()
    #expect(collector.lines.sorted() == (expected(1...300) + expected(1...400, "new")).sorted())
    #expect(collector.gaps == [])
  }

  @Test func `a growing file is waited for, and one that ends early or is damaged is a gap`() {
    var random = SplitMix64(seed: 3)
    let lines = (0..<20_000).map { _ in String(UInt64.random(in: 0...(.max), using: &random)) }
    files.append("whole", lines.map { $0 + "\n" }.joined())
    gzip("whole")
    let packed = files.bytes("whole.gz")
    files.write("app.log.1.gz", Array(packed.prefix(packed.count / 2)))
    let collector = TestCollector(files.full("app.log*"))
    collector.turn()
    let half = collector.lines.count
    #expect(half > 1_000 && half < 19_000)
    collector.turn(after: 3)
    #expect(collector.gaps == [])
    files.write("app.log.1.gz", Array(packed.suffix(packed.count - packed.count / 2)))
    collector.turn()
    #expect(collector.lines == lines)
    #expect(collector.states(".gz") == [.finished])
    files.write("app.log.2.gz", Array(packed.prefix(packed.count / 3)))
    var damaged = packed
    for index in (packed.count / 2)..<(packed.count / 2 + 200) { damaged[index] ^= 0x5A }
    files.write("other.gz", damaged)
    let second = TestCollector(files.full("app.log.2.gz"), files.full("other.gz"))
    second.turn()
    second.turn(after: 10)
    second.turn(after: 10)
    #expect(second.gaps.count == 2)
    #expect(second.gaps.allSatisfy { $0.to > $0.from })
    #expect(second.states(".gz") == [.finished, .finished])
    second.turn(after: 10)
    #expect(second.gaps.count == 2)
  }

  @Test func `members that follow each other, empty files and many at once`() {
    for number in 0..<12 {
      files.append("a\(number)", text(1...10, "first \(number)"))
      files.append("b\(number)", text(1...10, "second \(number)"))
      gzip("a\(number)")
      gzip("b\(number)")
      files.write("x\(number).gz", files.bytes("a\(number).gz") + files.bytes("b\(number).gz"))
    }
    files.append("empty", "")
    gzip("empty")
    files.move("empty.gz", "xempty.gz")
    let collector = TestCollector(files.full("x*.gz"))
    collector.turn()
    collector.turn(after: 10)
    #expect(collector.lines.count == 240 && Set(collector.lines).count == 240)
    #expect(collector.gaps == [])
  }

  @Test func `what decompresses to very much is streamed`() {
    #expect(system("head -c 8000000 /dev/zero | gzip -1 > '\(files.full("zeros.gz"))'") == 0)
    #expect(system("(yes x | head -c 4000000) | gzip -1 > '\(files.full("lines.gz"))'") == 0)
    let tailer = Tailer(sources: [TailSource(name: "app", patterns: [files.full("*.gz")])])
    _ = tailer.reconcile(now: .epoch)
    _ = tailer.takeCheckpoints()
    var delivered = 0
    for _ in 0..<10_000 {
      let outcome = tailer.readNext { _, bytes in
        delivered += bytes.byteCount
        return bytes.byteCount
      }
      if outcome == .caughtUp { break }
    }
    #expect(delivered == 4_000_000)
    let gaps = tailer.takeEvents().compactMap { if case .gap(let gap) = $0 { gap.to - gap.from } else { nil } }
    #expect(gaps == [8_000_000])
  }

  @Test(arguments: ["app.log", "app.log*"])
  func `a log that was copied, cut, renamed and compressed while nothing looked goes on in its copy`(
    pattern: String
  ) throws {
    let collector = TestCollector([TailSource(name: "app", patterns: [files.full(pattern)])])
    var written = 0
    func append(_ count: Int) {
      files.append("app.log", (written..<written + count).map { "line \($0) of this log\n" }.joined())
      written += count
    }
    append(10)
    collector.turn()
    collector.turn()
    #expect(collector.lines.count == 10)
    append(129)
    files.copy("app.log", "app.log.1")
    files.overwrite("app.log", "")
    append(68)
    files.move("app.log.1", "app.log.2")
    files.move("app.log", "app.log.1")
    append(21)
    gzip("app.log.1")
    files.move("app.log.2", "app.log.3")
    files.move("app.log.1.gz", "app.log.2.gz")
    files.move("app.log", "app.log.1")
    append(5)
    for _ in 0..<30 { collector.turn() }
    #expect(collector.lines.sorted() == (0..<written).map { "line \($0) of this log" }.sorted())
    #expect(Set(collector.lines).count == collector.lines.count)
  }
}
