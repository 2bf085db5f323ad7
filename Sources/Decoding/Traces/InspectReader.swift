import Domain

/// Reads logs of Inspect AI: a whole log, one sample, or a bare list of events. One sample is one run.
///
/// Source of the shape: inspect_ai, `log/_log.py` and `event/`. Logs from before spans have steps, whose places are
/// told by their order alone.
struct InspectReader: TraceRecordReader {
  private let source: String
  private var header: JSON = .null
  private var samples = 0

  init(source: String) { self.source = source }

  /// Takes what is common to all samples: `eval`, `status` and so on.
  mutating func take(header: JSON) { self.header = header }

  mutating func read(_ record: JSON, into batch: inout TraceBatch) {
    if record[known: "eval"] != nil { header = record }
    if let samples = record[known: "samples"]?.array {
      for sample in samples { read(sample: sample, into: &batch) }
    } else if record[known: "events"] != nil || record[known: "transcript"] != nil {
      read(sample: record, into: &batch)
    } else if record[known: "eval"] != nil {
      batch.note("the log holds no samples")
    } else {
      batch.refuse("neither a log nor a sample of Inspect")
    }
  }

  private mutating func read(sample: JSON, into batch: inout TraceBatch) {
    samples += 1
    let id = TraceValue.content(sample[known: "id"]) ?? "\(samples)"
    let epoch = TraceValue.count(sample[known: "epoch"]) ?? 1
    let run = TraceValue.name(header[known: "eval"]?[known: "run_id"]) ?? source
    let name = TraceValue.name(sample[known: "uuid"]) ?? "\(run):\(id):\(epoch)"
    var transcript = InspectTranscript(trace: name.boundedIdentifier(), header: header, sample: sample)
    transcript.read(into: &batch)
  }
}

/// The events of one sample on their way to spans.
private struct InspectTranscript {
  let trace: String
  let header: JSON
  let sample: JSON
  private let attachments: JSON
  private var root: TraceSpan
  /// The spans and steps that are open, the innermost last, where events do not name theirs.
  private var open: [String] = []
  private var spans: [String: TraceSpan] = [:]
  private var order: [String] = []
  private var number = 0
  private var evaluations: [TraceSpan.Evaluation] = []
  private var last: Timestamp?

  private static let openLimit = 10_000

  init(trace: String, header: JSON, sample: JSON) {
    self.trace = trace
    self.header = header
    self.sample = sample
    attachments = sample[known: "attachments"] ?? sample[known: "transcript"]?[known: "content"] ?? .null
    let eval = header[known: "eval"]
    root = TraceSpan(
      traceID: trace, spanID: SyntheticRoots.id(of: trace), parentID: nil,
      name: TraceValue.name(eval?[known: "task"]) ?? "sample", operation: .agent, start: .epoch, end: nil)
    root.kind = "sample"
    root.agent = TraceValue.name(eval?[known: "task"])
    root.version = TraceValue.content(eval?[known: "task_version"])
    root.model = TraceValue.name(eval?[known: "model"])
  }

  mutating func read(into batch: inout TraceBatch) {
    let events = (sample[known: "events"] ?? sample[known: "transcript"]?[known: "events"])?.array ?? []
    var children: [TraceSpan] = []
    for event in events {
      guard let time = TraceValue.time(event[known: "timestamp"]) else {
        batch.refuse("an event without a timestamp")
        continue
      }
      if last == nil { root.start = time }
      last = max(last ?? time, TraceValue.time(event[known: "completed"]) ?? time)
      number += 1
      if let span = read(event, at: time) { children.append(span) }
    }
    if events.isEmpty, let started = TraceValue.time(header[known: "eval"]?[known: "created"]) {
      root.start = started
      last = started
    }
    guard last != nil else {
      batch.note("a sample without events")
      return
    }
    finish()
    for id in order { if let span = spans[id] { batch.append(span) } }
    for child in children { batch.append(child) }
    batch.append(root)
  }

