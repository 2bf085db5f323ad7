import Domain

/// Reads the traces and spans that the OpenAI Agents SDK exports, one object a record, or a list of them under `data`.
///
/// Source of the shape: openai-agents-python, `src/agents/tracing`.
struct OpenAIAgentsReader: TraceRecordReader {
  private struct Trace: Sendable {
    var workflow: String?
    var group: String?
  }

  private var traces = RecentMap<String, Trace>(capacity: 10_000)

  mutating func read(_ record: JSON, into batch: inout TraceBatch) {
    if let list = record[known: "data"]?.array {
      for element in list { read(element, into: &batch) }
      return
    }
    switch record[known: "object"]?.string {
    case "trace":
      guard let id = TraceValue.name(record[known: "id"]) else {
        batch.refuse("a trace without an id")
        return
      }
      traces.set(
        id,
        Trace(
          workflow: TraceValue.name(record[known: "workflow_name"]), group: TraceValue.name(record[known: "group_id"])))
    case "trace.span": span(record, &batch)
    default: batch.refuse("neither a trace nor a trace.span")
    }
  }

  private func span(_ record: JSON, _ batch: inout TraceBatch) {
    guard let traceID = TraceValue.name(record[known: "trace_id"]), let id = TraceValue.name(record[known: "id"]),
      let start = TraceValue.time(record[known: "started_at"])
    else {
      batch.refuse("a span without id, trace_id or started_at")
      return
    }
    let data = record[known: "span_data"] ?? .null
    let kind = data[known: "type"]?.string ?? "custom"
    let error = record[known: "error"]
    var span = TraceSpan(
      traceID: traceID, spanID: id, parentID: TraceValue.name(record[known: "parent_id"]),
      name: TraceValue.name(data[known: "name"]) ?? kind, operation: .other, start: start,
      end: TraceValue.time(record[known: "ended_at"]), isError: error?.isNull == false)
    span.kind = kind
    span.statusMessage =
      TraceValue.name(error?[known: "message"]) ?? error?.string?.prefix(utf8: TraceSpan.messageLimit)
    span.conversationID = traces[traceID]?.group
    span.sessionID = span.conversationID
    switch kind {
    case "agent":
      span.operation = .agent
      span.agent = TraceValue.name(data[known: "name"]) ?? traces[traceID]?.workflow
      span.declaredTools = ChatMessages.toolNames(data[known: "tools"])
    case "function":
      span.operation = .tool
      span.tool = TraceValue.name(data[known: "name"])
      span.setArguments(TraceValue.content(data[known: "input"]))
      span.setResult(TraceValue.content(data[known: "output"]))
    case "generation", "response", "transcription", "speech":
      span.operation = .model
      span.provider = "openai"
      span.model = TraceValue.name(data[known: "model"])
      if let model = span.model { span.name = "chat \(model)" }
      span.fillUsage(openAI: data[known: "usage"] ?? data[known: "response"]?[known: "usage"])
      span.take(input: ChatMessages(data[known: "input"], role: "user"))
      span.take(
        output: ChatMessages(data[known: "output"] ?? data[known: "response"]?[known: "output"], role: "assistant"))
    case "handoff":
      span.agent = TraceValue.name(data[known: "from_agent"])
      span.handoffTo = TraceValue.name(data[known: "to_agent"])
      span.name = "handoff " + (span.handoffTo ?? "")
    case "guardrail":
      let didTrigger = data[known: "triggered"]?.bool ?? false
      span.guardrail = TraceSpan.Guardrail(
        name: span.name, verdict: didTrigger ? "deny" : "allow", didTrigger: didTrigger)
    default: break
    }
    batch.append(span)
  }
}
