import Domain
import Glibc
import Testing

@testable import Tailing

struct RotationTests {
  let files: TestFiles

  init() throws {
    files = try TestFiles()
  }

  private func collector(_ pattern: String = "app.log") -> TestCollector { TestCollector(files.full(pattern)) }

  @Test(arguments: ["app.log", "app.log*", "*"])
  func `a renamed file is drained before the one that takes its place`(pattern: String) {
    let collector = collector(pattern)
    files.append("app.log", "a1\na2\n")
    collector.turn()
    files.append("app.log", "a3\n")
    files.move("app.log", "app.log.1")
    files.append("app.log", "b1\n")
    collector.turn()
    #expect(collector.lines == ["a1", "a2", "a3", "b1"])
    files.append("app.log.1", "a4\n")
    collector.turn(after: 3)
    #expect(collector.lines == ["a1", "a2", "a3", "b1", "a4"])
    #expect(collector.states("app.log.1") == [.draining])
    collector.turn(after: 3)
    #expect(collector.states("app.log.1") == [.draining], "the grace period begins with the last write")
    collector.turn(after: 3)
    #expect(collector.states("app.log.1") == [.finished])
    #expect(collector.openFileCount == 1)
    #expect(collector.gaps == [])
  }

  @Test(arguments: ["app.log", "app.log*"])
  func `several rotations while nothing ran are read in order of their age`(pattern: String) {
    let collector = collector(pattern)
    files.append("app.log", "a1\na2\n")
    collector.turn()
    files.append("app.log", "a3\n")
    usleep(10_000)
    files.move("app.log", "app.log.1")
    files.append("app.log", "b1\n")
    usleep(10_000)
    files.move("app.log.1", "app.log.2")
    files.move("app.log", "app.log.1")
    files.append("app.log", "c1\n")
    usleep(10_000)
    files.move("app.log.2", "app.log.3")
    files.move("app.log.1", "app.log.2")
    files.move("app.log", "app.log.1")
    files.append("app.log", "d1\n")
    collector.restart()
    collector.turn()
    #expect(collector.lines == ["a1", "a2", "a3", "b1", "c1", "d1"])
    collector.restart()
    collector.turn()
    collector.turn(after: 10)
    collector.turn(after: 10)
    #expect(collector.lines.count == 6)
    #expect(collector.gaps == [])
  }

  @Test func `an older file is read to its end before a newer one of the same log begins`() {
    var options = TailerOptions()
    options.chunkSize = 64
    let collector = TestCollector([TailSource(name: "app", patterns: [files.full("app.log")])], options: options)
    files.append("app.log", "0\n")
    collector.turn()
    var number = 1
    for _ in 0..<4 {
      for _ in 0..<100 {
        files.append("app.log", "\(number)\n")
        number += 1
      }
      for older in stride(from: 3, to: 0, by: -1) { files.move("app.log.\(older)", "app.log.\(older + 1)") }
      files.move("app.log", "app.log.1")
      usleep(10_000)
    }
    files.append("app.log", "\(number)\n")
    collector.restart()
    collector.turn(chunkLimit: 5)
    collector.restart()
    collector.turn()
    #expect(collector.lines == (0...number).map(String.init))
  }

  @Test func `a rotated file that a listing missed is still looked for after a restart`() {
    let collector = collector()
    files.append("app.log", "a1\n")
    collector.turn()
    usleep(10_000)
    files.move("app.log", "app.log.1")
    files.append("app.log", "c1\n")
    collector.turn()
    collector.restart()
    files.move("app.log.1", "app.log.2")
    files.append("app.log.1", "b1\n")
    collector.turn()
    #expect(collector.lines == ["a1", "c1", "b1"])
  }

  @Test func `rotated files that were there before the first start stay unread`() {
    files.append("app.log.1", "old\n")
    usleep(10_000)
    files.append("app.log", "a1\n")
    let collector = collector()
    collector.turn()
    files.move("app.log.1", "app.log.2")
    files.move("app.log", "app.log.1")
    files.append("app.log", "b1\n")
    collector.turn()
    #expect(collector.lines == ["a1", "b1"])
  }

