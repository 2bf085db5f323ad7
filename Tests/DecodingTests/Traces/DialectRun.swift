import Domain

/// A small run that can be written in each dialect of OTLP: a root, two model calls, a tool call that works, one that
/// fails.
struct DialectRun {
  enum Dialect: String, CaseIterable {
    /// OpenTelemetry GenAI with the names of 1.37 to 1.41.
    case current
    /// The names of 1.42: only the cache tokens differ on spans.
    case renamed
    /// OpenTelemetry GenAI up to 1.36.
    case legacy
    case openInference
    case openLLMetry
  }

  static let arguments = #"{"q":"refund \"now\"","page":2,"tags":["a","b"]}"#
  static let traceID = "5b8efff798038103d269b633813fc60c"

  static func value(_ value: JSON) -> JSON {
    switch value {
    case .integer(let number): ["intValue": .string(String(number))]
    case .number: ["doubleValue": value]
    case .bool: ["boolValue": value]
    case .array(let elements): ["arrayValue": ["values": .array(elements.map(Self.value))]]
    default: ["stringValue": value]
    }
  }

  static func attributes(_ pairs: [(String, JSON)]) -> JSON {
    .array(pairs.map { ["key": .string($0.0), "value": value($0.1)] })
  }

  /// The export batch, in the order in which an exporter writes: children first, the root last.
  static func batch(_ dialect: Dialect) -> String {
    let spans = [
      span(2, "chat", 1, 2, chat(dialect, text: "", finish: "tool_call", call: true)),
      span(3, "tool", 2, 3, tool(dialect, fails: false)),
      span(4, "tool", 3, 4, tool(dialect, fails: true), error: true),
      span(5, "chat", 4, 5, chat(dialect, text: "Done.", finish: "stop", call: false)),
      span(1, "invoke_agent triage", 0, 6, root(dialect)),
    ]
    let resource: [(String, JSON)] = [("service.name", "agent-triage"), ("service.version", "1.4.0")]
    let document: JSON = [
      "resourceSpans": [
        ["resource": ["attributes": attributes(resource)], "scopeSpans": [["spans": .array(spans)]]]
      ]
    ]
    return document.text
  }

  private static func span(
    _ number: Int, _ name: String, _ start: Int, _ end: Int, _ pairs: [(String, JSON)], error: Bool = false
  ) -> JSON {
    func time(_ second: Int) -> JSON { .string("176420000\(second)000000001") }
    var object = JSONObject([
      ("traceId", .string(traceID)), ("spanId", .string("eee19b7ec3c1b17\(number)")), ("name", .string(name)),
      ("startTimeUnixNano", time(start)), ("endTimeUnixNano", time(end)), ("attributes", attributes(pairs)),
    ])
    if number != 1 { object["parentSpanId"] = "eee19b7ec3c1b171" }
    if error { object["status"] = ["code": 2, "message": "timeout from upstream"] }
    return .object(object)
  }

  private static func root(_ dialect: Dialect) -> [(String, JSON)] {
    switch dialect {
    case .current, .renamed, .legacy:
      [
        ("gen_ai.operation.name", "invoke_agent"), ("gen_ai.agent.name", "triage"), ("gen_ai.conversation.id", "c-1"),
      ]
    case .openInference:
      [("openinference.span.kind", "AGENT"), ("agent.name", "triage"), ("session.id", "c-1")]
    case .openLLMetry:
      [
        ("traceloop.span.kind", "workflow"), ("traceloop.workflow.name", "triage"),
        ("traceloop.entity.name", "triage"), ("traceloop.association.properties.session_id", "c-1"),
      ]
    }
  }

