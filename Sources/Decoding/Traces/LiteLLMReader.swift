import Domain

/// Reads LiteLLM's standard logging payload: one model call a record.
///
/// Source of the shape: litellm, `StandardLoggingPayload`. Cost is in US dollars. Calls of one session are one run.
struct LiteLLMReader: TraceRecordReader {
  private var roots = SyntheticRoots()

  mutating func read(_ record: JSON, into batch: inout TraceBatch) {
    guard let id = TraceValue.name(record[known: "litellm_call_id"] ?? record[known: "id"]),
      let start = TraceValue.time(record[known: "startTime"])
    else {
      batch.refuse("a call without id or startTime")
      return
    }
    let traceID = TraceValue.name(record[known: "trace_id"]) ?? id
    let session = TraceValue.name(record[known: "session_id"])
    let run = session ?? traceID
    let metadata = record[known: "metadata"]
    let agent =
      TraceValue.name(metadata?[known: "user_api_key_alias"])
      ?? TraceValue.name(metadata?[known: "user_api_key_team_alias"])
    if var root = roots.first(run: run, name: "litellm", at: start, agent: agent, version: nil) {
      root.conversationID = session
      batch.append(root)
    }
    let error = record[known: "error_information"]
    var span = TraceSpan(
      traceID: traceID, spanID: id, parentID: SyntheticRoots.id(of: run),
      name: TraceValue.name(record[known: "model"]).map { "chat \($0)" } ?? "chat", operation: .model, start: start,
      end: TraceValue.time(record[known: "endTime"]),
      isError: record[known: "status"]?.string == "failure" || record[known: "error_str"]?.isNull == false)
    span.kind = TraceValue.name(record[known: "call_type"])
    span.conversationID = session
    span.sessionID = session
    span.userID = TraceValue.name(record[known: "end_user"])
    span.agent = agent
    span.provider = TraceValue.name(record[known: "custom_llm_provider"])
    span.model = TraceValue.name(record[known: "model"])
    span.inputTokens = TraceValue.count(record[known: "prompt_tokens"])
    span.outputTokens = TraceValue.count(record[known: "completion_tokens"])
    span.costUSD = TraceValue.amount(record[known: "response_cost"])
    span.statusMessage = TraceValue.name(record[known: "error_str"])
    span.errorType = TraceValue.name(error?[known: "error_class"]) ?? TraceValue.name(error?[known: "error_code"])
    span.take(input: ChatMessages(record[known: "messages"], role: "user"))
    if let response = record[known: "response"], response.object?.members.isEmpty == false {
      span.take(output: ChatMessages(response, role: "assistant"))
    }
    let guardrails = record[known: "guardrail_information"]
    if let information = guardrails?.array?.first ?? guardrails, information.object != nil {
      let status = TraceValue.name(information[known: "guardrail_status"]) ?? "unknown"
      span.guardrail = TraceSpan.Guardrail(
        name: TraceValue.name(information[known: "guardrail_name"]) ?? "guardrail", verdict: status,
        didTrigger: status != "success")
    }
    batch.append(span)
  }
}
