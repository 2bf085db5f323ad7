import Domain

/// Reads agents' spans from OTLP in JSON: lines that each hold an export batch, or whole documents.
///
/// Source of the shape: opentelemetry-proto, "JSON Protobuf Encoding"; of the attributes: OpenTelemetry's GenAI
/// conventions from 1.27 on, OpenInference and OpenLLMetry. Unknown members are ignored, names in snake case are
/// understood, and identifiers may be hexadecimal or base64.
public struct OTLPTraceDecoder: Sendable {
  private let readsAll: Bool

  /// Creates a decoder of spans, or with `readsAll` of log records and metrics too.
  ///
  /// A log record becomes an object with `ts` (nanoseconds), `kind` (`log`), `event`, `severity`, `severity_number`,
  /// `body`, `trace_id`, `span_id`, `scope`, `resource`, and its attributes; dots in the names of attributes become
  /// levels.
  public init(readsAll: Bool = false) {
    self.readsAll = readsAll
  }

  /// Reads one export batch from a line or a document.
  public func decode(_ line: borrowing RawSpan) -> OTLPBatch {
    decode(line.withUnsafeBytes { Array($0) })
  }

  /// Reads one export batch from a line or a document.
  public func decode(_ bytes: [UInt8]) -> OTLPBatch {
    let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    var batch = OTLPBatch()
    guard case .object(let document)? = try? JSON(parsing: bytes) else {
      batch.malformed = 1
      return batch
    }
    let root = JSON.object(document)
    let spans = OTLPValue.list(root, "resourceSpans", "resource_spans")
    let logs = OTLPValue.list(root, "resourceLogs", "resource_logs")
    let metrics = OTLPValue.list(root, "resourceMetrics", "resource_metrics")
    if spans == nil, logs == nil, metrics == nil, !document.members.isEmpty { batch.malformed = 1 }
    for resource in spans ?? [] { read(resource, into: &batch) }
    batch.logRecords = OTLPTraceDecoder.count(logs, "scopeLogs", "scope_logs", "logRecords", "log_records")
    batch.metrics = OTLPTraceDecoder.count(metrics, "scopeMetrics", "scope_metrics", "metrics", "metrics")
    if readsAll {
      batch.logs = (logs ?? []).flatMap { OTLPLogDecoder.records(of: $0) }
      batch.points = (metrics ?? []).flatMap { OTLPMetricDecoder.points(of: $0) }
    }
    return batch
  }

  private static func count(
    _ resources: [JSON]?, _ scopes: String, _ snakeScopes: String, _ items: String, _ snakeItems: String
  ) -> Int {
    var count = 0
    for resource in resources ?? [] {
      for scope in OTLPValue.list(resource, scopes, snakeScopes) ?? [] {
        count += OTLPValue.list(scope, items, snakeItems)?.count ?? 0
      }
    }
    return count
  }

  private func read(_ resource: JSON, into batch: inout OTLPBatch) {
    var service = GenAIAttributes()
    service.read(resource["resource"]?["attributes"])
    let scopes =
      OTLPValue.list(resource, "scopeSpans", "scope_spans")
      ?? OTLPValue.list(resource, "instrumentationLibrarySpans", "instrumentation_library_spans") ?? []
    for scope in scopes {
      for span in OTLPValue.list(scope, "spans", "spans") ?? [] {
        if let span = self.span(span, service: service) { batch.spans.append(span) } else { batch.malformed += 1 }
      }
    }
  }

  private func span(_ json: JSON, service: GenAIAttributes) -> TraceSpan? {
    guard let traceID = OTLPValue.identifier(OTLPValue.member(json, "traceId", "trace_id"), bytes: 16),
      let spanID = OTLPValue.identifier(OTLPValue.member(json, "spanId", "span_id"), bytes: 8),
      let start = OTLPValue.time(OTLPValue.member(json, "startTimeUnixNano", "start_time_unix_nano"))
    else { return nil }
    var attributes = GenAIAttributes()
    attributes.read(json["attributes"])
    let name = OTLPValue.cut(json["name"]?.string ?? "")
    let end = OTLPValue.time(OTLPValue.member(json, "endTimeUnixNano", "end_time_unix_nano"))
    let operation = attributes.operation
    var span = TraceSpan(
      traceID: traceID, spanID: spanID,
      parentID: OTLPValue.identifier(OTLPValue.member(json, "parentSpanId", "parent_span_id"), bytes: 8), name: name,
      operation: operation, start: start, end: end.map { max($0, start) },
      isError: isError(json["status"]) || attributes.text(.errorType)?.isEmpty == false)
    span.conversationID = attributes.text(.conversation)
    span.agent = attributes.text(.agent) ?? attributes.entity(of: .agent) ?? service.text(.service)
    span.version = attributes.text(.agentVersion) ?? service.text(.serviceVersion)
    span.model = attributes.text(.model)
    span.tool = attributes.text(.tool)
    if operation == .tool {
      let prefix = "execute_tool "
      span.tool =
        span.tool ?? attributes.entity(of: .tool)
        ?? (name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : nil)
    }
    span.arguments = attributes.content(.arguments) ?? (operation == .tool ? attributes.content(.input) : nil)
    span.result = attributes.content(.result) ?? (operation == .tool ? attributes.content(.output) : nil)
    span.inputTokens = attributes.count(.inputTokens)
    span.outputTokens = attributes.count(.outputTokens)
    span.costUSD = attributes.amount(.cost)
    return span
  }

  private func isError(_ status: JSON?) -> Bool {
    guard let code = status?["code"] else { return false }
    return code.integer == 2 || code.string == "STATUS_CODE_ERROR" || code.string == "2"
  }
}
