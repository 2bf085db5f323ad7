import Domain

/// Writes the same agent runs in three conventions, as their instrumentations do: spans in the order of their ends, the
/// root last; only the first convention names the agent on every span.
struct AgentDialects {
  enum Dialect: String, CaseIterable {
    case genAI, openInference, openLLMetry
  }

  /// A step of a run.
  enum Step {
    case say(String, error: String? = nil, tokens: (Int, Int) = (500, 80), gap: Double = 0.1)
    case call(String, String, result: String, error: Bool = false, gap: Double = 0.1)
  }

  struct Run {
    var name: String
    var steps: [Step]
    var hasRoot = true
  }

  static let agent = "support-triage"

  /// The lines of a file, one a run.
  static func file(_ runs: [Run], _ dialect: Dialect) -> String {
    runs.enumerated().map { line($0.element, number: $0.offset, dialect) }.joined(separator: "\n") + "\n"
  }

  private static func line(_ run: Run, number: Int, _ dialect: Dialect) -> String {
    let trace = hexadecimal(UInt64(number) + 1, 32)
    let root = hexadecimal(UInt64(number) * 1_000 + 999, 16)
    let start = 1_763_900_000.0 + Double(number) * 900
    var now = start
    var spans: [JSON] = []
    for (index, step) in run.steps.enumerated() {
      let (gap, seconds) = timing(step)
      now += gap
      let id = hexadecimal(UInt64(number) * 1_000 + UInt64(index) + 1, 16)
      spans.append(
        span(trace, id, parent: root, from: now, to: now + seconds, attributes(step, run.name, dialect), step))
      now += seconds
    }
    if run.hasRoot {
      spans.append(span(trace, root, parent: nil, from: start, to: now + 0.01, rootAttributes(run.name, dialect), nil))
    }
    let document: JSON = [
      "resourceSpans": [
        [
          "resource": ["attributes": pairs([("service.name", "agent-support"), ("service.version", "1.4.0")])],
          "scopeSpans": [["scope": ["name": "test"], "spans": .array(spans)]],
        ]
      ]
    ]
    return document.text
  }

  private static func timing(_ step: Step) -> (gap: Double, seconds: Double) {
    switch step {
    case .say(_, _, _, let gap): (gap, 0.8)
    case .call(_, _, _, _, let gap): (gap, 0.4)
    }
  }

  private static func span(
    _ trace: String, _ id: String, parent: String?, from: Double, to: Double, _ attributes: [(String, JSON)],
    _ step: Step?
  ) -> JSON {
    var isError = false
    switch step {
    case .say(_, let error, _, _): isError = error != nil
    case .call(_, _, _, let error, _): isError = error
    case nil: break
    }
    return [
      "traceId": .string(trace), "spanId": .string(id), "parentSpanId": .string(parent ?? ""), "name": "step",
      "startTimeUnixNano": .string(String(Timestamp(seconds: from).nanoseconds)),
      "endTimeUnixNano": .string(String(Timestamp(seconds: to).nanoseconds)), "attributes": list(attributes),
      "status": isError ? ["code": 2] : [:],
    ]
  }

  private static func rootAttributes(_ run: String, _ dialect: Dialect) -> [(String, JSON)] {
    switch dialect {
    case .genAI:
      [
        ("gen_ai.operation.name", "invoke_agent"), ("gen_ai.agent.name", .string(agent)),
        ("gen_ai.conversation.id", .string(run)),
      ]
    case .openInference:
      [("openinference.span.kind", "AGENT"), ("agent.name", .string(agent)), ("session.id", .string(run))]
    case .openLLMetry:
      [
        ("traceloop.span.kind", "workflow"), ("traceloop.entity.name", .string(agent)),
        ("traceloop.association.properties.session_id", .string(run)),
      ]
    }
  }

  private static func attributes(_ step: Step, _ run: String, _ dialect: Dialect) -> [(String, JSON)] {
    switch step {
    case .say(let text, let error, let tokens, _): said(text, error, tokens, run, dialect)
    case .call(let tool, let arguments, let result, let error, _):
      called(tool, arguments, error ? nil : result, run, dialect)
    }
  }

