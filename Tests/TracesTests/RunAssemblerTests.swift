import Domain
import Testing
import Traces

@Suite("Runs")
struct RunAssemblerTests {
  private func sample() -> [TraceSpan] {
    [
      Fixture.model("m1", start: 1, tokens: (100, 10), cost: 0.5),
      Fixture.tool("t1", start: 2, arguments: "{\"q\":1}"),
      Fixture.model("m2", start: 3, tokens: (200, 20), cost: 0.25),
      Fixture.tool("t2", start: 4, arguments: "{\"q\":2}", result: nil, isError: true),
      Fixture.span("other", operation: .other, start: 5),
      Fixture.root(end: 6),
    ]
  }

  @Test("counters do not depend on the order of the spans, nor on how they are batched")
  func orderDoesNotMatter() throws {
    var generator = SplitMix64(seed: 5)
    for _ in 0..<40 {
      var assembler = RunAssembler()
      var rest = sample().shuffled(using: &generator)[...]
      var ends = 0
      while !rest.isEmpty {
        let batch = rest.prefix(1 + Int(generator.next() % 3))
        rest = rest.dropFirst(batch.count)
        ends += assembler.add(Array(batch)).count { $0.didEnd }
      }
      let run = try #require(assembler.run("run-1"))
      #expect(run.spans == 6)
      #expect(run.steps == 4)
      #expect(run.modelCalls == 2)
      #expect(run.toolCalls == 2)
      #expect(run.toolErrors == 1)
      #expect(run.inputTokens == 300)
      #expect(run.outputTokens == 30)
      #expect(run.costUSD == 0.75)
      #expect(run.start == .epoch)
      #expect(run.end == Timestamp(seconds: 6))
      #expect(run.isEnded)
      #expect(ends == 1)
    }
  }

  @Test("a span that comes again changes nothing, also after the run was stored and restored")
  func duplicates() throws {
    var assembler = RunAssembler()
    _ = assembler.add(sample())
    let before = try #require(assembler.run("run-1"))
    #expect(assembler.add(sample()).first?.run == before)

    var later = RunAssembler()
    later.restore(before)
    let tools = sample().filter { $0.operation == .tool }
    #expect(later.add(tools).first?.run == before)
  }

  @Test("an open span opens a run and is counted once when it ends")
  func openSpans() throws {
    var assembler = RunAssembler()
    var open = Fixture.tool("t", start: 1)
    open.end = nil
    #expect(assembler.add([open]).first?.run.toolCalls == 0)
    #expect(assembler.run("run-1")?.isEnded == false)
    #expect(assembler.add([Fixture.tool("t", start: 1)]).first?.run.toolCalls == 1)
    #expect(assembler.run("run-1")?.spans == 1)
    #expect(assembler.add([open]).first?.run.spans == 1)
  }

  @Test("a conversation that goes on after its root ended is open again")
  func conversationGoesOn() {
    var assembler = RunAssembler()
    #expect(assembler.add([Fixture.root(end: 5)]).first?.didEnd == true)
    #expect(assembler.add([Fixture.tool("late", start: 3)]).first?.run.isEnded == true)
    #expect(assembler.add([Fixture.tool("new", start: 7)]).first?.run.isEnded == false)
    let root = Fixture.span("root-2", parent: nil, operation: .agent, start: 6, end: 9)
    #expect(assembler.add([root]).first?.didEnd == true)
  }

  @Test("the root names the agent, and the blind spots move with the name")
  func rootNames() {
    var assembler = RunAssembler()
    var child = Fixture.tool("t", start: 1, result: nil)
    child.agent = "the-service"
    _ = assembler.add([child])
    #expect(Set(assembler.blindSpots.map(\.agent)) == ["the-service"])
    _ = assembler.add([Fixture.root(end: 2)])
    #expect(assembler.run("run-1")?.agent == "search-agent")
    #expect(Set(assembler.blindSpots.map(\.agent)) == ["search-agent"])
    #expect(assembler.blindSpots.allSatisfy { $0.because.hasPrefix("results are absent in all 1 tool calls") })
  }

  @Test("what no span says stays unknown instead of zero")
  func unknownStaysUnknown() {
    var assembler = RunAssembler()
    let run = assembler.add([Fixture.model("m", start: 1, tokens: nil)]).first?.run
    #expect(run?.inputTokens == nil)
    #expect(run?.costUSD == nil)
    #expect(run?.summary()["input_tokens"]?.isNull == true)
    #expect(run?.summary()["end"]?.isNull == true)
  }

  @Test("the run touched longest ago is forgotten first, and blindness with it")
  func leastRecentlyUsed() {
    var assembler = RunAssembler(capacity: 3)
    for id in ["a", "b", "c", "a", "d"] {
      _ = assembler.add([Fixture.tool("s-\(id)-\(assembler.count)", run: id, start: 1, result: nil)])
    }
    #expect(assembler.runs.map(\.id) == ["d", "a", "c"])
    #expect(assembler.blindSpots.allSatisfy { $0.because.hasPrefix("results are absent in all 4 tool calls") })
    #expect(assembler.blindSpots.count > 1)
    let spans = ["a", "b", "z", "b"].map { Fixture.tool("x", run: $0, start: 2) }
    #expect(assembler.missingRunIDs(for: spans) == ["b", "z"])
  }

  @Test("memory stays bounded under hostile identifiers and endless runs")
  func bounded() throws {
    var assembler = RunAssembler(capacity: 50, spanMemory: 100)
    let huge = String(repeating: "ï", count: 5_000)
    for index in 0..<2_000 {
      var span = Fixture.tool(
        "\(index)" + huge, run: index % 2 == 0 ? "endless" : "run \(index)" + huge, start: Double(index),
        arguments: "{\"q\":\(index % 70)}")
      span.agent = "agent \(index)" + huge
      span.version = huge
      _ = assembler.add([span])
    }
    #expect(assembler.count == 50)
    #expect(assembler.blindSpots.isEmpty)
    for run in assembler.runs {
      #expect(run.json.text.utf8.count <= 16_384)
      #expect(run.id.utf8.count <= 140)
    }
  }
}