  private static func chat(_ dialect: Dialect, text: String, finish: String, call: Bool) -> [(String, JSON)] {
    let cached: JSON = 40
    switch dialect {
    case .current, .renamed:
      let parts: JSON =
        call
        ? [["type": "tool_call", "id": "call_0", "name": "search", "arguments": .string(arguments)]]
        : [["type": "reasoning", "content": "hm"], ["type": "text", "content": .string(text)]]
      let messages: JSON = [["role": "assistant", "parts": parts, "finish_reason": .string(finish)]]
      return [
        ("gen_ai.operation.name", "chat"), ("gen_ai.provider.name", "openai"), ("gen_ai.request.model", "gpt-4o"),
        ("gen_ai.agent.name", "triage"), ("gen_ai.conversation.id", "c-1"), ("gen_ai.usage.input_tokens", 500),
        ("gen_ai.usage.output_tokens", 60), ("gen_ai.usage.cache_read.input_tokens", cached),
        (
          dialect == .renamed ? "gen_ai.usage.cache_write.input_tokens" : "gen_ai.usage.cache_creation.input_tokens", 7
        ),
        ("gen_ai.response.finish_reasons", [.string(finish)]), ("gen_ai.output.messages", .string(messages.text)),
        ("gen_ai.input.messages", #"[{"role":"user","parts":[{"type":"text","content":"help"}]}]"#),
      ]
    case .legacy:
      return [
        ("gen_ai.operation.name", "chat"), ("gen_ai.system", "openai"), ("gen_ai.request.model", "gpt-4o"),
        ("gen_ai.agent.name", "triage"), ("gen_ai.conversation.id", "c-1"), ("gen_ai.usage.prompt_tokens", 500),
        ("gen_ai.usage.completion_tokens", 60), ("gen_ai.usage.cache_read_input_tokens", cached),
        ("gen_ai.usage.cache_creation_input_tokens", 7),
      ] + flat("gen_ai.prompt.0.", "gen_ai.completion.0.", "tool_calls.0.", text: text, finish: finish, call: call)
    case .openInference:
      return [
        ("openinference.span.kind", "LLM"), ("llm.provider", "openai"), ("llm.model_name", "gpt-4o"),
        ("session.id", "c-1"), ("llm.token_count.prompt", 500), ("llm.token_count.completion", 60),
        ("llm.token_count.prompt_details.cache_read", cached), ("llm.token_count.prompt_details.cache_write", 7),
        ("llm.finish_reason", .string(finish)),
      ]
        + flat(
          "llm.input_messages.0.message.", "llm.output_messages.0.message.", "tool_calls.0.tool_call.function.",
          text: text, finish: nil, call: call)
    case .openLLMetry:
      return [
        ("gen_ai.system", "openai"), ("llm.request.type", "chat"), ("gen_ai.request.model", "gpt-4o"),
        ("traceloop.workflow.name", "triage"), ("traceloop.association.properties.session_id", "c-1"),
        ("gen_ai.usage.prompt_tokens", 500), ("gen_ai.usage.completion_tokens", 60),
        ("gen_ai.usage.cache_read_input_tokens", cached), ("gen_ai.usage.cache_creation_input_tokens", 7),
      ] + flat("gen_ai.prompt.0.", "gen_ai.completion.0.", "tool_calls.0.", text: text, finish: finish, call: call)
    }
  }

  private static func flat(
    _ input: String, _ output: String, _ call: String, text: String, finish: String?, call isCall: Bool
  ) -> [(String, JSON)] {
    var pairs: [(String, JSON)] = [
      (input + "role", "user"), (input + "content", "help"), (output + "role", "assistant"),
    ]
    if let finish { pairs.append((output + "finish_reason", .string(finish))) }
    if !text.isEmpty { pairs.append((output + "content", .string(text))) }
    if isCall {
      pairs += [(output + call + "name", "search"), (output + call + "arguments", .string(arguments))]
    }
    return pairs
  }

  private static func tool(_ dialect: Dialect, fails: Bool) -> [(String, JSON)] {
    var pairs: [(String, JSON)]
    switch dialect {
    case .current, .renamed, .legacy:
      pairs = [
        ("gen_ai.operation.name", "execute_tool"), ("gen_ai.tool.name", "search"), ("gen_ai.agent.name", "triage"),
        ("gen_ai.conversation.id", "c-1"), ("gen_ai.tool.call.arguments", .string(arguments)),
      ]
      if !fails { pairs.append(("gen_ai.tool.call.result", "3 hits")) }
    case .openInference:
      pairs = [
        ("openinference.span.kind", "TOOL"), ("tool.name", "search"), ("input.value", .string(arguments)),
        ("input.mime_type", "application/json"), ("session.id", "c-1"),
        ("tool.parameters", #"{"type":"object","properties":{"q":{"type":"string"}}}"#),
      ]
      if !fails { pairs.append(("output.value", "3 hits")) }
    case .openLLMetry:
      let input: JSON = ["input_str": .string(arguments), "tags": [], "metadata": [:]]
      pairs = [
        ("traceloop.span.kind", "tool"), ("traceloop.entity.name", "search"), ("traceloop.workflow.name", "triage"),
        ("traceloop.entity.input", .string(input.text)), ("traceloop.association.properties.session_id", "c-1"),
      ]
      if !fails { pairs.append(("traceloop.entity.output", #"{"output":"3 hits"}"#)) }
    }
    if fails { pairs.append(("error.type", "timeout")) }
    return pairs
  }
}
