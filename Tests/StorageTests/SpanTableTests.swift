import Domain
import Storage
import Testing

@Suite struct SpanTableTests {
  @Test("a span that comes again replaces the one before, and the oldest make room")
  func spans() throws {
    let directory = try StateDirectory()
    let store = try directory.store()
    func part(_ run: String, _ span: Int, _ text: String = "x") -> StoredRunPart {
      StoredRunPart(run: run, span: "s\(span)", body: ["name": .string(text)])
    }
    try store.write { try $0.setSpans((0..<10).map { part("a'; DROP TABLE span;--", $0) }, limit: 100) }
    try store.write { try $0.setSpans([part("a'; DROP TABLE span;--", 3, "later")], limit: 100) }
    let kept = try store.read { try $0.spans(of: "a'; DROP TABLE span;--", limit: 50) }
    #expect(kept.count == 10 && kept.last == part("a'; DROP TABLE span;--", 3, "later"))
    let newest = try store.read { try $0.newestSpan(of: "a'; DROP TABLE span;--") }
    try store.write { try $0.setSpans((0..<30).map { part("b", $0) }, limit: 20) }
    #expect(try store.read { try $0.spans(of: "b", limit: 50) }.count == 20)
    #expect(try store.read { try $0.spans(of: "a'; DROP TABLE span;--", limit: 50) }.isEmpty)
    #expect(try store.read { try $0.spans(of: "b", limit: 5) }.count == 5)
    let nobody = try store.read { try $0.newestSpan(of: "nobody") }
    #expect(newest != nil && nobody == nil)
  }

  @Test("findings are kept in order, the newest of them")
  func findings() throws {
    let directory = try StateDirectory()
    let store = try directory.store()
    try store.write { writer in
      try writer.addFindings((0..<30).map { StoredRunPart(run: "r", body: ["n": .integer(Int64($0))]) }, limit: 10)
    }
    let kept = try store.read { try $0.findings(of: "r", limit: 50) }.compactMap { $0["n"]?.integer }
    #expect(kept == Array(20..<30))
  }

  @Test("a run that is stored anew gets a row above the others, so that what is known by row is never old")
  func runRows() throws {
    let directory = try StateDirectory()
    let store = try directory.store()
    func put(_ id: String, _ steps: Int) throws {
      try store.write {
        try $0.setRun(id: id, source: "", agent: "a", lastEnd: Timestamp(seconds: 5), ["n": JSON(steps)])
      }
    }
    for id in ["a", "b", "c"] { try put(id, 1) }
    let before = try store.read { try $0.newestRunRows(limit: 10) }
    try put("a", 2)
    let after = try store.read { try $0.newestRunRows(limit: 10) }
    #expect(before.count == 3 && Set(after).subtracting(before).count == 1)
    let changed = try #require(Set(after).subtracting(before).first)
    #expect(changed > before.max() ?? .max)
    #expect(try store.read { try $0.run(row: changed) } == ["n": 2])
    #expect(try store.read { try $0.newestRunRows(limit: 2) }.count == 2)
  }
}
