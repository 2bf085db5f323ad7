import Domain

/// Names the format of a file from its first bytes; 64 KiB are plenty.
public struct FormatRecogniser: Sendable {
  /// Creates a recogniser.
  public init() {}

  /// The format of the file that begins with `head`; `path` only breaks ties.
  public func recognise(head: [UInt8], path: String) -> RecognisedFormat {
    if let binary = binary(head, path: path) { return binary }
    let bytes = head.span.bytes
    let hole = head.prefix { $0 == 0 }.count
    let mark = head.dropFirst(hole).starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    let start = JSONLexer.skipSpace(bytes, hole + mark)
    guard start < bytes.byteCount else {
      return RecognisedFormat(format: .text, confidence: 0, reason: "the file is empty so far")
    }
    if JSONLexer.byte(bytes, start) == 0x5B, let document = arrayDocument(bytes, start: start, path: path) {
      return document
    }
    // The first line may be the torn rest of a record, so the second has a say too.
    let second = head[start...].firstIndex(of: 0x0A).map { JSONLexer.skipSpace(bytes, $0) } ?? bytes.byteCount
    for place in [start, second] where place < bytes.byteCount && JSONLexer.byte(bytes, place) == 0x7B {
      let object = HeadObject(bytes, start: place)
      if object.fault == nil || object.members.count > 1 { return json(bytes, object, start: place, path: path) }
    }
    return TextRecogniser(bytes, start: start).recognise(path: path)
  }

