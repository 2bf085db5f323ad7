import Domain

/// The attributes of a span, or of its resource, that describe an agent's work, whichever convention names them.
struct GenAIAttributes: Sendable {
  /// What an attribute means.
  enum Meaning: Hashable, Sendable {
    case operation, openInferenceKind, traceloopKind, requestType, entity
    case provider, model, inputTokens, outputTokens, cost
    case agent, agentVersion, conversation, service, serviceVersion
    case tool, arguments, result, input, output, errorType

    /// Whether an empty text says something: that a tool was given, or gave back, nothing.
    var mayBeEmpty: Bool {
      switch self {
      case .arguments, .result, .input, .output: true
      default: false
      }
    }
  }

  /// Each attribute's meaning, and its rank among those of the same meaning: the lowest wins.
  private static let aliases: [String: (meaning: Meaning, rank: Int)] = [
    "gen_ai.operation.name": (.operation, 0),
    "openinference.span.kind": (.openInferenceKind, 0),
    "traceloop.span.kind": (.traceloopKind, 0),
    "llm.request.type": (.requestType, 0),
    "traceloop.entity.name": (.entity, 0),
    "gen_ai.provider.name": (.provider, 0),
    "gen_ai.system": (.provider, 1),
    "llm.provider": (.provider, 2),
    "gen_ai.request.model": (.model, 0),
    "gen_ai.response.model": (.model, 1),
    "llm.model_name": (.model, 2),
    "gen_ai.usage.input_tokens": (.inputTokens, 0),
    "gen_ai.usage.prompt_tokens": (.inputTokens, 1),
    "llm.token_count.prompt": (.inputTokens, 2),
    "llm.usage.prompt_tokens": (.inputTokens, 3),
    "gen_ai.usage.output_tokens": (.outputTokens, 0),
    "gen_ai.usage.completion_tokens": (.outputTokens, 1),
    "llm.token_count.completion": (.outputTokens, 2),
    "llm.usage.completion_tokens": (.outputTokens, 3),
    "gen_ai.usage.cost": (.cost, 0),
    "llm.cost.total": (.cost, 1),
    "gen_ai.agent.name": (.agent, 0),
    "agent.name": (.agent, 1),
    "gen_ai.agent.version": (.agentVersion, 0),
    "gen_ai.conversation.id": (.conversation, 0),
    "session.id": (.conversation, 1),
    "traceloop.association.properties.session_id": (.conversation, 2),
    "service.name": (.service, 0),
    "service.version": (.serviceVersion, 0),
    "gen_ai.tool.name": (.tool, 0),
    "tool.name": (.tool, 1),
    "gen_ai.tool.call.arguments": (.arguments, 0),
    "gen_ai.tool.call.result": (.result, 0),
    "input.value": (.input, 0),
    "traceloop.entity.input": (.input, 1),
    "output.value": (.output, 0),
    "traceloop.entity.output": (.output, 1),
    "error.type": (.errorType, 0),
  ]

  private var values: [Meaning: (value: JSON, rank: Int)] = [:]

  /// Takes in an `attributes` list; what is not a list, and what has no known name, is ignored.
  mutating func read(_ attributes: JSON?) {
    for attribute in attributes?.array ?? [] {
      guard let key = attribute["key"]?.string, let alias = GenAIAttributes.aliases[key] else { continue }
      if let known = values[alias.meaning], known.rank < alias.rank { continue }
      let value = OTLPValue.plain(attribute["value"])
      if value.isNull || (value == .string("") && !alias.meaning.mayBeEmpty) { continue }
      values[alias.meaning] = (value, alias.rank)
    }
  }

  /// The text of an attribute; numbers and booleans are written out.
  func text(_ meaning: Meaning) -> String? {
    switch values[meaning]?.value {
    case .string(let text): OTLPValue.cut(text)
    case .integer(let value): String(value)
    case .number(let value): value.description
    case .bool(let value): value ? "true" : "false"
    default: nil
    }
  }

  /// A count that is not negative, also where it is written as text.
  func count(_ meaning: Meaning) -> Int? {
    guard let value = OTLPValue.integer(values[meaning]?.value), value >= 0 else { return nil }
    return Int(value)
  }

  /// A finite number that is not negative.
  func amount(_ meaning: Meaning) -> Double? {
    let value = values[meaning]?.value
    guard let amount = value?.double ?? value?.string.flatMap(Double.init), amount.isFinite, amount >= 0 else {
      return nil
    }
    return amount
  }

  /// A value as canonical JSON where it is an object or array, also one that was written as text; else its text.
  func content(_ meaning: Meaning) -> String? {
    guard let value = values[meaning]?.value else { return nil }
    switch value {
    case .array, .object: return OTLPValue.cut(value.canonical)
    case .string(let text):
      guard text.utf8.count <= OTLPValue.textLimit, let first = text.utf8.first(where: { $0 > 0x20 }),
        first == 0x7B || first == 0x5B, let document = try? JSON(parsing: text)
      else { return OTLPValue.cut(text) }
      return OTLPValue.cut(document.canonical)
    default: return self.text(meaning)
    }
  }

  /// Traceloop's name of the entity where the span is of the given operation.
  func entity(of operation: TraceSpan.Operation) -> String? {
    guard let kind = text(.traceloopKind), GenAIAttributes.traceloopOperation(kind) == operation else { return nil }
    return text(.entity)
  }

  /// What the span does, by the first convention that says so, else by the attributes that only one operation has.
  var operation: TraceSpan.Operation {
    switch text(.operation) {
    case "chat", "text_completion", "generate_content", "embeddings": return .model
    case "execute_tool": return .tool
    case "invoke_agent", "create_agent", "invoke_workflow": return .agent
    case .some: return .other
    case nil: break
    }
    switch text(.openInferenceKind)?.uppercased() {
    case "LLM", "EMBEDDING": return .model
    case "TOOL": return .tool
    case "AGENT": return .agent
    case .some: return .other
    case nil: break
    }
    if let kind = text(.traceloopKind) { return GenAIAttributes.traceloopOperation(kind) }
    if values[.requestType] != nil { return .model }
    if values[.tool] != nil { return .tool }
    return values[.model] != nil && values[.provider] != nil ? .model : .other
  }

  private static func traceloopOperation(_ kind: String) -> TraceSpan.Operation {
    switch kind {
    case "tool": .tool
    case "agent", "workflow": .agent
    default: .other
    }
  }
}