  private mutating func finish() {
    let status = header[known: "status"]?.string
    root.end = status == "started" && sample[known: "scores"] == nil ? nil : last
    if let error = sample[known: "error"] {
      root.isError = true
      root.statusMessage = TraceValue.name(error[known: "message"]) ?? root.statusMessage
      root.errorType = "error"
    }
    for (name, score) in sample[known: "scores"]?.object?.members ?? [] where evaluations.isEmpty || score.object != nil
    {
      note(score: score, name: name)
    }
    if !evaluations.isEmpty { root.evaluations = evaluations }
    root.take(input: ChatMessages(resolved(sample[known: "input"]), role: "user"))
    root.take(output: ChatMessages(sample[known: "output"], role: "assistant"))
    for id in spans.keys where spans[id]?.end == nil && root.end != nil { spans[id]?.end = last }
  }

  private mutating func note(score: JSON, name: String) {
    guard evaluations.count < TraceSpan.listLimit else { return }
    evaluations.removeAll { $0.name == name }
    let value = score[known: "value"]
    evaluations.append(
      TraceSpan.Evaluation(
        name: name, score: value?.double ?? (value?.bool.map { $0 ? 1 : 0 }), label: TraceValue.name(value)))
  }

  private mutating func read(_ event: JSON, at time: Timestamp) -> TraceSpan? {
    switch event[known: "event"]?.string {
    case "span_begin":
      let id = TraceValue.name(event[known: "id"]) ?? "span-\(number)"
      begin(id, parent: TraceValue.name(event[known: "parent_id"]), event, at: time)
      return nil
    case "span_end":
      end(TraceValue.name(event[known: "id"]), at: time)
      return nil
    case "step":
      if event[known: "action"]?.string == "begin" {
        begin("step-\(number)", parent: open.last, event, at: time)
      } else {
        end(open.last, at: time)
      }
      return nil
    case "model": return model(event, at: time)
    case "tool": return tool(event, at: time)
    case "approval": return approval(event, at: time)
    case "score":
      if let score = event[known: "score"] {
        note(score: score, name: TraceValue.name(event[known: "scorer"]) ?? "score")
      }
      return step("score", event, at: time)
    case "error":
      root.isError = true
      root.statusMessage = TraceValue.name(event[known: "error"]?[known: "message"])
      var span = step("error", event, at: time)
      span.isError = true
      span.statusMessage = root.statusMessage
      return span
    case "sample_limit":
      var span = step("sample_limit", event, at: time)
      span.isError = true
      span.errorType = TraceValue.name(event[known: "type"])
      span.statusMessage = TraceValue.name(event[known: "message"])
      return span
    case "sandbox":
      var span = step("sandbox", event, at: time)
      let command = event[known: "cmd"] ?? event[known: "file"]
      span.name = "sandbox " + (TraceValue.name(event[known: "action"]) ?? "")
      span.setArguments(TraceValue.content(resolved(command)))
      span.setResult(TraceValue.content(resolved(event[known: "output"])))
      span.isError = event[known: "action"]?.string == "exec" && (event[known: "result"]?.integer ?? 0) != 0
      return span
    default: return nil
    }
  }

  private mutating func begin(_ id: String, parent: String?, _ event: JSON, at time: Timestamp) {
    guard spans.count < InspectTranscript.openLimit else { return }
    let type = TraceValue.name(event[known: "type"])
    var span = TraceSpan(
      traceID: trace, spanID: spanID(id), parentID: parent.map(spanID) ?? root.spanID,
      name: TraceValue.name(event[known: "name"]) ?? type ?? "span", operation: type == "agent" ? .agent : .other,
      start: time, end: nil)
    span.kind = type
    span.agent = type == "agent" ? span.name : root.agent
    span.version = root.version
    if spans[id] == nil { order.append(id) }
    spans[id] = span
    open.append(id)
  }

  private mutating func end(_ id: String?, at time: Timestamp) {
    guard let id, let index = open.lastIndex(of: id) else { return }
    open.remove(at: index)
    spans[id]?.end = time
  }

  private func spanID(_ id: String) -> String {
    id.hasPrefix("step-") || id.hasPrefix("span-") ? SpanIdentity.span(trace, id) : id
  }

  private func step(
    _ name: String, _ event: JSON, at time: Timestamp, operation: TraceSpan.Operation = .other
  ) -> TraceSpan {
    let parent = TraceValue.name(event[known: "span_id"]).flatMap { spans[$0] == nil ? nil : $0 } ?? open.last
    let id = TraceValue.name(event[known: "uuid"]) ?? SpanIdentity.span(trace, name, "\(number)")
    var span = TraceSpan(
      traceID: trace, spanID: id, parentID: parent.map(spanID) ?? root.spanID, name: name, operation: operation,
      start: time, end: TraceValue.time(event[known: "completed"]) ?? time)
    span.agent = parent.flatMap { spans[$0]?.agent } ?? root.agent
    span.version = root.version
    span.kind = event[known: "event"]?.string
    return span
  }

