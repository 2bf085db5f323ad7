import Domain

/// Makes a run of a list of chat messages without times: each answer is a model's step, each tool call that is answered
/// a tool's. Steps are a second apart and marked as such.
struct MessageRun {
  let trace: String
  var agent: String?
  var version: String?
  var model: String?
  var name: String
  private(set) var step = 0
  private var calls: [(id: String?, span: TraceSpan)] = []
  private var spans: [TraceSpan] = []
  private var inputs = 0
  private var lastInput: String?
  private var lastOutput: String?

  init(trace: String, name: String, agent: String?) {
    self.trace = trace
    self.name = name
    self.agent = agent
  }

  var rootID: String { SyntheticRoots.id(of: trace) }

  /// A span of the next step.
  mutating func next(_ name: String, _ operation: TraceSpan.Operation) -> TraceSpan {
    let start = SpanIdentity.instant(ofStep: step)
    step += 1
    var span = TraceSpan(
      traceID: trace, spanID: SpanIdentity.span(trace, "\(step)"), parentID: rootID, name: name, operation: operation,
      start: start, end: SpanIdentity.instant(ofStep: step))
    span.agent = agent
    span.version = version
    span.model = operation == .model ? model : nil
    span.hasSyntheticTime = true
    return span
  }

  /// Adds a span that is complete.
  mutating func append(_ span: TraceSpan) { spans.append(span) }

  /// Takes a message in; `agent` says who speaks where it is not the run's own agent.
  mutating func add(_ json: JSON, speaker: String? = nil) {
    let message = ChatMessages.message(json)
    for result in message.results { answer(result) }
    switch message.role {
    case "assistant", "ai", "agent", "model", "exit":
      var span = next(model.map { "chat \($0)" } ?? "chat", .model)
      if let speaker { span.agent = speaker }
      var messages = ChatMessages()
      messages.append(message)
      span.take(output: messages)
      span.inputMessages = inputs
      if let lastInput { span.setInputText(lastInput) }
      spans.append(span)
      if !message.text.isEmpty { lastOutput = message.text }
      for (request, arguments) in zip(message.requests, message.arguments) {
        ask(request, arguments: arguments)
      }
    case "user", "human":
      if !message.text.isEmpty { lastInput = message.text }
    default: break
    }
    inputs += 1
  }

  /// Remembers a call until it is answered.
  mutating func ask(_ request: TraceSpan.ToolRequest, arguments: String?) {
    guard calls.count < 256 else { return }
    var call = next("execute_tool \(request.name)", .tool)
    call.tool = request.name
    call.toolCallID = request.id
    call.setArguments(arguments)
    call.end = nil
    calls.append((request.id, call))
  }

  /// Ends the call that a result answers: the one with its id, else the oldest.
  mutating func answer(_ result: ChatMessages.ToolResult) {
    guard let index = calls.firstIndex(where: { $0.id == result.callID && $0.id != nil }) ?? calls.indices.first else {
      return
    }
    var call = calls.remove(at: index).span
    call.end = SpanIdentity.instant(ofStep: max(step, 1))
    call.setResult(result.content)
    call.isError = result.isError
    spans.append(call)
  }

  /// Whether a call waits for its answer.
  var hasOpenCall: Bool { !calls.isEmpty }

  /// Gives the run's spans, its root last.
  mutating func finish(into batch: inout TraceBatch, _ change: (inout TraceSpan) -> Void = { _ in }) {
    for span in spans { batch.append(span) }
    for (_, call) in calls { batch.append(call) }
    var root = TraceSpan(
      traceID: trace, spanID: rootID, parentID: nil, name: name, operation: .agent, start: .epoch,
      end: SpanIdentity.instant(ofStep: max(step, 1)))
    root.agent = agent
    root.version = version
    root.model = model
    root.kind = "run"
    root.hasSyntheticTime = true
    if let lastOutput { root.setOutputText(lastOutput) }
    change(&root)
    batch.append(root)
  }
}
