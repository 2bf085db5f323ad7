import Domain
import Glibc
import Testing

@testable import Tailing

struct TruncationTests {
  let files: TestFiles

  init() throws {
    files = try TestFiles()
  }

  private func copyAndTruncate(_ text: String = "") {
    files.copy("app.log", "app.log.1")
    files.overwrite("app.log", text)
  }

  @Test(arguments: ["app.log", "app.log*"], [false, true])
  func `a log that was copied and cut when all was read is not counted again`(pattern: String, isRestarted: Bool) {
    let collector = TestCollector(files.full(pattern))
    files.append("app.log", "a1\na2\n")
    collector.turn()
    copyAndTruncate()
    if isRestarted { collector.restart() }
    collector.turn()
    files.append("app.log", "b1\n")
    collector.turn()
    collector.turn(after: 10)
    collector.turn(after: 10)
    #expect(collector.lines == ["a1", "a2", "b1"])
    #expect(collector.gaps == [])
  }

  @Test(arguments: ["app.log", "app.log*"], [false, true])
  func `the unread rest is read from the copy, before the new lines`(pattern: String, isRestarted: Bool) {
    let collector = TestCollector(files.full(pattern))
    files.append("app.log", "a1\na2\n")
    collector.turn()
    files.append("app.log", "a3\n")
    copyAndTruncate("b1, of which there is more than there was before\n")
    if isRestarted { collector.restart() }
    collector.turn()
    #expect(collector.lines == ["a1", "a2", "a3", "b1, of which there is more than there was before"])
    collector.turn(after: 10)
    #expect(collector.lines.count == 4)
    #expect(collector.gaps == [])
  }

  @Test(arguments: ["app.log", "app.log*"])
  func `two copies were made while nothing ran`(pattern: String) {
    let collector = TestCollector(files.full(pattern))
    files.append("app.log", "a1\n")
    collector.turn()
    files.append("app.log", "a2\n")
    copyAndTruncate("b1\nb2\n")
    usleep(10_000)
    files.move("app.log.1", "app.log.2")
    copyAndTruncate("c1\n")
    collector.restart()
    collector.turn()
    #expect(collector.lines == ["a1", "a2", "b1", "b2", "c1"])
  }

  @Test func `a copy that is being made is not taken for a new file`() {
    let collector = TestCollector(files.full("app.log*"))
    let lines = (1...500).map { "line \($0)" }
    files.append("app.log", lines.map { $0 + "\n" }.joined())
    collector.turn()
    let start = Array(lines.map { $0 + "\n" }.joined().utf8.prefix(2_000))
    files.write("app.log.1", [])
    collector.turn()
    files.write("app.log.1", start)
    collector.turn()
    #expect(collector.lines == lines)
    copyAndTruncate("next\n")
    collector.turn()
    collector.turn(after: 10)
    #expect(collector.lines == lines + ["next"])
    #expect(collector.gaps == [])
  }

  @Test func `a copy that goes its own way is read from there`() {
    let collector = TestCollector(files.full("app.log*"))
    files.append("app.log", "a1\na2\n")
    collector.turn()
    files.copy("app.log", "app.log.2026")
    collector.turn()
    files.append("app.log.2026", "other\n")
    collector.turn()
    #expect(collector.lines == ["a1", "a2", "other"])
  }

  @Test func `a cut without a copy is a gap and reading begins anew`() {
    let collector = TestCollector(files.full("app.log"))
    files.append("app.log", "a1\na2\npart")
    collector.turn()
    files.overwrite("app.log", "b1\n")
    collector.turn()
    #expect(collector.lines == ["a1", "a2", "b1"])
    #expect(collector.gaps.map { $0.from..<$0.to } == [6..<10])
    #expect(collector.stored.count == 1)
  }

  @Test func `content of the same length that was written over the old is noticed`() {
    let collector = TestCollector(files.full("app.log"))
    files.append("app.log", "a1\na2\n")
    collector.turn()
    usleep(10_000)
    files.overwrite("app.log", "b1\nb2\n")
    collector.turn()
    #expect(collector.lines == ["a1", "a2", "b1", "b2"])
    #expect(collector.gaps.count == 1)
  }

  @Test(arguments: [10, 5_000, 2_000_000])
  func `NULs at the head are passed over with a gap`(count: Int) {
    let collector = TestCollector(files.full("app.log"))
    files.write("app.log", [UInt8](repeating: 0, count: count) + Array("a1\n".utf8))
    collector.turn()
    #expect(collector.lines == ["a1"])
    #expect(collector.gaps.map { $0.from..<$0.to } == [0..<Int64(count)])
    files.append("app.log", "a2\n")
    collector.restart()
    collector.turn()
    #expect(collector.lines == ["a1", "a2"])
  }

  @Test func `a writer that keeps its offset after the cut leaves a hole`() {
    let collector = TestCollector(files.full("app.log"))
    let descriptor = open(files.full("app.log"), O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
    defer { close(descriptor) }
    let block = String(repeating: "x", count: 99) + "\n"
    for _ in 0..<100 { write(descriptor, block, 100) }
    collector.turn()
    files.copy("app.log", "app.log.1")
    truncate(files.full("app.log"), 0)
    write(descriptor, "after\n", 6)
    collector.turn()
    collector.turn()
    #expect(collector.lines.count == 101)
    #expect(collector.lines.last == "after")
    #expect(collector.gaps.map { $0.from..<$0.to } == [0..<10_000])
  }

  @Test func `files with the same beginning are not taken for copies`() {
    let header = String(repeating: "#", count: 1_023) + "\n"
    let collector = TestCollector(files.full("*.csv"))
    for number in 0..<400 { files.append("part-\(number).csv", header) }
    for number in 0..<400 { files.append("empty-\(number).csv", "") }
    collector.turn()
    #expect(collector.lines.count == 400)
    for number in 0..<400 { files.append("part-\(number).csv", "row \(number)\n") }
    for number in 0..<400 { files.append("empty-\(number).csv", header) }
    collector.turn()
    #expect(collector.lines.count == 1_200)
    #expect(Set(collector.lines).count == 401)
    files.delete("part-0.csv")
    files.append("part-400.csv", header + "row 400\n")
    collector.turn()
    #expect(collector.lines.count == 1_202)
  }
}
