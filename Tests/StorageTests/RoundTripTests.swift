import Domain
import Storage
import Testing

@Suite struct RoundTripTests {
  static let origin = Timestamp(seconds: 1_790_000_000)

  @Test func `files come back in the order of their numbers, and those that are gone do not`() throws {
    let directory = try StateDirectory()
    let store = try directory.store()
    let files = (1...3).map { number in
      StoredFile(
        id: Int64(number), source: "app", path: "/log/\u{1B}[31m'\(number)", offset: 40, size: 100, state: "reading",
        checkpoint: [0, 255, UInt8(number)])
    }
    try store.write { try $0.setFiles(files.reversed()) }
    #expect(try store.read { try $0.files() } == files)
    #expect(files.first?.lagBytes == 60)
    var moved = files
    moved[1].offset = 100
    try store.write { writer in
      try writer.setFiles([moved[1]])
      try writer.removeFiles([3])
    }
    #expect(try store.read { try $0.files() } == Array(moved.prefix(2)))
  }

  @Test func `a source keeps its newest thousand gaps, and another source's are left alone`() throws {
    let directory = try StateDirectory()
    let store = try directory.store()
    func gap(_ source: String, _ number: Int) -> StoredGap {
      StoredGap(
        source: source, path: "/log/a", from: Int64(number), to: Int64(number + 1), reason: "lost",
        at: Self.origin + .seconds(number))
    }
    try store.write { writer in
      try writer.addGaps([gap("quiet", 1)])
      try writer.addGaps((0..<1_005).map { gap("loud", $0) })
    }
    let gaps = try store.read { try $0.gaps() }
    #expect(gaps.filter { $0.source == "quiet" } == [gap("quiet", 1)])
    #expect(gaps.filter { $0.source == "loud" } == (5..<1_005).map { gap("loud", $0) })
  }

  @Test func `documents, sources, signals and references come back as they were stored last`() throws {
    let directory = try StateDirectory()
    let store = try directory.store()
    let odd: JSON = ["text": "a\u{0}\u{1B}'\"é😀", "n": 9_007_199_254_740_993, "x": 0.1, "nil": nil, "list": [1, [2]]]
    try store.write { writer in
      try writer.setDocument("plan", ["old": true])
      try writer.setDocument("plan", odd)
      try writer.setSource("b", ["lines": 1])
      try writer.setSource("a", odd)
      try writer.setSignals([("k2", odd), ("k1", ["s": 1])])
      try writer.setSignals([("k2", nil), ("k3", ["s": 3])])
      try writer.setReference(metric: "m", name: "auto", ["v": 1])
      try writer.setReference(metric: "m", name: "auto", ["v": 2])
      try writer.setReference(metric: "l", name: "auto", ["v": 3])
    }
    try store.read { reader throws in
      #expect(try reader.document("plan") == odd)
      #expect(try reader.document("other") == nil)
      #expect(try reader.sources().map(\.name) == ["a", "b"])
      #expect(try reader.sources().first?.state == odd)
      #expect(try reader.signals().map(\.key) == ["k1", "k3"])
      #expect(try reader.references() == [["v": 3], ["v": 2]])
      #expect(try reader.references(metric: "m") == [["v": 2]])
    }
  }

  @Test func `the newest runs are kept, newest first`() throws {
    let directory = try StateDirectory()
    let store = try directory.store()
    try store.write { writer in
      for number in 0..<20 {
        try writer.setRun(
          id: "run-\(number)", source: "agents", agent: "mail", lastEnd: Self.origin + .seconds(number),
          ["number": JSON(number)])
      }
      try writer.keepNewestRuns(5)
    }
    let runs = try store.read { try $0.newestRuns(limit: 100) }.compactMap { $0["number"]?.integer }
    #expect(Array(runs.prefix(5)) == [19, 18, 17, 16, 15])
    #expect(runs.count == 5)
    #expect(try store.read { try $0.run(id: "run-19") } == ["number": 19])
    #expect(try store.read { try $0.run(id: "run-3") } == nil)
  }
}
