import Domain

/// The attributes of a span, or of its resource, that describe an agent's work, whichever convention names them.
///
/// Conventions: OpenTelemetry GenAI up to 1.36, from 1.37 on, and with the names of 1.42; OpenInference with its
/// flattened lists; OpenLLMetry with its inputs as JSON text; Vercel's AI SDK where it names a tool call.
struct GenAIAttributes: Sendable {
  /// What an attribute means.
  enum Meaning: Int, CaseIterable, Sendable {
    case operation, openInferenceKind, traceloopKind, requestType, entity, workflow
    case provider, model, inputTokens, outputTokens, cacheRead, cacheWrite, reasoning, cost, finishReasons
    case agent, agentVersion, conversation, session, user, service, serviceVersion
    case tool, callID, arguments, result, parameters, input, output, errorType, attempt
    case inputMessages, outputMessages, instructions, definitions, entityInput, entityOutput
    case evaluationName, evaluationScore, evaluationLabel, guardrailVerdict, guardrailTarget
    case handoff

    /// Whether an empty text says something: that a tool was given, or gave back, nothing.
    var mayBeEmpty: Bool {
      switch self {
      case .arguments, .result, .input, .output, .entityInput, .entityOutput, .outputMessages, .inputMessages: true
      default: false
      }
    }
  }

  /// What a key means, and its rank among those of the same meaning: the lowest wins.
  struct Alias: Sendable {
    var meaning: Meaning
    var rank: UInt8
  }

  static let aliases: [String: Alias] = {
    let table: [(Meaning, [String])] = [
      (.operation, ["gen_ai.operation.name"]),
      (.openInferenceKind, ["openinference.span.kind"]),
      (.traceloopKind, ["traceloop.span.kind"]),
      (.requestType, ["llm.request.type"]),
      (.entity, ["traceloop.entity.name"]),
      (.workflow, ["traceloop.workflow.name", "gen_ai.workflow.name"]),
      (.provider, ["gen_ai.provider.name", "gen_ai.system", "llm.provider", "llm.system", "ai.model.provider"]),
      (
        .model,
        ["gen_ai.request.model", "gen_ai.response.model", "llm.model_name", "embedding.model_name", "ai.model.id"]
      ),
      (
        .inputTokens,
        [
          "gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.token_count.prompt",
          "llm.usage.prompt_tokens", "ai.usage.promptTokens",
        ]
      ),
      (
        .outputTokens,
        [
          "gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens", "llm.token_count.completion",
          "llm.usage.completion_tokens", "ai.usage.completionTokens",
        ]
      ),
      (
        .cacheRead,
        [
          "gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens",
          "llm.token_count.prompt_details.cache_read",
        ]
      ),
      (
        .cacheWrite,
        [
          "gen_ai.usage.cache_write.input_tokens", "gen_ai.usage.cache_creation.input_tokens",
          "gen_ai.usage.cache_creation_input_tokens", "llm.token_count.prompt_details.cache_write",
        ]
      ),
      (
        .reasoning,
        [
          "gen_ai.usage.reasoning.output_tokens", "gen_ai.usage.reasoning_tokens",
          "llm.token_count.completion_details.reasoning", "llm.usage.reasoning_tokens",
        ]
      ),
      (.cost, ["gen_ai.usage.cost", "llm.cost.total"]),
      (.finishReasons, ["gen_ai.response.finish_reasons", "llm.finish_reason", "llm.response.finish_reason"]),
      (.agent, ["gen_ai.agent.name", "agent.name", "agent_name"]),
      (.agentVersion, ["gen_ai.agent.version"]),
      (
        .conversation,
        [
          "gen_ai.conversation.id", "session.id", "traceloop.association.properties.session_id",
          "traceloop.association.properties.conversation_id", "langfuse.session.id",
        ]
      ),
      (.session, ["session.id", "traceloop.association.properties.session_id", "langfuse.session.id"]),
      (
        .user,
        ["user.id", "enduser.id", "traceloop.association.properties.user_id", "langfuse.user.id", "user.account_uuid"]
      ),
      (.service, ["service.name"]),
      (.serviceVersion, ["service.version"]),
      (.tool, ["gen_ai.tool.name", "tool.name", "ai.toolCall.name"]),
      (.callID, ["gen_ai.tool.call.id", "tool_call.id", "tool.id", "ai.toolCall.id"]),
      (.arguments, ["gen_ai.tool.call.arguments", "ai.toolCall.args"]),
      (.result, ["gen_ai.tool.call.result", "ai.toolCall.result"]),
      (.parameters, ["tool.parameters"]),
      (.input, ["input.value"]),
      (.output, ["output.value"]),
      (.errorType, ["error.type", "exception.type"]),
      (.attempt, ["gen_ai.request.attempt", "attempt"]),
      (.inputMessages, ["gen_ai.input.messages", "gen_ai.prompt"]),
      (.outputMessages, ["gen_ai.output.messages", "gen_ai.completion"]),
      (.instructions, ["gen_ai.system_instructions"]),
      (.definitions, ["gen_ai.tool.definitions", "llm.tools", "gen_ai.request.available_tools"]),
      (.entityInput, ["traceloop.entity.input"]),
      (.entityOutput, ["traceloop.entity.output"]),
      (.evaluationName, ["gen_ai.evaluation.name", "evaluation.name"]),
      (.evaluationScore, ["gen_ai.evaluation.score.value", "evaluation.score"]),
      (.evaluationLabel, ["gen_ai.evaluation.score.label", "evaluation.label"]),
      (.guardrailVerdict, ["gen_ai.guardrail.verdict.type", "guardrail.verdict", "guardrail.status"]),
      (.guardrailTarget, ["gen_ai.guardrail.target.type", "guardrail.name"]),
    ]
    var aliases: [String: Alias] = [:]
    for (meaning, keys) in table {
      for (rank, key) in keys.enumerated() where aliases[key] == nil {
        aliases[key] = Alias(meaning: meaning, rank: UInt8(rank))
      }
    }
    return aliases
  }()

