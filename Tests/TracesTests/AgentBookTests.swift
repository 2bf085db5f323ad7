import Domain
import Testing

@testable import Traces

@Suite("Many runs of an agent")
struct AgentBookTests {
  /// Runs of a version, each a few tools long.
  private func runs(
    _ count: Int, version: String, from first: Int, _ tools: (Int) -> [String], refuses: (Int) -> Bool = { _ in false }
  ) -> [TraceSpan] {
    (first..<(first + count)).flatMap { number -> [TraceSpan] in
      let start = Double(number * 100)
      var spans = tools(number).enumerated().map { index, tool in
        Fixture.tool(
          "r\(number)-\(index)", run: "run-\(number)", start: start + Double(index + 1), tool: tool,
          arguments: "{\"n\":\(index)}", result: "r\(index)")
      }
      var answer = Fixture.model("r\(number)-m", start: start + 20, tokens: (100, 10))
      answer.conversationID = "run-\(number)"
      answer.traceID = "trace-of-run-\(number)"
      answer.outputText = refuses(number) ? "I'm sorry, but I can't help with that." : "Done \(number)."
      spans.append(answer)
      spans.append(Fixture.root("run-\(number)", start: start, end: start + 22))
      for index in spans.indices {
        spans[index].version = version
        spans[index].parentID = "root-\(number)"
      }
      spans[spans.count - 1].spanID = "root-\(number)"
      spans[spans.count - 1].parentID = nil
      return spans
    }
  }

  private func judge(_ spans: [TraceSpan]) -> (findings: [Finding], blind: [BlindSpot]) {
    var assembler = RunAssembler()
    for span in spans { _ = assembler.add([span]) }
    _ = assembler.finish()
    return (assembler.takeAgentFindings(), assembler.blindSpots.filter { $0.detector.hasPrefix("DRIFT") })
  }

  private func usual(_ number: Int) -> [String] {
    number % 3 == 0 ? ["read", "search", "send"] : ["read", "search", "search", "send"]
  }

  private func browsing(_ number: Int) -> [String] {
    number % 3 == 0 ? ["read", "fetch", "fetch", "send"] : ["read", "search", "fetch", "fetch", "fetch", "send"]
  }

  @Test("another way of working is found, and told in words")
  func drift() throws {
    let found = judge(runs(30, version: "1", from: 0, usual) + runs(20, version: "2", from: 30, browsing)).findings
    #expect(found.map(\.detector).contains("DRIFT_TOOLMIX"))
    let ways = try #require(found.first { $0.detector == "DRIFT_TRANSITION" })
    #expect(ways.tier == .warn)
    #expect(ways.version == "2")
    #expect(ways.runID.isEmpty)
    #expect(ways.detail.contains("fetch → fetch +"))
  }

  @Test("the same way of working under a new version is no drift, for twenty seeds of chance")
  func noDrift() {
    for seed in 0..<20 {
      var generator = SplitMix64(seed: UInt64(seed))
      let lengths = (0..<60).map { _ in Int(generator.next() % 3) }
      func tools(_ number: Int) -> [String] {
        ["read"] + Array(repeating: "search", count: 1 + lengths[number]) + ["send"]
      }
      let found = judge(runs(40, version: "1", from: 0, tools) + runs(20, version: "2", from: 40, tools)).findings
      #expect(found.filter { $0.detector == "DRIFT_TOOLMIX" || $0.detector == "DRIFT_STEPS" }.isEmpty)
    }
  }

  @Test("too few runs are said, not judged")
  func tooFew() {
    let (found, blind) = judge(runs(30, version: "1", from: 0, usual) + runs(12, version: "2", from: 30, browsing))
    #expect(found.isEmpty)
    #expect(blind.map(\.because) == ["version 2 has 12 ended runs: a comparison needs 8 more runs"])
  }

  @Test("three windows in a row make a drift an incident")
  func threeWindows() {
    let found = judge(runs(30, version: "1", from: 0, usual) + runs(60, version: "2", from: 30, browsing)).findings
    #expect(found.filter { $0.detector == "DRIFT_TOOLMIX" }.map(\.tier) == [.warn, .incident])
  }

  @Test("refusals count as a rate, never as a run's fault")
  func refusals() {
    let spans =
      runs(40, version: "1", from: 0, usual, refuses: { $0 % 20 == 0 })
      + runs(20, version: "2", from: 40, usual, refuses: { $0 % 2 == 0 })
    var assembler = RunAssembler()
    let ofRuns = spans.flatMap { assembler.add([$0]) }.flatMap(\.findings)
    #expect(ofRuns.isEmpty)
    #expect(assembler.takeAgentFindings().map(\.detector) == ["REFUSAL_RATE"])
  }

  @Test("a run far beyond what successful runs needed is a warning where no budget is declared")
  func baselineBudget() {
    let long = runs(1, version: "1", from: 60, { _ in (0..<15).map { "tool-\($0)" } })
    var assembler = RunAssembler()
    for span in runs(60, version: "1", from: 0, usual) { _ = assembler.add([span]) }
    let found = long.flatMap { assembler.add([$0]) }.flatMap(\.findings)
    #expect(found.map(\.detector) == ["BUDGET_STEPS"])
    #expect(found.map(\.tier) == [.warn])
  }

  @Test("a tool that begins to fail is told by its rate against earlier windows")
  func errorRate() {
    var book = AgentBook(agent: "a")
    var found: [Finding] = []
    for index in 0..<400 {
      let isError = index < 300 ? index % 25 == 0 : index % 2 == 0
      found += book.note(tool: "search", isError: isError, version: nil, at: Timestamp(seconds: Double(index)))
    }
    #expect(found.map(\.detector) == ["TOOL_ERROR_RATE"])
  }

  @Test("ranks and intervals are those of the textbooks")
  func statistics() {
    // scipy 1.14: mannwhitneyu([1..20], [11..30]), two-sided, asymptotic with continuity.
    let p = RunComparison.mannWhitney((1...20).map(Double.init), (11...30).map(Double.init))
    #expect(abs(p - 5.1e-5) < 3e-5)
    #expect(RunComparison.mannWhitney([1, 1, 1], [1, 1, 1]) == 1)
    // Wilson, 95 %, 10 of 50: 0.1124 to 0.3304.
    let interval = Proportion(10, of: 50).interval
    #expect(abs(interval.lowerBound - 0.1124) < 0.0005)
    #expect(abs(interval.upperBound - 0.3304) < 0.0005)
  }
}
