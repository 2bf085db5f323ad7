import Domain

/// Reads agents' spans from OTLP in JSON: lines that each hold an export batch, or whole documents.
///
/// Source of the shape: opentelemetry-proto, "JSON Protobuf Encoding"; of the attributes: OpenTelemetry's GenAI
/// conventions from 1.27 on, OpenInference and OpenLLMetry. Unknown members are ignored, names in snake case are
/// understood, and identifiers may be hexadecimal or base64.
public struct OTLPTraceDecoder: Sendable {
  /// Creates a decoder.
  public init() {}

  /// Reads one export batch from a line or a document.
  public func decode(_ line: borrowing RawSpan) -> TraceBatch { OTLPScanner.scan(line).batch }

  /// Reads one export batch from a line or a document.
  public func decode(_ bytes: [UInt8]) -> TraceBatch { decode(bytes.span.bytes) }

  /// An export batch taken apart: its spans, and its log records that may belong to them.
  struct Document {
    var batch = TraceBatch()
    /// The service of each span, in their order.
    var services: [String?] = []
    var records: [OTLPLogRecord] = []
  }

  static func links(_ json: JSON) -> [TraceSpan.Link] {
    (json.array ?? []).prefix(TraceSpan.listLimit).compactMap { link in
      guard let traceID = OTLPValue.identifier(OTLPValue.member(link, "traceId", "trace_id"), bytes: 16),
        let spanID = OTLPValue.identifier(OTLPValue.member(link, "spanId", "span_id"), bytes: 8)
      else { return nil }
      return TraceSpan.Link(traceID: traceID, spanID: spanID)
    }
  }

  /// The agent that an agent's span is named after.
  static func agent(named name: String, _ attributes: GenAIAttributes) -> String? {
    for prefix in ["invoke_agent ", "create_agent "] where name.hasPrefix(prefix) {
      return String(name.dropFirst(prefix.count))
    }
    // The Agent Development Kit writes `agent_run [name]`.
    if name.hasPrefix("agent_run ["), name.hasSuffix("]") { return String(name.dropFirst(11).dropLast()) }
    return attributes.value(.openInferenceKind) != nil && !name.isEmpty ? name : nil
  }

  /// Span events carry exceptions, and in old conventions the messages.
  static func read(event: JSON, of span: inout TraceSpan, attributes: inout GenAIAttributes) {
    switch event["name"]?.string {
    case "exception":
      for attribute in event["attributes"]?.array ?? [] {
        let value = OTLPValue.plain(attribute["value"])
        switch attribute["key"]?.string {
        case "exception.message": span.statusMessage = span.statusMessage ?? TraceValue.name(value)
        case "exception.type": span.errorType = span.errorType ?? attributes.text(.errorType) ?? TraceValue.name(value)
        default: break
        }
      }
    case "gen_ai.content.prompt", "gen_ai.content.completion", "gen_ai.client.inference.operation.details",
      "gen_ai.evaluation.result":
      attributes.read(event["attributes"])
    default: break
    }
  }

  static func isError(_ status: JSON) -> Bool {
    guard let code = status["code"] else { return false }
    return code.integer == 2 || code.string == "STATUS_CODE_ERROR" || code.string == "2"
  }

  static func readLogs(_ resource: JSON, into document: inout Document) {
    var service: GenAIAttributes?
    for scope in OTLPValue.list(resource, "scopeLogs", "scope_logs") ?? [] {
      for record in OTLPValue.list(scope, "logRecords", "log_records") ?? [] {
        document.batch.logRecords += 1
        guard let name = OTLPLogRecord.eventName(record) else { continue }
        let known =
          service
          ?? {
            var attributes = GenAIAttributes()
            attributes.read(resource["resource"]?["attributes"])
            return attributes
          }()
        service = known
        document.records.append(OTLPLogRecord(record, name: name, service: known))
      }
    }
  }
}