  private var values = [JSON?](repeating: nil, count: Meaning.allCases.count)
  private var ranks = [UInt8](repeating: .max, count: Meaning.allCases.count)
  private var touched: [UInt8] = []
  private(set) var flattened = FlattenedMessages()

  /// Takes in an `attributes` list of OTLP; what is not a list, and what has no known name, is ignored.
  mutating func read(_ attributes: JSON?) {
    for attribute in attributes?.array ?? [] {
      guard let key = attribute["key"]?.string else { continue }
      if let alias = GenAIAttributes.aliases[key] {
        set(alias, OTLPValue.plain(attribute["value"]))
      } else if FlattenedMessages.mayHold(key) {
        flattened.add(key, OTLPValue.plain(attribute["value"]))
      }
    }
  }

  /// Takes in attributes that are a plain map.
  mutating func read(map: JSON?) {
    for (key, value) in map?.object?.members ?? [] {
      if let alias = GenAIAttributes.aliases[key] {
        set(alias, value)
      } else if FlattenedMessages.mayHold(key) {
        flattened.add(key, value)
      }
    }
  }

  /// Takes in one attribute of a known meaning.
  mutating func take(_ alias: Alias, _ value: JSON) { set(alias, value) }

  /// Takes in one attribute of a flattened list.
  mutating func take(flattened key: String, _ value: JSON) { flattened.add(key, value) }

  /// Forgets everything, to be used again.
  mutating func reset() {
    for index in touched {
      values[Int(index)] = nil
      ranks[Int(index)] = .max
    }
    touched.removeAll(keepingCapacity: true)
    if !flattened.isEmpty { flattened = FlattenedMessages() }
  }

  private mutating func set(_ alias: Alias, _ value: JSON) {
    let index = alias.meaning.rawValue
    if value.isNull || (value == .string("") && !alias.meaning.mayBeEmpty) { return }
    // One key for two meanings: the session is also a conversation's second name.
    if alias.meaning == .conversation, alias.rank > 0 {
      let session = Meaning.session.rawValue
      if alias.rank < ranks[session] {
        if ranks[session] == .max { touched.append(UInt8(session)) }
        values[session] = value
        ranks[session] = alias.rank
      }
    }
    if ranks[index] < alias.rank { return }
    if ranks[index] == .max { touched.append(UInt8(index)) }
    values[index] = value
    ranks[index] = alias.rank
  }

  /// A value as it was recorded.
  func value(_ meaning: Meaning) -> JSON? { values[meaning.rawValue] }

  /// The text of an attribute; numbers and booleans are written out.
  func text(_ meaning: Meaning) -> String? {
    switch value(meaning) {
    case .string(let text): text.prefix(utf8: TraceSpan.messageLimit)
    case .integer(let value): String(value)
    case .number(let value): value.description
    case .bool(let value): value ? "true" : "false"
    default: nil
    }
  }

  /// A count that is not negative, also where it is written as text.
  func count(_ meaning: Meaning) -> Int? { TraceValue.count(value(meaning)) }

  /// A finite number that is not negative.
  func amount(_ meaning: Meaning) -> Double? { TraceValue.amount(value(meaning)) }

  /// A value as canonical JSON where it is an object or array, also one that was written as text; else its text.
  func content(_ meaning: Meaning) -> String? { TraceValue.content(value(meaning)) }

  /// Traceloop's name of the entity where the span is of the given operation.
  func entity(of operation: TraceSpan.Operation) -> String? {
    guard let kind = text(.traceloopKind), GenAIAttributes.traceloopOperation(kind) == operation else { return nil }
    return text(.entity)
  }

  /// The word that the convention has for the kind of span.
  var kind: String? { text(.operation) ?? text(.openInferenceKind) ?? text(.traceloopKind) ?? text(.requestType) }

  /// What the span does, by the first convention that says so, else by the attributes that only one operation has.
  var operation: TraceSpan.Operation {
    switch text(.operation) {
    case "chat", "text_completion", "generate_content", "embeddings", "completion": return .model
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
    if value(.requestType) != nil { return .model }
    if value(.tool) != nil { return .tool }
    return value(.model) != nil && value(.provider) != nil ? .model : .other
  }

  private static func traceloopOperation(_ kind: String) -> TraceSpan.Operation {
    switch kind {
    case "tool": .tool
    case "agent", "workflow": .agent
    default: .other
    }
  }
}
