import Domain

/// Reads spans whose attributes are a plain map: what OpenTelemetry's Python console exporter prints, and what Phoenix'
/// client gives.
struct ConsoleSpanReader: TraceRecordReader {
  mutating func read(_ record: JSON, into batch: inout TraceBatch) {
    let context = record[known: "context"]
    guard let traceID = ConsoleSpanReader.identifier(context?[known: "trace_id"]),
      let spanID = ConsoleSpanReader.identifier(context?[known: "span_id"]),
      let start = TraceValue.time(record[known: "start_time"])
    else {
      batch.refuse("a span without context or start_time")
      return
    }
    var attributes = GenAIAttributes()
    attributes.read(map: ConsoleSpanReader.flat(record[known: "attributes"]))
    if let kind = record[known: "span_kind"], attributes.value(.openInferenceKind) == nil {
      attributes.read(map: ["openinference.span.kind": kind])
    }
    var service = GenAIAttributes()
    service.read(map: record[known: "resource"]?[known: "attributes"])
    let code = (record[known: "status"]?[known: "status_code"] ?? record[known: "status_code"])?.string
    var span = TraceSpan(
      traceID: traceID, spanID: spanID, parentID: ConsoleSpanReader.identifier(record[known: "parent_id"]),
      name: record[known: "name"]?.string ?? "", operation: attributes.operation, start: start,
      end: TraceValue.time(record[known: "end_time"]),
      isError: code == "ERROR" || code == "StatusCode.ERROR" || attributes.text(.errorType) != nil)
    span.statusMessage = TraceValue.name(
      record[known: "status"]?[known: "description"] ?? record[known: "status_message"])
    span.fill(from: attributes)
    if span.operation == .agent { span.agent = span.agent ?? OTLPTraceDecoder.agent(named: span.name, attributes) }
    if let name = service.text(.service), !name.hasPrefix("unknown_service") { span.agent = span.agent ?? name }
    span.version = span.version ?? service.text(.agentVersion) ?? service.text(.serviceVersion)
    if let links = record[known: "links"]?.array, !links.isEmpty {
      span.links = links.prefix(TraceSpan.listLimit).compactMap { link in
        guard let traceID = ConsoleSpanReader.identifier(link[known: "context"]?[known: "trace_id"]),
          let spanID = ConsoleSpanReader.identifier(link[known: "context"]?[known: "span_id"])
        else { return nil }
        return TraceSpan.Link(traceID: traceID, spanID: spanID)
      }
    }
    batch.append(span)
  }

  /// An identifier without its `0x`.
  private static func identifier(_ json: JSON?) -> String? {
    guard let text = TraceValue.name(json) else { return nil }
    let digits = text.hasPrefix("0x") ? String(text.dropFirst(2)) : text
    return digits.utf8.contains { $0 != 0x30 } ? digits.lowercased() : nil
  }

  /// Attributes with dotted names; Phoenix nests them in some exports.
  private static func flat(_ json: JSON?, depth: Int = 0) -> JSON? {
    guard let object = json?.object, depth < 4 else { return json }
    var members: [(name: String, value: JSON)] = []
    for (name, value) in object.members {
      members.append((name, value))
      guard let inner = flat(value, depth: depth + 1)?.object, members.count < 2_048 else { continue }
      for (key, value) in inner.members { members.append((name + "." + key, value)) }
    }
    return .object(JSONObject(members))
  }
}
