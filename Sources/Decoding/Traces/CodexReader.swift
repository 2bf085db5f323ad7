import Domain

/// Reads a rollout of Codex: one session a file, whose lines do not name it.
///
/// Source of the shape: codex-rs, `protocol.rs`. A model's step goes from the first thing that it says to the token
/// count that follows, or to the result of the tool that it called.
struct CodexReader: TraceRecordReader {
  private var session: String
  private var version: String?
  private var model: String?
  private var lastTime: Timestamp?
  private var step = 0
  private var waiting: TraceSpan?
  private var messages = ChatMessages()
  private var totals: (input: Int, output: Int) = (0, 0)
  private var calls = PendingCalls()
  private var roots = SyntheticRoots()

  /// Creates a reader; a rollout's file is named after its session.
  init(source: String) {
    let name = source.split(separator: "/").last.map(String.init) ?? source
    let stem = name.hasSuffix(".jsonl") ? String(name.dropLast(6)) : name
    let isNamed = stem.hasPrefix("rollout-") && stem.utf8.count > 36
    session = isNamed ? String(stem.suffix(36)) : SpanIdentity.trace("codex", source)
  }

  mutating func read(_ record: JSON, into batch: inout TraceBatch) {
    guard let type = record[known: "type"]?.string, let payload = record[known: "payload"], payload.object != nil else {
      batch.refuse("a rollout line without type and payload")
      return
    }
    guard let time = TraceValue.time(record[known: "timestamp"]) else {
      batch.refuse("a rollout line without a timestamp")
      return
    }
    step += 1
    if type == "session_meta" {
      session = TraceValue.name(payload[known: "id"])?.boundedIdentifier() ?? session
      version = TraceValue.name(payload[known: "cli_version"])
    }
    if let root = roots.first(run: session, name: "codex", at: time, agent: "codex", version: version) {
      batch.append(root)
    }
    switch type {
    case "session_meta": break
    case "turn_context":
      model = TraceValue.name(payload[known: "model"]) ?? model
      var span = span("turn_context", .other, at: time)
      span.start = time
      var declared = JSONObject()
      for name in ["approval_policy", "sandbox_policy", "cwd"] { declared[name] = payload[name] }
      span.setArguments(JSON.object(declared).canonical)
      batch.append(span)
    case "response_item": item(payload, at: time, &batch)
    case "event_msg": event(payload, at: time, &batch)
    case "compacted":
      var span = span("compacted", .other, at: time)
      span.start = time
      batch.append(span)
    default: batch.note("rollout lines of type \(type.prefix(utf8: 40)) are not read")
    }
    lastTime = max(lastTime ?? time, time)
  }

  mutating func finish(into batch: inout TraceBatch) {
    flush(&batch)
    calls.finish(into: &batch)
  }

  private func span(_ name: String, _ operation: TraceSpan.Operation, at time: Timestamp) -> TraceSpan {
    var span = TraceSpan(
      traceID: session, spanID: SpanIdentity.span(session, "\(step)", name), parentID: SyntheticRoots.id(of: session),
      name: name, operation: operation, start: lastTime ?? time, end: time)
    span.conversationID = session
    span.sessionID = session
    span.agent = "codex"
    span.version = version
    span.kind = name
    return span
  }

  private mutating func item(_ payload: JSON, at time: Timestamp, _ batch: inout TraceBatch) {
    switch payload[known: "type"]?.string {
    case "message" where payload[known: "role"]?.string == "assistant", "reasoning":
      wait(at: time)
      messages.append(ChatMessages.message(payload, role: "assistant"))
    case "function_call", "custom_tool_call", "local_shell_call":
      wait(at: time)
      var message = ChatMessages.Message(role: "assistant")
      let name = TraceValue.name(payload[known: "name"]) ?? "shell"
      let arguments = TraceValue.content(
        payload[known: "arguments"] ?? payload[known: "input"] ?? payload[known: "action"])
      let id = TraceValue.name(payload[known: "call_id"] ?? payload[known: "id"]) ?? "\(step)"
      message.requests = [
        TraceSpan.ToolRequest(id: id, name: name, argumentsHash: arguments.map(ContentHash.of))
      ]
      messages.append(message)
      var call = span("execute_tool \(name)", .tool, at: time)
      call.spanID = SpanIdentity.span(session, id, "tool")
      call.kind = payload[known: "type"]?.string
      call.start = time
      call.end = nil
      call.tool = name
      call.toolCallID = id
      call.setArguments(arguments)
      calls.ask(call, run: session, id: id, into: &batch)
    case "function_call_output", "custom_tool_call_output":
      flush(&batch)
      answer(payload, at: time, &batch)
    case "message", "web_search_call", "ghost_snapshot", "other": break
    case let kind: batch.note("rollout items of type \((kind ?? "none").prefix(utf8: 40)) are not read")
    }
  }

