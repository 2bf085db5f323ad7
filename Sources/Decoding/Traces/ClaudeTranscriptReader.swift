import Domain

/// Reads Claude Code's transcripts and the stream of `claude -p --output-format stream-json`.
///
/// There is no official description of either; sources: DRMacIver/claude-reliability (notes on the transcript format)
/// and samples. An answer of the model is written over several lines, one for each block, all with the message's id and
/// its usage, so they are joined until another message begins.
struct ClaudeTranscriptReader: TraceRecordReader {
  private struct Session: Sendable {
    var version: String?
    var model: String?
    var tools: [String]?
    var lastTime: Timestamp?
    var step = 0
    var waiting: Waiting?
    var isSynthetic = false
    var firstTime: Timestamp?
  }

  /// The answer that is being put together.
  private struct Waiting: Sendable {
    var messageID: String
    var span: TraceSpan
    var messages = ChatMessages()
  }

  private let fallbackSession: String
  private var sessions = RecentMap<String, Session>(capacity: 1_024)
  private var calls = PendingCalls()
  private var roots = SyntheticRoots()
  private var lineNumber = 0

  /// Creates a reader; `source` names the run where the entries do not.
  init(source: String) { fallbackSession = SpanIdentity.trace("claude-code", source) }

  mutating func read(_ record: JSON, into batch: inout TraceBatch) {
    lineNumber += 1
    if let entries = record[known: "loglines"]?.array {
      for entry in entries { read(entry, into: &batch) }
      return
    }
    guard let type = record[known: "type"]?.string else {
      batch.refuse("a transcript entry without a type")
      return
    }
    switch type {
    case "summary", "queue-operation", "file-history-snapshot", "progress", "stream_event": return
    case "user", "assistant", "system", "result": break
    default:
      batch.note("transcript entries of type \(type.prefix(utf8: 40)) are not read")
      return
    }
    let id =
      (TraceValue.name(record[known: "sessionId"]) ?? TraceValue.name(record[known: "session_id"]) ?? fallbackSession)
      .boundedIdentifier()
    var session = sessions[id] ?? Session()
    let time: Timestamp
    if let known = TraceValue.time(record[known: "timestamp"]) {
      time = known
    } else {
      session.isSynthetic = session.lastTime == nil || session.isSynthetic
      time =
        session.isSynthetic
        ? SpanIdentity.instant(ofStep: session.step) : session.lastTime ?? SpanIdentity.instant(ofStep: session.step)
    }
    session.step += 1
    session.version =
      session.version ?? TraceValue.name(record[known: "version"] ?? record[known: "claude_code_version"])
    if session.firstTime == nil { session.firstTime = time }
    if var root = roots.first(
      run: id, name: "claude-code", at: time, agent: "claude-code", version: session.version)
    {
      root.hasSyntheticTime = session.isSynthetic
      batch.append(root)
    }
    switch type {
    case "assistant": assistant(record, id: id, at: time, &session, &batch)
    case "user": user(record, id: id, at: time, &session, &batch)
    case "system":
      session.model = session.model ?? TraceValue.name(record[known: "model"])
      session.tools = session.tools ?? ChatMessages.toolNames(record[known: "tools"])
      if record[known: "subtype"]?.string == "api_error" {
        flush(&session, &batch)
        var span = step("api_error", .model, id: id, at: time, record, session)
        span.isError = true
        span.attempt = TraceValue.count(record[known: "retryAttempt"])
        span.statusMessage = TraceValue.name(record[known: "error"]?[known: "message"] ?? record[known: "content"])
        batch.append(span)
      }
    default: result(record, id: id, at: time, &session, &batch)
    }
    session.lastTime = max(session.lastTime ?? time, time)
    sessions.set(id, session)
  }

  mutating func finish(into batch: inout TraceBatch) {
    for (id, session) in sessions.all where session.waiting != nil {
      var session = session
      flush(&session, &batch)
      sessions.set(id, session)
    }
    calls.finish(into: &batch)
  }

  private func step(
    _ name: String, _ operation: TraceSpan.Operation, id: String, at time: Timestamp, _ record: JSON,
    _ session: Session
  ) -> TraceSpan {
    let key = TraceValue.name(record[known: "uuid"]) ?? "\(session.step)"
    var span = TraceSpan(
      traceID: id, spanID: SpanIdentity.span(id, key, name), parentID: SyntheticRoots.id(of: id), name: name,
      operation: operation, start: session.lastTime ?? time, end: time)
    span.conversationID = id
    span.sessionID = id
    span.agent = "claude-code"
    span.version = session.version
    span.kind = record[known: "isSidechain"]?.bool == true ? "sidechain" : nil
    span.hasSyntheticTime = session.isSynthetic
    return span
  }

