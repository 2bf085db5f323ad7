import Domain

/// Spans with a short hand: times are seconds.
enum Fixture {
  static func span(
    _ id: String, run: String = "run-1", parent: String? = "root", operation: TraceSpan.Operation = .tool,
    start: Double, end: Double? = nil, isOpen: Bool = false, isError: Bool = false
  ) -> TraceSpan {
    var span = TraceSpan(
      traceID: "trace-of-" + run, spanID: id, parentID: parent, name: "step", operation: operation,
      start: Timestamp(seconds: start), end: isOpen ? nil : Timestamp(seconds: end ?? start + 0.5), isError: isError)
    span.conversationID = run
    span.agent = "search-agent"
    span.version = "1.0.0"
    return span
  }

  static func tool(
    _ id: String, run: String = "run-1", start: Double, tool: String = "search", arguments: String? = "{\"q\":1}",
    result: String? = "none", isError: Bool = false
  ) -> TraceSpan {
    var span = span(id, run: run, start: start, isError: isError)
    span.tool = tool
    span.arguments = arguments
    span.result = result
    return span
  }

  static func model(_ id: String, start: Double, tokens: (Int, Int)?, cost: Double? = nil) -> TraceSpan {
    var span = span(id, operation: .model, start: start)
    span.inputTokens = tokens?.0
    span.outputTokens = tokens?.1
    span.costUSD = cost
    return span
  }

  static func root(_ run: String = "run-1", start: Double = 0, end: Double) -> TraceSpan {
    span("root", run: run, parent: nil, operation: .agent, start: start, end: end)
  }

  /// Tool calls by one letter a call: equal letters are equal calls with equal results.
  static func calls(_ letters: String, from start: Double = 1) -> [TraceSpan] {
    letters.enumerated().map { index, letter in
      tool("s\(index)", start: start + Double(index), arguments: "{\"q\":\"\(letter)\"}", result: "r\(letter)")
    }
  }
}
