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
  public func decode(_ line: borrowing RawSpan) -> TraceBatch {
    decode(line.withUnsafeBytes { Array($0) })
  }

  /// Reads one export batch from a line or a document.
  public func decode(_ bytes: [UInt8]) -> TraceBatch {
    let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    do throws(JSONError) {
      let document = try JSON(parsing: bytes)
      return decode(document).batch
    } catch {
      var batch = TraceBatch()
      batch.refuse("no JSON: \(error.expected) was expected")
      return batch
    }
  }

  /// An export batch taken apart: its spans, and its log records that may belong to them.
  struct Document {
    var batch = TraceBatch()
    /// The service of each span, in their order.
    var services: [String?] = []
    var records: [OTLPLogRecord] = []
  }

  /// Reads one export batch.
  func decode(_ root: JSON) -> Document {
    var document = Document()
    guard case .object(let object) = root else {
      document.batch.refuse("no object")
      return document
    }
    let spans = OTLPValue.list(root, "resourceSpans", "resource_spans")
    let logs = OTLPValue.list(root, "resourceLogs", "resource_logs")
    let metrics = OTLPValue.list(root, "resourceMetrics", "resource_metrics")
    if spans == nil, logs == nil, metrics == nil, !object.members.isEmpty {
      document.batch.refuse("neither resourceSpans nor resourceLogs nor resourceMetrics")
    }
    for resource in spans ?? [] { read(resource, into: &document) }
    for resource in logs ?? [] { readLogs(resource, into: &document) }
    for resource in metrics ?? [] {
      for scope in OTLPValue.list(resource, "scopeMetrics", "scope_metrics") ?? [] {
        document.batch.metrics += OTLPValue.list(scope, "metrics", "metrics")?.count ?? 0
      }
    }
    return document
  }

  private func read(_ resource: JSON, into document: inout Document) {
    var service = GenAIAttributes()
    service.read(resource["resource"]?["attributes"])
    let scopes =
      OTLPValue.list(resource, "scopeSpans", "scope_spans")
      ?? OTLPValue.list(resource, "instrumentationLibrarySpans", "instrumentation_library_spans") ?? []
    for scope in scopes {
      for span in OTLPValue.list(scope, "spans", "spans") ?? [] {
        do throws(Unreadable) {
          document.batch.append(try self.span(span, service: service))
          document.services.append(service.text(.service))
        } catch {
          document.batch.refuse(error.reason)
        }
      }
    }
  }

  private struct Unreadable: Error {
    var reason: String
  }

  private func span(_ json: JSON, service: GenAIAttributes) throws(Unreadable) -> TraceSpan {
    guard let traceID = OTLPValue.identifier(OTLPValue.member(json, "traceId", "trace_id"), bytes: 16) else {
      throw Unreadable(reason: "a span without a traceId of 16 bytes")
    }
    guard let spanID = OTLPValue.identifier(OTLPValue.member(json, "spanId", "span_id"), bytes: 8) else {
      throw Unreadable(reason: "a span without a spanId of 8 bytes")
    }
    guard let start = OTLPValue.time(OTLPValue.member(json, "startTimeUnixNano", "start_time_unix_nano")) else {
      throw Unreadable(reason: "a span without startTimeUnixNano")
    }
    var attributes = GenAIAttributes()
    attributes.read(json["attributes"])
    let operation = attributes.operation
    var span = TraceSpan(
      traceID: traceID, spanID: spanID,
      parentID: OTLPValue.identifier(OTLPValue.member(json, "parentSpanId", "parent_span_id"), bytes: 8),
      name: OTLPValue.cut(json["name"]?.string ?? ""), operation: operation, start: start,
      end: OTLPValue.time(OTLPValue.member(json, "endTimeUnixNano", "end_time_unix_nano")).map { max($0, start) },
      isError: isError(json["status"]) || attributes.text(.errorType)?.isEmpty == false)
    span.statusMessage = json["status"]?["message"]?.string?.prefix(utf8: TraceSpan.messageLimit)
    for event in json["events"]?.array ?? [] { read(event: event, of: &span, attributes: &attributes) }
    span.fill(from: attributes)
    if operation == .agent { span.agent = span.agent ?? OTLPTraceDecoder.agent(named: span.name, attributes) }
    span.version = span.version ?? service.text(.agentVersion) ?? service.text(.serviceVersion)
    span.agent = span.agent ?? service.text(.agent) ?? service.text(.service)
    if let links = json["links"]?.array, !links.isEmpty {
      span.links = links.prefix(TraceSpan.listLimit).compactMap { link in
        guard let traceID = OTLPValue.identifier(OTLPValue.member(link, "traceId", "trace_id"), bytes: 16),
          let spanID = OTLPValue.identifier(OTLPValue.member(link, "spanId", "span_id"), bytes: 8)
        else { return nil }
        return TraceSpan.Link(traceID: traceID, spanID: spanID)
      }
    }
    return span
  }

  /// The agent that an agent's span is named after.
  static func agent(named name: String, _ attributes: GenAIAttributes) -> String? {
    for prefix in ["invoke_agent ", "create_agent "] where name.hasPrefix(prefix) {
      return String(name.dropFirst(prefix.count))
    }
    return attributes.value(.openInferenceKind) != nil && !name.isEmpty ? name : nil
  }

  /// Span events carry exceptions, and in old conventions the messages.
  private func read(event: JSON, of span: inout TraceSpan, attributes: inout GenAIAttributes) {
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

  private func isError(_ status: JSON?) -> Bool {
    guard let code = status?["code"] else { return false }
    return code.integer == 2 || code.string == "STATUS_CODE_ERROR" || code.string == "2"
  }

  private func readLogs(_ resource: JSON, into document: inout Document) {
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