  private mutating func assistant(
    _ record: JSON, id: String, at time: Timestamp, _ session: inout Session, _ batch: inout TraceBatch
  ) {
    guard let content = record[known: "message"], content.object != nil else {
      batch.refuse("an assistant entry without a message")
      return
    }
    let message = ChatMessages.message(content, role: "assistant")
    let messageID = TraceValue.name(content[known: "id"]) ?? TraceValue.name(record[known: "uuid"]) ?? "\(session.step)"
    if session.waiting?.messageID != messageID { flush(&session, &batch) }
    if session.waiting == nil {
      var span = step("chat", .model, id: id, at: time, record, session)
      span.spanID = SpanIdentity.span(id, messageID, "chat")
      span.provider = "anthropic"
      span.model = TraceValue.name(content[known: "model"]) ?? session.model
      span.name = span.model.map { "chat \($0)" } ?? "chat"
      span.declaredTools = session.tools
      session.waiting = Waiting(messageID: messageID, span: span)
    }
    session.waiting?.span.end = time
    session.waiting?.span.fillUsage(anthropic: content[known: "usage"])
    if let reason = message.finishReason { session.waiting?.span.finishReasons = [reason] }
    if record[known: "isApiErrorMessage"]?.bool == true { session.waiting?.span.isError = true }
    session.waiting?.messages.append(message)
    for (request, arguments) in zip(message.requests, message.arguments) {
      let callID = request.id ?? "\(session.step)-\(request.name)"
      var call = step("execute_tool \(request.name)", .tool, id: id, at: time, record, session)
      call.spanID = SpanIdentity.span(id, callID, "tool")
      call.start = time
      call.end = nil
      call.tool = request.name
      call.toolCallID = request.id
      call.setArguments(arguments)
      calls.ask(call, run: id, id: callID, into: &batch)
    }
  }

  private mutating func user(
    _ record: JSON, id: String, at time: Timestamp, _ session: inout Session, _ batch: inout TraceBatch
  ) {
    let message = ChatMessages.message(record[known: "message"] ?? .null, role: "user")
    flush(&session, &batch)
    for result in message.results {
      let callID = result.callID ?? ""
      if let call = calls.answer(run: id, id: callID, at: time, result: result.content, isError: result.isError) {
        batch.append(call)
      } else {
        batch.note("a tool result whose call was not seen")
        var call = step("execute_tool", .tool, id: id, at: time, record, session)
        call.spanID = SpanIdentity.span(id, callID, "tool")
        call.toolCallID = result.callID
        call.setResult(result.content)
        call.isError = result.isError
        batch.append(call)
      }
    }
    if !message.text.isEmpty, message.results.isEmpty {
      var prompt = step("user_prompt", .other, id: id, at: time, record, session)
      prompt.start = time
      prompt.kind = "user_prompt"
      prompt.setInputText(message.text)
      batch.append(prompt)
    }
  }

  /// The last line of a stream: the whole run's cost and outcome.
  private mutating func result(
    _ record: JSON, id: String, at time: Timestamp, _ session: inout Session, _ batch: inout TraceBatch
  ) {
    flush(&session, &batch)
    calls.finish(into: &batch)
    let milliseconds = TraceValue.count(record[known: "duration_ms"]) ?? 0
    let start = session.firstTime ?? time
    var root = TraceSpan(
      traceID: id, spanID: SyntheticRoots.id(of: id), parentID: nil, name: "claude-code", operation: .agent,
      start: start, end: max(time, start + .milliseconds(Int64(min(milliseconds, 86_400_000)))),
      isError: record[known: "is_error"]?.bool ?? false)
    root.conversationID = id
    root.sessionID = id
    root.agent = "claude-code"
    root.version = session.version
    root.kind = "run"
    root.costUSD = TraceValue.amount(record[known: "total_cost_usd"])
    root.hasSyntheticTime = session.isSynthetic
    root.setOutputText(record[known: "result"]?.string)
    if root.isError { root.errorType = TraceValue.name(record[known: "subtype"]) }
    batch.append(root)
  }

  private mutating func flush(_ session: inout Session, _ batch: inout TraceBatch) {
    guard var waiting = session.waiting else { return }
    waiting.span.take(output: waiting.messages)
    waiting.span.outputMessages = 1
    batch.append(waiting.span)
    session.waiting = nil
  }
}

extension TraceSpan {
  /// Takes Anthropic's usage, whose input tokens leave out those from and to the cache.
  mutating func fillUsage(anthropic usage: JSON?) {
    guard let usage, usage.object != nil else { return }
    cacheReadTokens = TraceValue.count(usage[known: "cache_read_input_tokens"]) ?? cacheReadTokens
    cacheWriteTokens = TraceValue.count(usage[known: "cache_creation_input_tokens"]) ?? cacheWriteTokens
    if let input = TraceValue.count(usage[known: "input_tokens"]) {
      inputTokens = input.addingClamped(cacheReadTokens ?? 0).addingClamped(cacheWriteTokens ?? 0)
    }
    outputTokens = TraceValue.count(usage[known: "output_tokens"]) ?? outputTokens
  }

  /// Takes OpenAI's usage, of chat completions or of responses.
  mutating func fillUsage(openAI usage: JSON?) {
    guard let usage, usage.object != nil else { return }
    inputTokens = TraceValue.count(usage[known: "input_tokens"] ?? usage[known: "prompt_tokens"]) ?? inputTokens
    outputTokens = TraceValue.count(usage[known: "output_tokens"] ?? usage[known: "completion_tokens"]) ?? outputTokens
    let input = usage[known: "input_tokens_details"] ?? usage[known: "prompt_tokens_details"]
    let output = usage[known: "output_tokens_details"] ?? usage[known: "completion_tokens_details"]
    cacheReadTokens = TraceValue.count(input?[known: "cached_tokens"]) ?? cacheReadTokens
    reasoningTokens = TraceValue.count(output?[known: "reasoning_tokens"]) ?? reasoningTokens
  }
}