  private mutating func answer(_ payload: JSON, at time: Timestamp, _ batch: inout TraceBatch) {
    let output = TraceValue.unwrapped(payload[known: "output"])
    let exitCode = output?[known: "metadata"]?[known: "exit_code"]?.integer
    let text =
      output?[known: "output"].flatMap { TraceValue.content($0) } ?? output?[known: "content"].flatMap {
        ChatMessages.resultText($0)
      }
      ?? ChatMessages.resultText(payload[known: "output"])
    let isError = exitCode.map { $0 != 0 } ?? (output?[known: "success"]?.bool.map { !$0 } ?? CodexReader.failed(text))
    let id = TraceValue.name(payload[known: "call_id"]) ?? ""
    if var call = calls.answer(run: session, id: id, at: time, result: text, isError: isError) {
      if let exitCode, exitCode != 0 { call.errorType = "exit code \(exitCode)" }
      batch.append(call)
    } else {
      batch.note("a tool result whose call was not seen")
      var call = span("execute_tool", .tool, at: time)
      call.spanID = SpanIdentity.span(session, id, "tool")
      call.toolCallID = id
      call.setResult(text)
      call.isError = isError
      batch.append(call)
    }
  }

  /// Newer versions write `Exit code: 1` as the first line of the text.
  private static func failed(_ text: String?) -> Bool {
    guard let text, text.hasPrefix("Exit code: ") else { return false }
    return !text.hasPrefix("Exit code: 0")
  }

  private mutating func event(_ payload: JSON, at time: Timestamp, _ batch: inout TraceBatch) {
    switch payload[known: "type"]?.string {
    case "user_message":
      flush(&batch)
      var span = span("user_message", .other, at: time)
      span.start = time
      span.setInputText(payload[known: "message"]?.string)
      batch.append(span)
    case "token_count":
      let info = payload[known: "info"]
      guard let total = info?[known: "total_token_usage"], total.object != nil else { return }
      let input = TraceValue.count(total[known: "input_tokens"]) ?? 0
      let output = TraceValue.count(total[known: "output_tokens"]) ?? 0
      guard input > totals.input || output > totals.output else { return }
      wait(at: time)
      waiting?.end = time
      let last = info?[known: "last_token_usage"]
      waiting?.inputTokens = TraceValue.count(last?[known: "input_tokens"]) ?? (input - totals.input)
      waiting?.outputTokens = TraceValue.count(last?[known: "output_tokens"]) ?? (output - totals.output)
      waiting?.cacheReadTokens = TraceValue.count(last?[known: "cached_input_tokens"])
      waiting?.reasoningTokens = TraceValue.count(last?[known: "reasoning_output_tokens"])
      totals = (input, output)
      flush(&batch)
    case "error", "stream_error", "turn_aborted":
      wait(at: time)
      waiting?.isError = true
      waiting?.statusMessage = TraceValue.name(payload[known: "message"] ?? payload[known: "reason"])
      flush(&batch)
    default: break
    }
  }

  private mutating func wait(at time: Timestamp) {
    if waiting == nil {
      var span = span(model.map { "chat \($0)" } ?? "chat", .model, at: time)
      span.kind = "chat"
      span.model = model
      span.provider = "openai"
      waiting = span
    }
    waiting?.end = time
  }

  private mutating func flush(_ batch: inout TraceBatch) {
    guard var span = waiting else { return }
    if messages.count > 0 { span.take(output: messages) }
    batch.append(span)
    waiting = nil
    messages = ChatMessages()
  }
}
