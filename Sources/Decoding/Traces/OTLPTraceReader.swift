import Domain

/// Reads a whole OTLP source: spans, and the log records that belong to them or stand for them.
///
/// Remembers, in bounded memory, which agent a service runs, so that spans whose convention names it on the root only
/// get it too; and messages whose span has not come yet.
struct OTLPTraceReader: Sendable {
  /// The only agent of a service; an empty text where there are several.
  private var agents = RecentMap<String, String>(capacity: 1_024)
  private var events = RecentMap<String, GenAIEvents>(capacity: 4_096)
  private var claude = ClaudeCodeEvents()

  /// Reads one export batch.
  mutating func read(_ bytes: borrowing RawSpan) -> TraceBatch {
    var document = OTLPScanner.scan(bytes)
    for record in document.records { read(record, into: &document.batch) }
    // Only the agents are looked at: a span handed on would be copied with all that it refers to.
    for index in document.services.indices {
      if let service = document.services[index] { learn(agent: document.batch.spans[index].agent, of: service) }
    }
    for index in document.services.indices {
      complete(&document.batch.spans[index], service: document.services[index])
    }
    return document.batch
  }

  /// Gives the messages whose spans never came, as spans of their own.
  mutating func finish() -> TraceBatch {
    var batch = TraceBatch()
    for (_, pending) in events.all { if let span = pending.span { batch.append(span) } }
    events = RecentMap(capacity: events.capacity)
    return batch
  }

  private mutating func learn(agent: String?, of service: String) {
    guard let agent, agent != service else { return }
    if let known = agents[service] {
      if known != agent, !known.isEmpty { agents.set(service, "") }
    } else {
      agents.set(service, agent)
    }
  }

  private mutating func complete(_ span: inout TraceSpan, service: String?) {
    if let service, span.agent == service, let agent = agents[service], !agent.isEmpty {
      span.agent = agent
      span.agentIsService = false
    }
    if !events.isEmpty, let pending = events.take(GenAIEvents.key(span.traceID, span.spanID)) { pending.fill(&span) }
  }

  private mutating func read(_ record: OTLPLogRecord, into batch: inout TraceBatch) {
    if record.name.hasPrefix("claude_code.") {
      claude.read(record, into: &batch)
      return
    }
    guard let traceID = record.traceID, let spanID = record.spanID, let time = record.time else { return }
    let key = GenAIEvents.key(traceID, spanID)
    if events[key] == nil, let evicted = events.set(key, GenAIEvents(traceID: traceID, spanID: spanID, time: time)) {
      if let span = evicted.span { batch.append(span) }
    }
    events.update(key) { $0.read(record) }
  }
}

/// The GenAI events of one span that came as log records.
struct GenAIEvents: Sendable {
  private let traceID: String
  private let spanID: String
  private var start: Timestamp
  private var end: Timestamp
  private var input = ChatMessages()
  private var output = ChatMessages()
  private var attributes = GenAIAttributes()
  private var evaluations: [TraceSpan.Evaluation] = []
  private var service: String?
  private var version: String?

  init(traceID: String, spanID: String, time: Timestamp) {
    self.traceID = traceID
    self.spanID = spanID
    start = time
    end = time
  }

  static func key(_ traceID: String, _ spanID: String) -> String { traceID + spanID }

  mutating func read(_ record: OTLPLogRecord) {
    if let time = record.time {
      start = min(start, time)
      end = max(end, time)
    }
    service = service ?? record.service.text(.service)
    version = version ?? record.service.text(.serviceVersion)
    switch record.name {
    case "gen_ai.system.message", "gen_ai.user.message", "gen_ai.tool.message":
      let role = String(record.name.split(separator: ".")[1])
      input.append(ChatMessages.message(content(record), role: role))
    case "gen_ai.assistant.message": input.append(ChatMessages.message(content(record), role: "assistant"))
    case "gen_ai.choice":
      var message = ChatMessages.message(content(record), role: "assistant")
      message.finishReason = message.finishReason ?? content(record)["finish_reason"]?.string
      output.append(message)
    case "gen_ai.evaluation.result":
      let meanings = record.meanings
      guard evaluations.count < TraceSpan.listLimit else { return }
      evaluations.append(
        TraceSpan.Evaluation(
          name: meanings.text(.evaluationName) ?? "evaluation", score: meanings.value(.evaluationScore)?.double,
          label: meanings.text(.evaluationLabel)))
    default: break
    }
    attributes.read(map: .object(JSONObject(record.attributes.map { (name: $0.key, value: $0.value) })))
  }

  private func content(_ record: OTLPLogRecord) -> JSON {
    if record.body.object != nil { return record.body }
    return .object(JSONObject(record.attributes.map { (name: $0.key, value: $0.value) }))
  }

  /// Adds what the events say to the span that they belong to.
  func fill(_ span: inout TraceSpan) {
    if span.inputText == nil { span.take(input: input) }
    if span.outputText == nil { span.take(output: output) }
    if !evaluations.isEmpty {
      span.evaluations = Array(((span.evaluations ?? []) + evaluations).prefix(TraceSpan.listLimit))
    }
    span.fill(from: attributes)
  }

  /// A span made of the events alone; nil where they are evaluations of a span that was not seen.
  var span: TraceSpan? {
    guard input.count + output.count > 0 || attributes.operation == .model else { return nil }
    var span = TraceSpan(
      traceID: traceID, spanID: spanID, parentID: SyntheticRoots.id(of: traceID),
      name: attributes.text(.model).map { "chat \($0)" } ?? "chat", operation: .model, start: start, end: end,
      isError: attributes.text(.errorType) != nil)
    fill(&span)
    span.kind = span.kind ?? "message events"
    span.agent = span.agent ?? service
    span.version = span.version ?? version
    return span
  }
}