  private func binary(_ head: [UInt8], path: String) -> RecognisedFormat? {
    func found(_ reason: String, dialect: String? = nil) -> RecognisedFormat {
      RecognisedFormat(format: .binary, dialect: dialect, confidence: 1, reason: reason)
    }
    if head.starts(with: [0x1F, 0x8B]) { return found("compressed with gzip", dialect: "gzip") }
    let zstandard: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]
    if head.starts(with: zstandard) { return found("compressed with zstd", dialect: "zstd") }
    if head.dropFirst(4).starts(with: zstandard) {
      return found("length-prefixed messages compressed with zstd; write OTLP as JSON instead", dialect: "zstd")
    }
    if head.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
      if path.hasSuffix(".eval") {
        return RecognisedFormat(
          format: .inspect, dialect: "eval", confidence: 0.95, reason: "a ZIP archive named .eval", isDocument: true)
      }
      return found("a ZIP archive", dialect: "zip")
    }
    if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) {
      return found("UTF-16 text; write the file as UTF-8", dialect: "utf-16")
    }
    // A file that was truncated while its writer kept its place begins with a hole of NULs.
    let content = head.drop { $0 == 0 }
    if content.isEmpty, !head.isEmpty { return found("nothing but NUL bytes") }
    if content.count == head.count, content.contains(0) { return found("NUL bytes among the text") }
    return nil
  }

  private func json(
    _ bytes: borrowing RawSpan, _ object: HeadObject, start: Int, path: String
  ) -> RecognisedFormat {
    let isDocument = object.fault == nil && spansLines(bytes, from: start, to: object.end ?? bytes.byteCount)
    func found(_ format: LogFormat, _ dialect: String? = nil, _ reason: String, _ confidence: Double = 0.95)
      -> RecognisedFormat
    {
      RecognisedFormat(
        format: format, dialect: dialect, confidence: confidence,
        reason: isDocument ? reason + "; one document over many lines" : reason, isDocument: isDocument)
    }
    if let signals = OTLPSignals(bytes, firstObject: object) {
      return found(.otlp, signals.dialect, signals.reason, 0.99)
    }
    if object.has("sessionId"), object.has("parentUuid") {
      return found(.claudeCode, "transcript", "members sessionId and parentUuid")
    }
    if let reason = InspectHead.events(object, in: bytes) { return found(.inspect, "events", reason, 0.9) }
    if object.has("loglines"), object.members.count <= 4 {
      return found(.claudeCode, "transcript", "member loglines", 0.8)
    }
    let type = object.string("type", in: bytes)
    if object.has("leafUuid"), type == "summary" {
      return found(.claudeCode, "transcript", "a summary with leafUuid")
    }
    if object.has("session_id"), let type, ["system", "assistant", "user", "result"].contains(type) {
      return found(.claudeCode, "stream-json", "members session_id and type \(type)", 0.9)
    }
    if object.has(all: "timestamp", "type", "payload"), let type,
      ["session_meta", "turn_context", "response_item", "event_msg", "compacted"].contains(type)
    {
      return found(.codex, nil, "timestamp, payload and type \(type)")
    }
    if let kind = object.string("object", in: bytes), kind == "trace" || kind == "trace.span" {
      return found(.openAIAgents, nil, "object \(kind)")
    }
    if object.has(all: "call_type", "response_cost") || object.has(all: "call_type", "litellm_call_id") {
      return found(.liteLLM, "standard-logging", "members call_type and response_cost")
    }
    if object.string("component", in: bytes)?.hasPrefix("LiteLLM") ?? false, object.has(all: "message", "level") {
      return found(.jsonl, "litellm-app-log", "component LiteLLM: the proxy's own log", 0.9)
    }
    if object.has(all: "trace", "observations") { return found(.langfuse, nil, "members trace and observations") }
    if object.has(all: "traceId", "startTime"), object.has("parentObservationId") {
      return found(.langfuse, "observations", "members traceId and parentObservationId")
    }
    if object.has(all: "run_type", "dotted_order") {
      return found(.langSmith, nil, "members run_type and dotted_order")
    }
    if object.has(all: "post", "patch") { return found(.langSmith, "batch", "members post and patch", 0.8) }
    if let reason = ConversationHead.langSmith(object, in: bytes) { return found(.langSmith, "batch", reason, 0.9) }
    if let version = object.string("schema_version", in: bytes), version.hasPrefix("ATIF-") {
      return found(.atif, version, "schema_version \(version)")
    }
    if object.has(all: "trajectory", "history") || object.has(all: "trajectory", "environment") {
      return found(.sweAgent, nil, "members trajectory and history or environment")
    }
    if let reason = ConversationHead.sweAgent(object, in: bytes) { return found(.sweAgent, "history", reason, 0.8) }
    if let reason = ConversationHead.whoAndWhen(object, in: bytes) { return found(.whoAndWhen, nil, reason, 0.8) }
    if object.has("mistake_agent") || object.has("mistake_step") {
      return found(.whoAndWhen, nil, "members mistake_agent and mistake_step")
    }
    if object.has(all: "question", "ground_truth") {
      return found(.whoAndWhen, nil, "members question and ground_truth", 0.85)
    }
    if object.has("history"), path.hasSuffix(".traj") {
      return found(.sweAgent, nil, "a member history in a file named .traj", 0.8)
    }
    if object.has("loglines") { return found(.claudeCode, "session", "a member loglines", 0.7) }
    if object.has(all: "task_id", "reward", "traj") { return found(.tauBench, nil, "members task_id, reward and traj") }
    if object.has(all: "eval", "version", "status") {
      return found(.inspect, "json", "members version, status and eval")
    }
    if let kind = object.string("kind", in: bytes), kind.hasPrefix("SpanKind.") {
      return found(.otelConsole, nil, "kind \(kind)")
    }
    if object.has(all: "context", "span_kind", "attributes") {
      return found(.otelConsole, "phoenix", "members context and span_kind")
    }
    if object.has(all: "messages", "info"), object.has("trajectory_format") {
      return found(.sweAgent, "mini-swe-agent", "members messages and trajectory_format")
    }
    return plainObjects(bytes, object, isDocument: isDocument)
  }

  /// How many of the whole lines in the head are objects decides how sure plain JSON lines are.
  private func plainObjects(
    _ bytes: borrowing RawSpan, _ object: HeadObject, isDocument: Bool
  ) -> RecognisedFormat {
    if isDocument {
      return RecognisedFormat(
        format: .jsonl, confidence: 0.6, reason: "JSON objects over several lines each; write one object a line",
        isDocument: true)
    }
    var scanner = JSONLineScanner(plan: FieldPlan())
    var table = FieldTable(columns: 0)
    var lines = 0
    var records = 0
    HeadLines.forEach(in: bytes) { line in
      if JSONLineScanner.isBlank(line) { return }
      lines += 1
      if scanner.scan(line, into: &table) { records += 1 }
    }
    if lines == 0 {
      let reason = object.end == nil ? "an object longer than the bytes looked at" : "one object"
      return RecognisedFormat(format: .jsonl, confidence: 0.7, reason: reason)
    }
    let share = Double(records) / Double(lines)
    return RecognisedFormat(
      format: share >= 0.5 ? .jsonl : .text, confidence: share >= 0.5 ? 0.9 * share : 0.5,
      reason: "\(records) of \(lines) lines are JSON objects")
  }

  private func arrayDocument(_ bytes: borrowing RawSpan, start: Int, path: String) -> RecognisedFormat? {
    let first = JSONLexer.skipSpace(bytes, start + 1)
    guard first < bytes.byteCount, JSONLexer.byte(bytes, first) == 0x7B else { return nil }
    let object = HeadObject(bytes, start: first)
    guard object.fault == nil, !object.members.isEmpty else { return nil }
    if object.has(all: "role", "content") {
      let isNamed = path.contains(".traj")
      return RecognisedFormat(
        format: isNamed ? .sweAgent : .jsonl, dialect: isNamed ? "messages" : nil, confidence: isNamed ? 0.9 : 0.5,
        reason: "one array of messages", isDocument: true)
    }
    if object.has(all: "sessionId", "parentUuid") {
      return RecognisedFormat(
        format: .claudeCode, dialect: "transcript", confidence: 0.8, reason: "one array of transcript entries",
        isDocument: true)
    }
    let known = json(bytes, object, start: first, path: path)
    if known.format != .jsonl, known.format != .text {
      return RecognisedFormat(
        format: known.format, dialect: known.dialect, confidence: known.confidence,
        reason: known.reason + "; one array of them", isDocument: true)
    }
    return RecognisedFormat(
      format: .jsonl, confidence: 0.5, reason: "one JSON array; write one object a line", isDocument: true)
  }

  private func spansLines(_ bytes: borrowing RawSpan, from start: Int, to end: Int) -> Bool {
    for index in start..<end where JSONLexer.byte(bytes, index) == 0x0A { return true }
    return false
  }
}

