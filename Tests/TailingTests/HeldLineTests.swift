import Domain
import Testing

@testable import Tailing

/// A consumer of records of several lines: a line that begins with a space belongs to the record before it.
struct HeldLineTests {
  let files: TestFiles

  init() throws {
    files = try TestFiles()
  }

  /// Takes only records that are known to be whole: those before the last line that begins one.
  private func wholeRecords(_ info: ChunkInfo, _ bytes: [UInt8]) -> Int {
    if info.isFinal { return bytes.count }
    var start = 0
    var taken = 0
    for (index, byte) in bytes.enumerated() where byte == 0x0A {
      if bytes[start] != 0x20 { taken = start }
      start = index + 1
    }
    return taken
  }

  private func collector(_ pattern: String = "app.log", options: TailerOptions = TailerOptions()) -> TestCollector {
    let collector = TestCollector([TailSource(name: "app", patterns: [files.full(pattern)])], options: options)
    collector.take = wholeRecords
    return collector
  }

  @Test func `a record that is not whole is offered again with what follows it`() {
    let collector = collector()
    files.append("app.log", "a\n a1\nb\n")
    collector.turn()
    #expect(collector.lines == ["a", " a1"])
    #expect(collector.stored.values.map(\.offset) == [6])
    files.append("app.log", " b1\n")
    collector.turn()
    #expect(collector.lines == ["a", " a1"])
    files.append("app.log", "c\n")
    collector.restart()
    collector.turn()
    #expect(collector.lines == ["a", " a1", "b", " b1"])
  }

  @Test func `held lines are offered for the last time when the file has been quiet`() {
    let collector = collector()
    files.append("app.log", "a\n a1\npart")
    collector.turn()
    let offers = collector.chunks.count
    collector.turn()
    #expect(collector.chunks.count == offers, "not offered again while nothing changes")
    files.append("app.log", "ial\n")
    collector.turn()
    #expect(collector.lines == ["a", " a1"])
    collector.turn()
    collector.turn()
    #expect(collector.lines == ["a", " a1"])
    collector.turn()
    #expect(collector.lines == ["a", " a1", "partial"])
    #expect(collector.chunks.last?.isFinal == true)
    #expect(collector.tailer.wait(timeout: .milliseconds(20)) != .woken)
    let after = collector.chunks.count
    collector.turn(after: 10)
    #expect(collector.chunks.count == after)
  }

  @Test func `nothing is held when everything is to be finished`() {
    let collector = collector()
    files.append("app.log", "a\n a1\nb\n b1\n")
    collector.turn(finishing: true)
    #expect(collector.lines == ["a", " a1", "b", " b1"])
  }

  @Test func `the record at the end of a rotated file is whole, unterminated line included, and comes first`() {
    let collector = collector()
    files.append("app.log", "a\n")
    collector.turn()
    files.append("app.log", " a1\n a2")
    files.move("app.log", "app.log.1")
    files.append("app.log", "b\nc\n")
    collector.turn()
    #expect(collector.lines == [])
    for _ in 0..<8 { collector.turn() }
    #expect(collector.lines == ["a", " a1", " a2", "b", "c"])
    #expect(collector.chunks.contains { $0.isUnterminated && $0.isFinal })
    #expect(collector.states("app.log.1") == [.finished])
  }

  @Test(arguments: [64, 1_000, 256 << 10])
  func `records of any length are whole up to the most that one offer holds`(chunkSize: Int) {
    var options = TailerOptions()
    options.chunkSize = chunkSize
    options.maximumLineLength = 4_096
    let collector = collector(options: options)
    var expected: [String] = []
    var text = ""
    for record in 0..<200 {
      expected.append("record \(record)")
      for line in 0..<(record % 40) { expected.append(" line \(line) of \(record)") }
    }
    expected.append("end")
    text = expected.map { $0 + "\n" }.joined()
    files.append("app.log", text)
    collector.turn()
    #expect(collector.lines == Array(expected.dropLast()))
    // More than fits is taken in pieces rather than waited for.
    files.append("app.log", String(repeating: " more\n", count: 2_000))
    for _ in 0..<6 { collector.turn() }
    #expect(collector.lines.count == expected.count + 2_000)
    #expect(collector.chunks.contains { $0.isFinal })
  }

  @Test func `a claim that ends within a line counts as far as the line before`() {
    files.append("app.log", "a1\n")
    let tailer = Tailer(sources: [TailSource(name: "app", patterns: [files.full("app.log")])])
    _ = tailer.reconcile(now: .epoch)
    _ = tailer.takeCheckpoints()
    for (claimed, offset) in [(-5, nil), (2, nil), (4, 3), (99, 15)] as [(Int, Int64?)] {
      files.append("app.log", "a2\n")
      _ = tailer.reconcile(now: .epoch)
      _ = tailer.readNext { _, _ in claimed }
      #expect(tailer.takeCheckpoints().map(\.offset) == (offset.map { [$0] } ?? []))
    }
  }

  @Test func `the head of a file that is read in its middle`() {
    let collector = TestCollector(files.full("app.csv"))
    files.append("app.csv", "time,value\n1,2\n")
    collector.turn()
    collector.restart()
    files.append("app.csv", "3,4\n")
    collector.turn()
    let id = collector.chunks.last?.fileID ?? 0
    #expect(collector.chunks.last?.startOffset == 15)
    #expect(collector.tailer.head(of: id, maximum: 11) == Array("time,value\n".utf8))
    #expect(collector.tailer.head(of: id, maximum: .max)?.count == 19)
    #expect(collector.tailer.head(of: id + 1, maximum: 10) == nil)
  }
}
