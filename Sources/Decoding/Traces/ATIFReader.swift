import Domain

/// Reads trajectories in Harbor's format ATIF: one run a document.
struct ATIFReader: TraceRecordReader {
  mutating func read(_ record: JSON, into batch: inout TraceBatch) {
    guard let steps = record[known: "steps"]?.array else {
      batch.refuse("a trajectory without steps")
      return
    }
    let session =
      (TraceValue.name(record[known: "session_id"]) ?? SpanIdentity.trace(JSON.array(steps).canonical))
      .boundedIdentifier()
    let agent = record[known: "agent"]
    let name = TraceValue.name(agent?[known: "name"])
    var clock = Clock(steps)
    var root = TraceSpan(
      traceID: session, spanID: SyntheticRoots.id(of: session), parentID: nil, name: name ?? "agent",
      operation: .agent, start: clock.first, end: nil)
    root.conversationID = session
    root.sessionID = session
    root.agent = name
    root.version = TraceValue.name(agent?[known: "version"])
    root.model = TraceValue.name(agent?[known: "model_name"])
    root.kind = "run"
    root.hasSyntheticTime = clock.isSynthetic
    root.declaredTools = ChatMessages.toolNames(agent?[known: "tool_definitions"])
    for (index, step) in steps.enumerated() {
      guard step.object != nil else {
        batch.refuse("a step that is no object")
        continue
      }
      let (start, end) = clock.next(step)
      read(step, index: index, from: start, to: end, root: root, &batch)
    }
    root.end = clock.last
    root.costUSD = nil
    batch.append(root)
  }

  /// The times of the steps, or seconds where they have none. A step's time is when it was done.
  private struct Clock {
    let isSynthetic: Bool
    private(set) var first: Timestamp
    private(set) var last: Timestamp
    private var step = 0

    init(_ steps: [JSON]) {
      let times = steps.compactMap { TraceValue.time($0[known: "timestamp"]) }
      isSynthetic = times.isEmpty
      first = times.min() ?? .epoch
      last = first
    }

    mutating func next(_ json: JSON) -> (Timestamp, Timestamp) {
      step += 1
      let before = last
      if isSynthetic {
        last = SpanIdentity.instant(ofStep: step)
      } else if let time = TraceValue.time(json[known: "timestamp"]) {
        last = max(last, time)
      }
      return (before, last)
    }
  }

  private func read(
    _ step: JSON, index: Int, from start: Timestamp, to end: Timestamp, root: TraceSpan, _ batch: inout TraceBatch
  ) {
    func span(_ name: String, _ operation: TraceSpan.Operation, _ key: String) -> TraceSpan {
      var span = TraceSpan(
        traceID: root.traceID, spanID: SpanIdentity.span(root.traceID, "\(index)", key), parentID: root.spanID,
        name: name, operation: operation, start: start, end: end)
      span.conversationID = root.conversationID
      span.sessionID = root.sessionID
      span.agent = root.agent
      span.version = root.version
      span.hasSyntheticTime = root.hasSyntheticTime
      return span
    }
    let message = ChatMessages.message(["role": "assistant", "content": step[known: "message"] ?? ""])
    guard step[known: "source"]?.string == "agent" else {
      var prompt = span(step[known: "source"]?.string ?? "message", .other, "message")
      prompt.start = end
      prompt.kind = step[known: "source"]?.string
      prompt.setInputText(message.text)
      batch.append(prompt)
      return
    }
    let metrics = step[known: "metrics"]
    let calls = step[known: "tool_calls"]?.array ?? []
    var model = span("chat", .model, "model")
    model.model = TraceValue.name(step[known: "model_name"]) ?? root.model
    if let name = model.model { model.name = "chat \(name)" }
    model.inputTokens = TraceValue.count(metrics?[known: "prompt_tokens"])
    model.outputTokens = TraceValue.count(metrics?[known: "completion_tokens"])
    model.cacheReadTokens = TraceValue.count(metrics?[known: "cached_tokens"])
    model.costUSD = TraceValue.amount(metrics?[known: "cost_usd"])
    model.setOutputText(message.text)
    model.toolRequests = calls.prefix(TraceSpan.listLimit).compactMap { call in
      TraceValue.name(call[known: "function_name"]).map {
        TraceSpan.ToolRequest(
          id: TraceValue.name(call[known: "tool_call_id"]), name: $0,
          argumentsHash: TraceValue.content(call[known: "arguments"]).map(ContentHash.of))
      }
    }
    batch.append(model)
    let results = step[known: "observation"]?[known: "results"]?.array ?? []
    for (number, call) in calls.enumerated() {
      let id = TraceValue.name(call[known: "tool_call_id"])
      let tool = TraceValue.name(call[known: "function_name"])
      var execution = span("execute_tool " + (tool ?? ""), .tool, "tool-\(number)")
      execution.start = end
      execution.tool = tool
      execution.toolCallID = id
      execution.setArguments(TraceValue.content(call[known: "arguments"]))
      let own = results.first { id != nil && TraceValue.name($0[known: "source_call_id"]) == id }
      let result: JSON? = own ?? (results.count == calls.count ? results[number] : nil)
      execution.setResult(ChatMessages.resultText(result?[known: "content"]))
      execution.isError = result?[known: "is_error"]?.bool ?? false
      batch.append(execution)
    }
  }
}
