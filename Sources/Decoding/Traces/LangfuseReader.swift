import Domain

/// Reads what Langfuse exports: a trace with its observations, or single observations.
struct LangfuseReader: TraceRecordReader {
  mutating func read(_ record: JSON, into batch: inout TraceBatch) {
    let observations = record[known: "observations"]?.array ?? record[known: "trace"]?[known: "observations"]?.array
    if let observations {
      let trace = record[known: "trace"] ?? record
      for observation in observations { read(observation, of: trace, &batch) }
    } else if record[known: "traceId"] != nil {
      read(record, of: .null, &batch)
    } else {
      batch.refuse("neither a trace with observations nor an observation")
    }
  }

  private func read(_ observation: JSON, of trace: JSON, _ batch: inout TraceBatch) {
    guard let id = TraceValue.name(observation[known: "id"]),
      let traceID = TraceValue.name(observation[known: "traceId"] ?? trace[known: "id"]),
      let start = TraceValue.time(observation[known: "startTime"])
    else {
      batch.refuse("an observation without id, traceId or startTime")
      return
    }
    let type = observation[known: "type"]?.string?.uppercased() ?? "SPAN"
    var attributes = GenAIAttributes()
    let metadata = TraceValue.unwrapped(observation[known: "metadata"])
    attributes.read(map: metadata?[known: "attributes"])
    attributes.read(map: metadata?[known: "resourceAttributes"])
    let name = TraceValue.name(observation[known: "name"]) ?? type
    var span = TraceSpan(
      traceID: traceID, spanID: id, parentID: TraceValue.name(observation[known: "parentObservationId"]), name: name,
      operation: operation(type, attributes), start: start,
      end: TraceValue.time(observation[known: "endTime"]) ?? (type == "EVENT" ? start : nil),
      isError: observation[known: "level"]?.string == "ERROR" || attributes.text(.errorType) != nil)
    span.kind = type
    span.statusMessage = TraceValue.name(observation[known: "statusMessage"])
    span.conversationID = TraceValue.name(trace[known: "sessionId"] ?? observation[known: "sessionId"])
    span.sessionID = span.conversationID
    span.userID = TraceValue.name(trace[known: "userId"])
    span.version =
      [observation[known: "version"], trace[known: "version"], trace[known: "release"]].lazy.compactMap {
        TraceValue.name($0)
      }.first
    fill(&span, observation, attributes)
    if span.parentID == nil { span.evaluations = scores(trace[known: "scores"]) }
    batch.append(span)
  }

  private func operation(_ type: String, _ attributes: GenAIAttributes) -> TraceSpan.Operation {
    switch type {
    case "GENERATION", "EMBEDDING": .model
    case "TOOL": .tool
    case "AGENT": .agent
    default: attributes.operation
    }
  }

  private func fill(_ span: inout TraceSpan, _ observation: JSON, _ attributes: GenAIAttributes) {
    span.model =
      TraceValue.name(observation[known: "model"]) ?? TraceValue.name(observation[known: "providedModelName"])
    let usage = observation[known: "usageDetails"] ?? observation[known: "usage"]
    span.inputTokens = span.operation == .model ? TraceValue.count(usage?[known: "input"]) : nil
    span.outputTokens = span.operation == .model ? TraceValue.count(usage?[known: "output"]) : nil
    span.cacheReadTokens = TraceValue.count(
      usage?[known: "prompt_details.cache_read"] ?? usage?[known: "input_cached_tokens"])
    span.reasoningTokens = TraceValue.count(usage?[known: "completion_details.reasoning"])
    let cost = TraceValue.amount(observation[known: "totalCost"] ?? observation[known: "calculatedTotalCost"])
    // Observations that are no generations all carry a total of 0.
    if let cost, cost > 0 || span.operation == .model && span.inputTokens != nil { span.costUSD = cost }
    let input = TraceValue.unwrapped(observation[known: "input"])
    let output = TraceValue.unwrapped(observation[known: "output"])
    let prefix = "execute_tool "
    switch span.operation {
    case .tool:
      span.tool =
        attributes.text(.tool) ?? (span.name.hasPrefix(prefix) ? String(span.name.dropFirst(prefix.count)) : span.name)
      span.setArguments(TraceValue.content(input))
      span.setResult(TraceValue.content(output))
    case .model:
      span.take(input: ChatMessages(input?[known: "messages"] ?? input?[known: "prompt"] ?? input, role: "user"))
      span.take(output: ChatMessages(output, role: "assistant"))
    case .agent:
      span.agent = attributes.text(.agent) ?? OTLPTraceDecoder.agent(named: span.name, attributes) ?? span.name
      span.take(input: ChatMessages(input, role: "user"))
      span.take(output: ChatMessages(output, role: "assistant"))
    case .other: break
    }
    let version = span.version
    span.fill(from: attributes)
    span.kind = observation[known: "type"]?.string ?? span.kind
    span.version = version ?? span.version ?? attributes.text(.serviceVersion)
    let service = attributes.text(.service)
    if span.agent == nil, let service, !service.hasPrefix("unknown_service") { span.agent = service }
  }

  private func scores(_ json: JSON?) -> [TraceSpan.Evaluation]? {
    guard let scores = json?.array else { return nil }
    return scores.prefix(TraceSpan.listLimit).map { score in
      TraceSpan.Evaluation(
        name: TraceValue.name(score[known: "name"]) ?? "score", score: score[known: "value"]?.double,
        label: TraceValue.name(score[known: "stringValue"]))
    }
  }
}
