import Domain
import Testing

@testable import Traces

@Suite struct SpanTreeTests {
  /// A step of a run; times in seconds.
  static func step(
    _ id: String, in parent: String? = nil, _ start: Double, _ end: Double?, tool: String? = nil,
    arguments: String? = nil, tokens: Int? = nil, cost: Double? = nil
  ) -> RunStep {
    var span = TraceSpan(
      traceID: "t", spanID: id, parentID: parent, name: id, operation: tool == nil ? .model : .tool,
      start: Timestamp(seconds: start), end: end.map { Timestamp(seconds: $0) })
    span.tool = tool
    span.model = tool == nil ? "large" : nil
    span.setArguments(arguments)
    span.inputTokens = tokens
    span.costUSD = cost
    return RunStep(span) { $0 }
  }

  private func names(_ tree: SpanTree, _ steps: [RunStep]) -> [String] {
    tree.nodes.map { String(repeating: " ", count: $0.depth) + steps[$0.step].spanID }
  }

  @Test("parents come before children and siblings in time, in whatever order they were written")
  func order() {
    let steps = [
      Self.step("c", in: "a", 3, 4), Self.step("e", in: "b", 1.2, 1.4), Self.step("b", in: "a", 1, 2),
      Self.step("a", 0, 5), Self.step("x", in: "gone", 2, 3),
    ]
    for rotation in 0..<steps.count {
      let steps = Array(steps[rotation...] + steps[..<rotation])
      let tree = SpanTree(steps)
      #expect(names(tree, steps) == ["a", " b", "  e", " c", "x"])
      #expect(tree.nodes.map(\.below) == [3, 1, 0, 0, 0])
    }
  }

  @Test("circles and spans that are their own parents are all listed, each once")
  func circles() {
    let steps = [
      Self.step("a", in: "b", 0, 1), Self.step("b", in: "a", 1, 2), Self.step("c", in: "c", 2, 3),
      Self.step("d", in: "a", 3, 4),
    ]
    let tree = SpanTree(steps)
    #expect(Set(tree.nodes.map(\.step)) == [0, 1, 2, 3] && tree.nodes.count == 4)
  }

  @Test("a chain of 20 000 spans is a tree of bounded depth")
  func deep() {
    let steps = (0..<20_000).map { Self.step("\($0)", in: $0 == 0 ? nil : "\($0 - 1)", Double($0), Double($0 + 1)) }
    let tree = SpanTree(steps)
    #expect(tree.nodes.count == 20_000 && tree.nodes.map(\.depth).max() == SpanTree.depthLimit)
    #expect(tree.nodes[0].below == 19_999)
  }

  @Test("tokens and cost add up below a span, and an agent that repeats the sum is not counted twice")
  func totals() {
    let steps = [
      Self.step("agent", 0, 9, tokens: 30, cost: 0.3), Self.step("a", in: "agent", 0, 1, tokens: 10, cost: 0.1),
      Self.step("b", in: "agent", 1, 2, tokens: 20, cost: 0.2), Self.step("c", in: "agent", 2, 3, tool: "t"),
    ]
    let tree = SpanTree(steps)
    #expect(tree.nodes.map(\.tokens) == [30, 10, 20, nil])
    #expect(SpanTree(Array(steps.dropFirst())).nodes.map(\.tokens) == [10, 20, nil])
    #expect(tree.nodes[3].costUSD == nil)
  }

  @Test("equal calls, and loops of a model and a tool, are told as one; different arguments are not")
  func repeats() {
    func calls(_ arguments: [String], withModel: Bool) -> [RunStep] {
      [Self.step("root", 0, 100)]
        + arguments.enumerated().flatMap { index, argument -> [RunStep] in
          let at = Double(index) * 2
          let tool = Self.step("t\(index)", in: "root", at + 1, at + 2, tool: "search", arguments: argument)
          return withModel ? [Self.step("m\(index)", in: "root", at, at + 1), tool] : [tool]
        }
    }
    for withModel in [false, true] {
      let same = SpanTree(calls(Array(repeating: "{\"q\":1}", count: 7), withModel: withModel)).nodes
      #expect(same.filter { $0.repeats == 7 }.count == 1)
      #expect(same.count { $0.isRepeat } == (withModel ? 12 : 6))
      let different = SpanTree(calls((0..<7).map { "{\"q\":\($0)}" }, withModel: withModel)).nodes
      #expect(different.allSatisfy { $0.repeats == 1 && !$0.isRepeat })
      let two = SpanTree(calls(["a", "a", "b"], withModel: withModel)).nodes
      #expect(two.allSatisfy { $0.repeats == 1 })
    }
  }

  @Test("the critical path leads through the children that kept their parent waiting")
  func criticalPath() {
    let steps = [
      Self.step("root", 0, 10), Self.step("a", in: "root", 0, 4), Self.step("b", in: "root", 1, 3),
      Self.step("c", in: "root", 5, 10), Self.step("d", in: "c", 5, 6), Self.step("e", in: "root", 6, 7),
    ]
    let tree = SpanTree(steps)
    let critical = tree.nodes.filter(\.isCritical).map { steps[$0.step].spanID }
    #expect(Set(critical) == ["root", "a", "c", "d"])
  }

  @Test("an excerpt is kept of what was said, without its secrets, and comes back as it was stored")
  func roundTrip() throws {
    let key = "sk-" + String(repeating: "Ab3", count: 12)
    var span = TraceSpan(
      traceID: "t", spanID: "s", parentID: "p", name: "n", operation: .tool, start: Timestamp(seconds: 1),
      end: Timestamp(seconds: 2), isError: true)
    span.tool = "shell"
    span.statusMessage = "exit 1"
    span.setArguments("{\"token\":\"\(key)\",\"long\":\"\(String(repeating: "x ", count: 4_000))\"}")
    span.inputTokens = 5
    span.costUSD = 0.25
    let step = RunStep(span) { $0 }
    #expect(!(step.arguments ?? "").contains(key) && (step.arguments ?? "").count <= RunStep.contentLimit)
    let stored = try JSON(parsing: step.json.text)
    #expect(RunStep(runID: step.runID, spanID: step.spanID, json: stored) == step)
    #expect(RunStep(span) { _ in nil }.arguments == nil)
  }

  @Test("two runs are aligned on their longest common sequence")
  func alignment() {
    func text(_ left: String, _ right: String) -> String {
      StepAlignment.pairs(left.map(String.init), right.map(String.init))
        .map { "\($0.left ?? "-")\($0.right ?? "-")" }.joined(separator: " ")
    }
    #expect(text("abc", "abc") == "aa bb cc")
    #expect(text("abc", "axc") == "aa b- -x cc")
    #expect(text("", "ab") == "-a -b")
    #expect(StepAlignment.pairs(Array(repeating: "a", count: 5_000), []).count == StepAlignment.limit)
  }
}
