import Domain
import Testing
import Traces

@Suite("LOOP_REPEAT")
struct RepetitionTests {
  private func repeats(_ updates: [RunUpdate]) -> [Finding] {
    updates.flatMap(\.findings).filter { $0.detector == "LOOP_REPEAT" }
  }

  @Test(
    "tiers follow the counts of the table",
    arguments: [
      ("aa", []), ("aab", []), ("aba", []),
      ("aaa", [.notice]), ("abababa", [.notice, .notice]), ("abcabca", [.notice]),
      ("aaaa", [.notice, .warn]), ("aaabaaa", [.notice]), ("aaabaaaa", [.notice, .warn]),
      ("aaaaaaa", [.notice, .warn]), ("aaaaaaaa", [.notice, .warn, .incident]),
      ("aaaaaaaaaaaaaaaaaaaa", [.notice, .warn, .incident]),
      ("abababababababababababa", [.notice, .notice, .incident]),
      ("aaaabbbb", [.notice, .warn, .notice, .warn]),
    ] as [(String, [Finding.Tier])])
  func tiers(letters: String, expected: [Finding.Tier]) {
    var whole = RunAssembler()
    let atOnce = repeats(whole.add(Fixture.calls(letters)))
    #expect(atOnce.map(\.tier) == expected)

    var single = RunAssembler()
    let oneByOne = Fixture.calls(letters).flatMap { repeats(single.add([$0])) }
    #expect(oneByOne == atOnce)
    #expect((whole.run("run-1")?.worstTier ?? .notice) >= (expected.max() ?? .notice))
    #expect((whole.run("run-1")?.findingCount ?? 0) >= expected.count)
  }

  @Test("twelve of the same, each after two others, is an incident though the ring holds only 32 steps")
  func anywhereBeyondTheRing() {
    var letters = ""
    let others = Array("bcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    for index in 0..<12 { letters += "a\(others[2 * index])\(others[2 * index + 1])" }
    var assembler = RunAssembler()
    let findings = repeats(assembler.add(Fixture.calls(letters)))
    #expect(findings.map(\.tier) == [.notice, .incident])
    #expect(findings.last?.spanIDs.last == "s33")
    #expect((findings.last?.spanIDs.count ?? 0) <= Finding.spanLimit)
  }

  @Test("another result, other arguments or another tool breaks the repetition")
  func whatMakesAStepDifferent() {
    for change in 0..<3 {
      var assembler = RunAssembler()
      let spans = (0..<6).map { index in
        Fixture.tool(
          "s\(index)", start: Double(index), tool: change == 0 ? "tool-\(index)" : "search",
          arguments: change == 1 ? "{\"page\":\(index)}" : "{}", result: change == 2 ? "page \(index)" : "same")
      }
      #expect(assembler.add(spans).flatMap(\.findings).isEmpty)
    }
  }

  @Test("what repeats in two runs does not add up")
  func runsAreSeparate() {
    var assembler = RunAssembler()
    let spans = (0..<4).map { Fixture.tool("s\($0)", run: "run-\($0 % 2)", start: Double($0)) }
    #expect(assembler.add(spans).flatMap(\.findings).isEmpty)
    #expect(assembler.count == 2)
  }

  @Test("spans of one batch are taken by start time, whatever their order")
  func orderWithinABatch() {
    var generator = SplitMix64(seed: 11)
    for letters in ["aaabaaa", "ababababaaaaaaaa", "aaaa"] {
      var reference = RunAssembler()
      let expected = reference.add(Fixture.calls(letters)).flatMap(\.findings)
      for _ in 0..<10 {
        var assembler = RunAssembler()
        let found = assembler.add(Fixture.calls(letters).shuffled(using: &generator)).flatMap(\.findings)
        #expect(found == expected)
      }
    }
  }

  @Test("a late step counts, but neither extends nor breaks the streak")
  func lateSteps() {
    var assembler = RunAssembler()
    _ = assembler.add(Fixture.calls("aaa", from: 10))
    let late = assembler.add([Fixture.tool("late", start: 5, arguments: "{\"q\":\"b\"}", result: "rb")])
    #expect(late.flatMap(\.findings).isEmpty)
    #expect(late.first?.run.toolCalls == 4)
    let next = assembler.add([Fixture.tool("next", start: 20, arguments: "{\"q\":\"a\"}", result: "ra")])
    #expect(next.flatMap(\.findings).map(\.tier) == [.warn])
  }

  @Test("a step whose arguments or result are unknown is never part of a repetition")
  func blindSteps() {
    var assembler = RunAssembler()
    let spans = (0..<20).map { Fixture.tool("s\($0)", start: Double($0), arguments: nil, result: "same") }
    #expect(repeats(assembler.add(spans)).isEmpty)
    #expect(
      assembler.blindSpots.first { $0.detector == "LOOP_REPEAT" }?.because
        .hasPrefix("arguments are absent in all 20 tool calls: record gen_ai.tool.call.arguments") == true)
    #expect(assembler.run("run-1")?.isBlind == true)
  }

  @Test("a failed call without a result is no blind spot")
  func failuresHaveNoResult() {
    var assembler = RunAssembler()
    _ = assembler.add([
      Fixture.tool("a", start: 1, result: nil, isError: true), Fixture.tool("b", start: 2, result: "x"),
    ])
    #expect(assembler.blindSpots.isEmpty)
    #expect(assembler.run("run-1")?.toolErrors == 1)
  }

  @Test("the finding names what repeated, within bounds")
  func findingText() throws {
    var assembler = RunAssembler()
    let long = "{\"q\":\"" + String(repeating: "long words ", count: 50) + "\"}"
    let spans = (0..<4).map {
      Fixture.tool("s\($0)", start: Double($0), arguments: long, result: "\u{1B}[31mred")
    }
    let finding = try #require(repeats(assembler.add(spans)).last)
    #expect(finding.detector == "LOOP_REPEAT")
    #expect(finding.detail == "search called 4 times in a row with the same arguments and the same result")
    #expect(finding.spanIDs == ["s0", "s1", "s2", "s3"])
    #expect(finding.at == Timestamp(seconds: 3.5))
    #expect(finding.evidence.hasPrefix("search({\"q\":\"long words"))
    #expect(finding.evidence.contains("\u{1B}[31mred"))
    #expect(finding.evidence.count < 330)
    #expect(Finding(json: try JSON(parsing: finding.json.text)) == finding)
  }
}
