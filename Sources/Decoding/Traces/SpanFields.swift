import Domain

extension TraceSpan {
  /// Fills in what the attributes of the span say; fields that have a value already keep it.
  mutating func fill(from attributes: GenAIAttributes) {
    kind = kind ?? attributes.kind
    conversationID = conversationID ?? attributes.text(.conversation)
    sessionID = sessionID ?? attributes.text(.session)
    userID = userID ?? attributes.text(.user)
    agent = agent ?? attributes.text(.agent) ?? attributes.entity(of: .agent) ?? attributes.text(.workflow)
    version = version ?? attributes.text(.agentVersion)
    model = model ?? attributes.text(.model)
    provider = provider ?? attributes.text(.provider)
    errorType = errorType ?? attributes.text(.errorType)
    attempt = attempt ?? attributes.count(.attempt)
    inputTokens = inputTokens ?? attributes.count(.inputTokens)
    outputTokens = outputTokens ?? attributes.count(.outputTokens)
    cacheReadTokens = cacheReadTokens ?? attributes.count(.cacheRead)
    cacheWriteTokens = cacheWriteTokens ?? attributes.count(.cacheWrite)
    reasoningTokens = reasoningTokens ?? attributes.count(.reasoning)
    costUSD = costUSD ?? attributes.amount(.cost)
    toolCallID = toolCallID ?? attributes.text(.callID)
    declaredTools =
      declaredTools ?? ChatMessages.toolNames(attributes.value(.definitions))
      ?? attributes.flattened.declaredTools
    fillEvaluations(from: attributes)
    fillFinishReasons(from: attributes)
    if operation == .tool { fillTool(from: attributes) } else { fillMessages(from: attributes) }
  }

  private mutating func fillTool(from attributes: GenAIAttributes) {
    let prefix = "execute_tool "
    tool =
      tool ?? attributes.text(.tool) ?? attributes.entity(of: .tool)
      ?? (name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : nil)
    if arguments == nil {
      setArguments(
        attributes.content(.arguments) ?? OpenLLMetryContent.input(attributes.value(.entityInput))
          ?? attributes.content(.input) ?? TraceSpan.declared(attributes.value(.parameters)))
    }
    if result == nil {
      setResult(
        attributes.content(.result) ?? OpenLLMetryContent.output(attributes.value(.entityOutput))
          ?? attributes.content(.output))
    }
  }

  /// OpenInference's `tool.parameters` hold the arguments in some instrumentations, the schema of them in others.
  private static func declared(_ parameters: JSON?) -> String? {
    let value = TraceValue.unwrapped(parameters)
    if value?["properties"]?.object != nil, value?["type"]?.string == "object" { return nil }
    return TraceValue.content(parameters)
  }

  private mutating func fillMessages(from attributes: GenAIAttributes) {
    if operation == .other {
      tool = tool ?? attributes.text(.tool)
      if arguments == nil { setArguments(attributes.content(.arguments)) }
      if result == nil { setResult(attributes.content(.result)) }
    }
    if outputText == nil {
      if let value = attributes.value(.outputMessages) {
        take(output: ChatMessages(value, role: "assistant"))
      } else if let output = attributes.flattened.output {
        take(output: output)
      } else if let text = OpenLLMetryContent.output(attributes.value(.entityOutput)) ?? attributes.content(.output) {
        setOutputText(text)
      }
    }
    if inputText == nil {
      if let value = attributes.value(.inputMessages) {
        take(input: ChatMessages(value, role: "user"))
      } else if let input = attributes.flattened.input {
        take(input: input)
      } else if let text = OpenLLMetryContent.input(attributes.value(.entityInput)) ?? attributes.content(.input) {
        setInputText(text)
      }
    }
  }

  private mutating func fillFinishReasons(from attributes: GenAIAttributes) {
    guard finishReasons == nil else { return }
    switch TraceValue.unwrapped(attributes.value(.finishReasons)) {
    case .array(let reasons): finishReasons = reasons.prefix(TraceSpan.listLimit).compactMap { TraceValue.name($0) }
    case .string(let reason): finishReasons = [reason.prefix(utf8: TraceSpan.messageLimit)]
    default: break
    }
  }

  private mutating func fillEvaluations(from attributes: GenAIAttributes) {
    evaluations = evaluations ?? attributes.flattened.scores
    if evaluations == nil, attributes.value(.evaluationScore) != nil || attributes.value(.evaluationLabel) != nil {
      evaluations = [
        Evaluation(
          name: attributes.text(.evaluationName) ?? name, score: attributes.value(.evaluationScore)?.double,
          label: attributes.text(.evaluationLabel))
      ]
    }
    if guardrail == nil, let verdict = attributes.text(.guardrailVerdict) {
      let calm: Set = ["allow", "success", "pass", "passed", "ok", "none"]
      guardrail = Guardrail(
        name: attributes.text(.guardrailTarget) ?? name, verdict: verdict,
        didTrigger: !calm.contains(verdict.lowercased()))
    }
  }
}

/// The wrappers that OpenLLMetry puts around what an entity was given and gave back.
enum OpenLLMetryContent {
  private static let context: Set = ["tags", "metadata", "kwargs", "name", "config"]

  /// The input within `input_str`, `inputs`, or `args` and `kwargs`.
  static func input(_ json: JSON?) -> String? {
    guard case .object(let object)? = TraceValue.unwrapped(json) else { return TraceValue.content(json) }
    let names = Set(object.members.map(\.name))
    if let text = object["input_str"], names.subtracting(context).count == 1 { return TraceValue.content(text) }
    if let inputs = object["inputs"], names.subtracting(context).count == 1 { return TraceValue.content(inputs) }
    if let positional = object["args"]?.array, let named = object["kwargs"]?.object, names.count == 2 {
      if positional.isEmpty { return TraceValue.content(object["kwargs"]) }
      if named.members.isEmpty, positional.count == 1 { return TraceValue.content(positional[0]) }
    }
    return TraceValue.content(json)
  }

  /// The output within `output` or `outputs`.
  static func output(_ json: JSON?) -> String? {
    guard case .object(let object)? = TraceValue.unwrapped(json) else { return TraceValue.content(json) }
    let names = Set(object.members.map(\.name)).subtracting(context)
    if names.count == 1, let output = object["output"] ?? object["outputs"] { return TraceValue.content(output) }
    return TraceValue.content(json)
  }
}