  @Test(arguments: ["app-20261120.log", "app.log-20261120", "app.log.2026-11-20_14", "app.1.log"])
  func `a file in between is found under any usual name of a rotated log`(name: String) {
    let collector = collector()
    files.append("app.log", "a1\n")
    collector.turn()
    usleep(10_000)
    files.move("app.log", "kept.elsewhere")
    files.append("app.log", "b1\n")
    files.move("app.log", name)
    files.append("app.log", "c1\n")
    collector.turn()
    #expect(collector.lines == ["a1", "b1", "c1"])
  }

  @Test func `time-named files are simply new files`() {
    let collector = collector("app-*.log")
    files.append("app-2026-11-20-14.log", "a1\n")
    collector.turn()
    files.append("app-2026-11-20-15.log", "b1\n")
    collector.turn()
    #expect(collector.lines == ["a1", "b1"])
  }

  @Test func `the rest of a rotated file without a newline counts once the grace period is over`() {
    let collector = collector()
    files.append("app.log", "a1\nhalf")
    collector.turn()
    #expect(collector.lines == ["a1"])
    files.move("app.log", "app.log.1")
    files.append("app.log", "b1\n")
    collector.turn()
    collector.turn(after: 4)
    #expect(collector.lines == ["a1", "b1"])
    collector.turn(after: 4)
    #expect(collector.lines == ["a1", "b1", "half"])
    #expect(collector.chunks.last?.isUnterminated == true)
    #expect(collector.states("app.log.1") == [.finished])
    collector.restart()
    collector.turn()
    collector.turn(after: 10)
    #expect(collector.lines.count == 3)
  }

  @Test func `a file that is moved away or deleted is drained through its descriptor`() {
    files.makeDirectory("attic")
    let collector = collector()
    files.append("app.log", "a1\n")
    collector.turn()
    files.append("app.log", "a2\n")
    files.move("app.log", "attic/app.log")
    collector.turn()
    #expect(collector.lines == ["a1", "a2"])
    files.append("attic/app.log", "a3\n")
    collector.turn()
    #expect(collector.lines == ["a1", "a2", "a3"])
    files.append("app.log", "b1\n")
    collector.turn()
    files.append("app.log", "b2\n")
    files.delete("app.log")
    collector.turn()
    #expect(collector.states("app.log").contains(.waiting))
    collector.turn(after: 10)
    collector.turn(after: 10)
    #expect(collector.lines == ["a1", "a2", "a3", "b1", "b2"])
    #expect(collector.openFileCount == 0)
    #expect(collector.stored.isEmpty)
    #expect(collector.gaps == [])
  }

  @Test(arguments: [false, true])
  func `a file that is deleted and created anew is read from its start`(isRestarted: Bool) {
    let collector = collector()
    files.append("app.log", "a1\na2\n")
    collector.turn()
    for number in 1...5 {
      files.delete("app.log")
      files.append("app.log", "new \(number) is longer than what was there\n")
      if isRestarted { collector.restart() }
      collector.turn()
      collector.turn(after: 10)
    }
    #expect(collector.lines == ["a1", "a2"] + (1...5).map { "new \($0) is longer than what was there" })
  }

  @Test func `a removed file that was not read to its end is a gap after a restart`() {
    let collector = collector()
    files.append("app.log", "a1\npartial")
    collector.turn()
    files.delete("app.log")
    collector.restart()
    collector.turn()
    collector.turn(after: 10)
    #expect(collector.gaps.map(\.from) == [3])
    #expect(collector.gaps.map(\.to) == [10])
    #expect(collector.stored.isEmpty)
  }

  @Test func `a log that is written anew with what was in it is not counted again`() {
    let collector = collector()
    let text = (1...400).map { "line number \($0)\n" }.joined()
    files.append("app.log", text)
    collector.turn()
    files.copy("app.log", "temporary")
    files.append("temporary", "line number 401\n")
    files.move("temporary", "app.log")
    collector.turn()
    #expect(collector.lines == (1...401).map { "line number \($0)" })
  }
}
