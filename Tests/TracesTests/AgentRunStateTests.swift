import Domain
import Testing
import Traces

@Suite("Stored runs")
struct AgentRunStateTests {
  @Test("a run that is stored and resumed at any point finds what an uninterrupted one finds")
  func resume() throws {
    var generator = SplitMix64(seed: 17)
    for _ in 0..<25 {
      let letters = String((0..<40).map { _ in "aaaab".randomElement(using: &generator) ?? "a" })
      let spans = Fixture.calls(letters) + [Fixture.root(end: 100)]
      var whole = RunAssembler()
      let expected = spans.flatMap { whole.add([$0]) }.flatMap(\.findings)

      let cut = Int(generator.next() % UInt64(spans.count))
      var first = RunAssembler()
      var found = spans.prefix(cut).flatMap { first.add([$0]) }.flatMap(\.findings)
      var second = RunAssembler()
      if let stored = first.run("run-1") {
        let text = stored.json.text
        #expect(text.utf8.count <= 16_384)
        let restored = try #require(AgentRun(json: JSON(parsing: text)))
        #expect(restored == stored)
        second.restore(restored)
      }
      found += spans.dropFirst(cut).flatMap { second.add([$0]) }.flatMap(\.findings)
      #expect(found == expected)
      #expect(second.run("run-1") == whole.run("run-1"))
    }
  }

  @Test("a run that is held is not overwritten by its stored state")
  func restoreKeepsWhatIsHeld() throws {
    var assembler = RunAssembler()
    _ = assembler.add(Fixture.calls("ab"))
    let old = try #require(assembler.run("run-1"))
    _ = assembler.add([Fixture.root(end: 9)])
    assembler.restore(old)
    #expect(assembler.run("run-1")?.isEnded == true)
  }

  @Test(
    "what is not a stored run is refused, and damaged parts are dropped",
    arguments: ["{}", "[]", "{\"v\":3,\"id\":\"a\",\"trace\":\"b\",\"start\":1,\"end\":2}", "{\"v\":1,\"id\":\"a\"}"])
  func refused(text: String) throws {
    #expect(AgentRun(json: try JSON(parsing: text)) == nil)
  }

  @Test("negative and oversized numbers are clamped, unreadable steps dropped")
  func damaged() throws {
    let text = """
      {"v":1,"id":"a","trace":"b","start":1,"end":2,"spans":-5,"tool_calls":9223372036854775807,
       "ring":["zz","1 2 o s1",7],"outcomes":["1 -3 0","1 2 9","x"],"streak":-1}
      """
    let run = try #require(AgentRun(json: JSON(parsing: text)))
    #expect(run.spans == 0)
    #expect(run.toolCalls == 1 << 53)
    #expect(run.json["ring"]?.array?.count == 1)
    #expect(run.json["outcomes"]?.array?.count == 1)
    var assembler = RunAssembler()
    assembler.restore(run)
    #expect(assembler.add([Fixture.tool("s", run: "a", start: 1)]).count == 1)
  }
}