  private static func said(
    _ text: String, _ error: String?, _ tokens: (Int, Int), _ run: String, _ dialect: Dialect
  ) -> [(String, JSON)] {
    let (read, written) = (JSON.integer(Int64(tokens.0)), JSON.integer(Int64(tokens.1)))
    var all: [(String, JSON)]
    switch dialect {
    case .genAI:
      all = [
        ("gen_ai.operation.name", "chat"), ("gen_ai.provider.name", "acme"), ("gen_ai.request.model", "acme-large-1"),
        ("gen_ai.conversation.id", .string(run)), ("gen_ai.agent.name", .string(agent)),
        ("gen_ai.usage.input_tokens", read), ("gen_ai.usage.output_tokens", written),
      ]
      if error == nil {
        let parts: JSON =
          text.isEmpty
          ? [["type": "tool_call", "id": "c", "name": "t"]] : [["type": "text", "content": .string(text)]]
        let message: JSON = [
          ["role": "assistant", "parts": parts, "finish_reason": text.isEmpty ? "tool_call" : "stop"]
        ]
        all += [("gen_ai.output.messages", .string(message.text))]
      }
    case .openInference:
      all = [
        ("openinference.span.kind", "LLM"), ("llm.model_name", "acme-large-1"), ("session.id", .string(run)),
        ("llm.token_count.prompt", read), ("llm.token_count.completion", written),
      ]
      if error == nil {
        all += [("llm.output_messages.0.message.role", "assistant")]
        all += [
          text.isEmpty
            ? ("llm.output_messages.0.message.tool_calls.0.tool_call.function.name", "t")
            : ("llm.output_messages.0.message.content", .string(text))
        ]
      }
    case .openLLMetry:
      all = [
        ("gen_ai.system", "acme"), ("llm.request.type", "chat"), ("gen_ai.request.model", "acme-large-1"),
        ("traceloop.association.properties.session_id", .string(run)), ("gen_ai.usage.prompt_tokens", read),
        ("gen_ai.usage.completion_tokens", written),
      ]
      if error == nil {
        all += [("gen_ai.completion.0.role", "assistant")]
        all += [
          text.isEmpty
            ? ("gen_ai.completion.0.tool_calls.0.name", "t") : ("gen_ai.completion.0.content", .string(text))
        ]
      }
    }
    if let error { all.append(("error.type", .string(error))) }
    return all
  }

  private static func called(
    _ tool: String, _ arguments: String, _ result: String?, _ run: String, _ dialect: Dialect
  ) -> [(String, JSON)] {
    var all: [(String, JSON)]
    switch dialect {
    case .genAI:
      all = [
        ("gen_ai.operation.name", "execute_tool"), ("gen_ai.tool.name", .string(tool)),
        ("gen_ai.conversation.id", .string(run)), ("gen_ai.agent.name", .string(agent)),
        ("gen_ai.tool.call.arguments", .string(arguments)),
      ]
      if let result { all.append(("gen_ai.tool.call.result", .string(result))) }
    case .openInference:
      all = [
        ("openinference.span.kind", "TOOL"), ("tool.name", .string(tool)), ("input.value", .string(arguments)),
        ("input.mime_type", "application/json"), ("session.id", .string(run)),
      ]
      if let result { all += [("output.value", .string(result)), ("output.mime_type", "text/plain")] }
    case .openLLMetry:
      let input: JSON = ["input_str": .string(arguments), "tags": [], "metadata": [:]]
      all = [
        ("traceloop.span.kind", "tool"), ("traceloop.entity.name", .string(tool)),
        ("traceloop.entity.input", .string(input.text)), ("traceloop.association.properties.session_id", .string(run)),
      ]
      if let result { all.append(("traceloop.entity.output", .string((["output": .string(result)] as JSON).text))) }
    }
    if result == nil { all.append(("error.type", "timeout")) }
    return all
  }

  private static func list(_ attributes: [(String, JSON)]) -> JSON {
    .array(
      attributes.map { key, value in
        let encoded: JSON = value.integer.map { ["intValue": .string(String($0))] } ?? ["stringValue": value]
        return ["key": .string(key), "value": encoded]
      })
  }

  private static func pairs(_ texts: [(String, String)]) -> JSON { list(texts.map { ($0.0, .string($0.1)) }) }

  private static func hexadecimal(_ number: UInt64, _ digits: Int) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: digits - text.utf8.count) + text
  }
}
