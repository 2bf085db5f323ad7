import Domain

/// Makes spans of the events that Claude Code writes as OpenTelemetry log records.
///
/// Source of the names: Claude Code's documentation, "Monitoring usage". A tool's result is never recorded, only its
/// size; arguments are where the tool has parameters that are logged.
struct ClaudeCodeEvents: Sendable {
  private var roots = SyntheticRoots()

  mutating func read(_ record: OTLPLogRecord, into batch: inout TraceBatch) {
    let attributes = record.attributes
    let time = TraceValue.time(attributes["event.timestamp"])
    guard let end = record.time ?? time else {
      batch.refuse("a Claude Code event without a time")
      return
    }
    guard let session = TraceValue.name(attributes["session.id"]) else {
      batch.refuse("a Claude Code event without session.id")
      return
    }
    let event = String(record.name.dropFirst("claude_code.".count))
    let milliseconds = TraceValue.amount(attributes["duration_ms"]) ?? 0
    let start = end - .milliseconds(Int64(min(milliseconds, 86_400_000)))
    let version = record.service.text(.serviceVersion) ?? TraceValue.name(attributes["app.version"])
    if let root = roots.first(run: session, name: "claude-code", at: start, agent: "claude-code", version: version) {
      batch.append(root)
    }
    let sequence = TraceValue.content(attributes["event.sequence"]) ?? ""
    var span = TraceSpan(
      traceID: record.traceID ?? session,
      spanID: SpanIdentity.span(session, sequence, event, String(end.nanoseconds), record.spanID ?? ""),
      parentID: SyntheticRoots.id(of: session), name: event, operation: .other, start: start, end: end)
    span.conversationID = session
    span.sessionID = session
    span.agent = "claude-code"
    span.version = version
    span.kind = event
    span.userID = TraceValue.name(attributes["user.account_uuid"] ?? attributes["user.id"])
    fill(&span, event: event, attributes)
    batch.append(span)
  }

  private func fill(_ span: inout TraceSpan, event: String, _ attributes: [String: JSON]) {
    switch event {
    case "api_request", "api_error":
      span.operation = .model
      span.provider = "anthropic"
      span.model = TraceValue.name(attributes["model"])
      span.attempt = TraceValue.count(attributes["attempt"])
      let cacheRead = TraceValue.count(attributes["cache_read_tokens"])
      let cacheWrite = TraceValue.count(attributes["cache_creation_tokens"])
      span.cacheReadTokens = cacheRead
      span.cacheWriteTokens = cacheWrite
      span.inputTokens = TraceValue.count(attributes["input_tokens"]).map {
        $0.addingClamped(cacheRead ?? 0).addingClamped(cacheWrite ?? 0)
      }
      span.outputTokens = TraceValue.count(attributes["output_tokens"])
      span.costUSD = TraceValue.amount(attributes["cost_usd"])
      if event == "api_error" {
        span.isError = true
        span.errorType = TraceValue.name(attributes["status_code"])
        span.statusMessage = TraceValue.name(attributes["error"])
      }
    case "tool_result":
      span.operation = .tool
      span.tool = TraceValue.name(attributes["tool_name"])
      span.setArguments(TraceValue.content(attributes["tool_input"] ?? attributes["tool_parameters"]))
      span.isError = ["false", "0"].contains(TraceValue.content(attributes["success"]))
      span.statusMessage = TraceValue.name(attributes["error"])
      span.toolCallID = TraceValue.name(attributes["tool_use_id"])
      span.approval = approval(attributes)
    case "tool_decision":
      span.tool = TraceValue.name(attributes["tool_name"])
      span.approval = approval(attributes)
      span.toolCallID = TraceValue.name(attributes["tool_use_id"])
    case "user_prompt":
      if let prompt = attributes["prompt"]?.string, prompt != "<REDACTED>" { span.setInputText(prompt) }
    default: break
    }
  }

  private func approval(_ attributes: [String: JSON]) -> TraceSpan.Approval? {
    let by = TraceValue.name(attributes["source"] ?? attributes["decision_source"])
    switch (attributes["decision"] ?? attributes["decision_type"])?.string {
    case "accept": return TraceSpan.Approval(decision: .approve, by: by)
    case "reject": return TraceSpan.Approval(decision: .reject, by: by)
    default: return nil
    }
  }
}

extension Int {
  /// The sum, or the greatest value where it does not fit.
  func addingClamped(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
