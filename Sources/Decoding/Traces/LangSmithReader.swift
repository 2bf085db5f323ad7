import Domain

/// Reads LangSmith's runs: single ones, or batches of new (`post`) and finished (`patch`) ones, which are joined.
///
/// Source of the shape: langsmith-sdk. A patch may lack the run's id; its dotted order ends in it.
struct LangSmithReader: TraceRecordReader {
  private var open = RecentMap<String, JSONObject>(capacity: 1_024)

  mutating func read(_ record: JSON, into batch: inout TraceBatch) {
    let posts = record[known: "post"]?.array
    let patches = record[known: "patch"]?.array
    guard posts != nil || patches != nil else {
      if let runs = record[known: "runs"]?.array {
        for run in runs { take(run, &batch) }
      } else {
        take(record, &batch)
      }
      return
    }
    for run in posts ?? [] { take(run, &batch) }
    for run in patches ?? [] { take(run, &batch) }
  }

  mutating func finish(into batch: inout TraceBatch) {
    for (_, run) in open.all { span(.object(run), &batch) }
    open = RecentMap(capacity: open.capacity)
  }

  /// The run's id: its own, else the end of its dotted order (`20241013T070536672001Z` and the id).
  private static func id(of run: JSON) -> String? {
    if let id = TraceValue.name(run[known: "id"]) { return id }
    guard let last = run[known: "dotted_order"]?.string?.split(separator: ".").last, last.utf8.count > 36 else {
      return nil
    }
    return String(last.suffix(36))
  }

  private mutating func take(_ run: JSON, _ batch: inout TraceBatch) {
    guard case .object(var object) = run, let id = LangSmithReader.id(of: run) else {
      batch.refuse("a run without id and dotted_order")
      return
    }
    if var known = open.take(id) {
      for (name, value) in object.members where !value.isNull { known[name] = value }
      object = known
    }
    if object[known: "end_time"] != nil || object[known: "error"] != nil {
      span(.object(object), &batch)
    } else if let evicted = open.set(id, object) {
      span(.object(evicted), &batch)
    }
  }

  private func span(_ run: JSON, _ batch: inout TraceBatch) {
    guard let id = LangSmithReader.id(of: run), let start = TraceValue.time(run[known: "start_time"]) else {
      batch.refuse("a run without start_time: its beginning was not seen")
      return
    }
    let type = run[known: "run_type"]?.string ?? "chain"
    let metadata = run[known: "extra"]?[known: "metadata"]
    let error = run[known: "error"]
    var span = TraceSpan(
      traceID: TraceValue.name(run[known: "trace_id"]) ?? id, spanID: id, parentID: parent(of: run),
      name: TraceValue.name(run[known: "name"]) ?? type, operation: .other, start: start,
      end: TraceValue.time(run[known: "end_time"]),
      isError: error.map { !$0.isNull && $0.string?.isEmpty != true } ?? false)
    span.kind = type
    span.statusMessage = error?.string?.prefix(utf8: TraceSpan.messageLimit)
    span.conversationID =
      ["session_id", "thread_id", "conversation_id"].lazy.compactMap {
        TraceValue.name(metadata?[known: $0])
      }.first
    span.sessionID = span.conversationID
    span.userID = TraceValue.name(metadata?[known: "user_id"])
    span.version = TraceValue.name(metadata?[known: "revision_id"])
    let inputs = run[known: "inputs"]
    let outputs = run[known: "outputs"]
    switch type {
    case "llm", "embedding":
      span.operation = .model
      span.provider = TraceValue.name(metadata?[known: "ls_provider"])
      span.model = TraceValue.name(metadata?[known: "ls_model_name"]) ?? TraceValue.name(inputs?[known: "model"])
      span.fillUsage(
        openAI: outputs?[known: "usage_metadata"] ?? outputs?[known: "usage"]
          ?? outputs?[known: "llm_output"]?[known: "token_usage"])
      let details = outputs?[known: "usage_metadata"]
      span.cacheReadTokens =
        span.cacheReadTokens ?? TraceValue.count(details?[known: "input_token_details"]?[known: "cache_read"])
      span.reasoningTokens =
        span.reasoningTokens ?? TraceValue.count(details?[known: "output_token_details"]?[known: "reasoning"])
      span.take(input: ChatMessages(inputs?[known: "messages"] ?? inputs, role: "user"))
      span.take(output: ChatMessages(outputs, role: "assistant"))
      span.declaredTools = ChatMessages.toolNames(inputs?[known: "tools"])
    case "tool":
      span.operation = .tool
      span.tool = span.name
      span.setArguments(TraceValue.content(inputs?[known: "input"] ?? inputs))
      span.setResult(TraceValue.content(outputs?[known: "output"] ?? outputs))
    case "chain" where span.parentID == nil:
      span.operation = .agent
      span.agent = span.name
    default: break
    }
    if span.agent == nil, let project = TraceValue.name(run[known: "session_name"]), project != "default" {
      span.agent = project
    }
    batch.append(span)
  }

  private func parent(of run: JSON) -> String? {
    if let parent = TraceValue.name(run[known: "parent_run_id"]) { return parent }
    let parts = run[known: "dotted_order"]?.string?.split(separator: ".") ?? []
    guard parts.count > 1, parts[parts.count - 2].utf8.count > 36 else { return nil }
    return String(parts[parts.count - 2].suffix(36))
  }
}