  private func model(_ event: JSON, at time: Timestamp) -> TraceSpan {
    let output = event[known: "output"]
    var span = step("chat", event, at: time, operation: .model)
    span.model = TraceValue.name(event[known: "model"]) ?? TraceValue.name(output?[known: "model"])
    if let model = span.model {
      span.name = "chat \(model)"
      if let slash = model.firstIndex(of: "/") { span.provider = String(model[..<slash]) }
    }
    if event[known: "pending"]?.bool == true {
      span.end = nil
    } else if event[known: "completed"] == nil, let seconds = TraceValue.amount(output?[known: "time"]) {
      span.end = time + .seconds(min(seconds, 86_400))
    }
    let usage = output?[known: "usage"]
    span.fillUsage(openAI: usage)
    span.cacheReadTokens = TraceValue.count(usage?[known: "input_tokens_cache_read"])
    span.cacheWriteTokens = TraceValue.count(usage?[known: "input_tokens_cache_write"])
    span.reasoningTokens = TraceValue.count(usage?[known: "reasoning_tokens"])
    span.attempt = TraceValue.count(event[known: "retries"]).map { $0.addingClamped(1) }
    span.statusMessage = TraceValue.name(event[known: "error"] ?? output?[known: "error"])
    span.isError = span.statusMessage != nil
    span.take(input: ChatMessages(event[known: "input"], role: "user"))
    if let text = span.inputText { span.setInputText(resolved(text)) }
    span.take(output: ChatMessages(output, role: "assistant"))
    if let text = span.outputText { span.setOutputText(resolved(text)) }
    span.declaredTools = ChatMessages.toolNames(event[known: "tools"])
    return span
  }

  private func tool(_ event: JSON, at time: Timestamp) -> TraceSpan {
    let function = TraceValue.name(event[known: "function"])
    var span = step("execute_tool " + (function ?? ""), event, at: time, operation: .tool)
    span.spanID = TraceValue.name(event[known: "uuid"]) ?? SpanIdentity.span(trace, "tool", "\(number)")
    span.tool = function
    span.toolCallID = TraceValue.name(event[known: "id"])
    if event[known: "pending"]?.bool == true { span.end = nil }
    span.setArguments(TraceValue.content(resolved(event[known: "arguments"])))
    let error = event[known: "error"]
    span.isError = error != nil || event[known: "failed"]?.bool == true
    span.errorType = TraceValue.name(error?[known: "type"])
    span.statusMessage = TraceValue.name(resolved(error?[known: "message"]))
    if event["result"] != nil { span.setResult(ChatMessages.resultText(resolved(event["result"])) ?? "") }
    return span
  }

  private func approval(_ event: JSON, at time: Timestamp) -> TraceSpan {
    var span = step("approval", event, at: time)
    let call = event[known: "call"]
    span.tool = TraceValue.name(call?[known: "function"])
    span.toolCallID = TraceValue.name(call?[known: "id"])
    span.statusMessage = TraceValue.name(event[known: "explanation"])
    if let decision = event[known: "decision"]?.string.flatMap(TraceSpan.Approval.Decision.init(rawValue:)) {
      span.approval = TraceSpan.Approval(decision: decision, by: TraceValue.name(event[known: "approver"]))
    }
    return span
  }

  /// Texts that occur often stand once, under their hash; images stay under it.
  private func resolved(_ json: JSON?) -> JSON? {
    switch json {
    case .string(let text): return .string(resolved(text))
    case .object(let object):
      return .object(JSONObject(object.members.map { (name: $0.name, value: resolvedText($0.value)) }))
    case .array(let elements): return .array(elements.map(resolvedText))
    default: return json
    }
  }

  private func resolvedText(_ json: JSON) -> JSON {
    if case .string(let text) = json { return .string(resolved(text)) }
    return json
  }

  private func resolved(_ text: String) -> String {
    let prefix = "attachment://"
    guard text.hasPrefix(prefix), text.utf8.count <= 128,
      let whole = attachments[String(text.dropFirst(prefix.count))]?.string, !whole.hasPrefix("data:")
    else { return text }
    return whole
  }
}