/// Tells bare lists of Inspect's events.
private enum InspectHead {
  /// Why the object is such a list, or nil.
  static func events(_ object: HeadObject, in bytes: borrowing RawSpan) -> String? {
    guard let list = object.members.first(where: { $0.name == "events" }), list.value < bytes.byteCount,
      JSONLexer.byte(bytes, list.value) == 0x5B
    else { return nil }
    let first = JSONLexer.skipSpace(bytes, list.value + 1)
    guard first < bytes.byteCount else { return nil }
    if JSONLexer.byte(bytes, first) == 0x7B {
      let event = HeadObject(bytes, start: first)
      return event.has(all: "event", "timestamp") ? "events with event and timestamp" : nil
    }
    return object.has(all: "description", "expected") ? "an empty list of events" : nil
  }
}

/// Tells conversations whose other members lie beyond the bytes that are looked at.
private enum ConversationHead {
  private static func firstElement(
    of name: String, _ object: HeadObject, in bytes: borrowing RawSpan
  ) -> HeadObject? {
    guard let list = object.members.first(where: { $0.name == name }), list.value < bytes.byteCount,
      JSONLexer.byte(bytes, list.value) == 0x5B
    else { return nil }
    let first = JSONLexer.skipSpace(bytes, list.value + 1)
    guard first < bytes.byteCount, JSONLexer.byte(bytes, first) == 0x7B else { return nil }
    return HeadObject(bytes, start: first)
  }

  private static func firstMessage(_ object: HeadObject, in bytes: borrowing RawSpan) -> HeadObject? {
    guard let message = firstElement(of: "history", object, in: bytes), message.has(all: "role", "content") else {
      return nil
    }
    return message
  }

  /// Why the object is a batch of LangSmith's runs that are all new, or all finished, or nil.
  static func langSmith(_ object: HeadObject, in bytes: borrowing RawSpan) -> String? {
    for name in ["post", "patch"] {
      guard let run = firstElement(of: name, object, in: bytes), run.has("dotted_order") || run.has("run_type") else {
        continue
      }
      return "member \(name) with runs"
    }
    return nil
  }

  /// Why the object is a trajectory of SWE-agent that holds only its history, or nil.
  static func sweAgent(_ object: HeadObject, in bytes: borrowing RawSpan) -> String? {
    guard let message = firstMessage(object, in: bytes), message.has("agent") || message.has("message_type") else {
      return nil
    }
    return "a history of messages with agent"
  }

  /// Why the object is a record of Who&When, or nil.
  static func whoAndWhen(_ object: HeadObject, in bytes: borrowing RawSpan) -> String? {
    guard !object.has("mistake_agent"), let message = firstMessage(object, in: bytes) else { return nil }
    if object.has(all: "question", "ground_truth") { return "a history with question and ground_truth" }
    guard object.members.count == 1, message.string("role", in: bytes) == "human" else { return nil }
    return "a history whose first role is human"
  }
}
