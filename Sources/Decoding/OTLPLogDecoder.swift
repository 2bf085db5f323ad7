import Domain

/// Makes records of OTLP's log records: objects whose fields paths can name.
///
/// `ts` (nanoseconds), `kind` (`log`), `event`, `severity`, `severity_number`, `body`, `trace_id`, `span_id`, `scope`,
/// `resource`, and the attributes beside them. Dots in the names of attributes become levels, so that the path
/// `gen_ai.evaluation.name` names the attribute of that name and `resource.service.name` one of the resource.
enum OTLPLogDecoder {
  private static let attributeLimit = 128

  /// The records of one element of `resourceLogs`.
  static func records(of resource: JSON) -> [JSONObject] {
    var attributes = JSONObject()
    insert(resource["resource"]?["attributes"], into: &attributes)
    var records: [JSONObject] = []
    for scope in OTLPValue.list(resource, "scopeLogs", "scope_logs") ?? [] {
      for record in OTLPValue.list(scope, "logRecords", "log_records") ?? [] {
        records.append(self.record(record, resource: attributes, scope: scope["scope"]?["name"]?.string))
      }
    }
    return records
  }

  private static func record(_ log: JSON, resource: JSONObject, scope: String?) -> JSONObject {
    var record = JSONObject()
    insert(log["attributes"], into: &record)
    func set(_ name: String, _ value: JSON?) {
      // What the protocol says goes before an attribute of the same name.
      if let value, !value.isNull { record[name] = value }
    }
    let time =
      OTLPValue.time(OTLPValue.member(log, "timeUnixNano", "time_unix_nano"))
      ?? OTLPValue.time(OTLPValue.member(log, "observedTimeUnixNano", "observed_time_unix_nano"))
    set("ts", time.map { .integer($0.nanoseconds) })
    set("kind", "log")
    let body = OTLPValue.plain(log["body"])
    let named = OTLPValue.member(log, "eventName", "event_name")?.string ?? record["event"]?["name"]?.string
    if let named, !named.isEmpty, record["event"]?.object == nil { set("event", .string(named)) }
    let number = OTLPValue.integer(OTLPValue.member(log, "severityNumber", "severity_number"))
    set("severity_number", number.flatMap { $0 > 0 ? .integer($0) : nil })
    let text = OTLPValue.member(log, "severityText", "severity_text")?.string
    set("severity", (text?.isEmpty == false ? text : number.flatMap(severity)).map(JSON.string))
    if case .string(let text) = body { set("body", .string(OTLPValue.cut(text))) } else { set("body", body) }
    set("trace_id", OTLPValue.identifier(OTLPValue.member(log, "traceId", "trace_id"), bytes: 16).map(JSON.string))
    set("span_id", OTLPValue.identifier(OTLPValue.member(log, "spanId", "span_id"), bytes: 8).map(JSON.string))
    set("scope", scope.map(JSON.string))
    if !resource.members.isEmpty { set("resource", .object(resource)) }
    return record
  }

  /// The name of a severity by its number (opentelemetry-proto, `SeverityNumber`).
  private static func severity(_ number: Int64) -> String? {
    guard (1...24).contains(number) else { return nil }
    return ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"][Int(number - 1) / 4]
  }

  /// Adds attributes, their names taken apart at dots.
  static func insert(_ attributes: JSON?, into object: inout JSONObject) {
    for attribute in (attributes?.array ?? []).prefix(attributeLimit) {
      guard let key = attribute["key"]?.string, !key.isEmpty, key.utf8.count <= 256 else { continue }
      var value = OTLPValue.plain(attribute["value"])
      if case .string(let text) = value { value = .string(OTLPValue.cut(text)) }
      let names = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      if names.count <= 16, !names.contains("") {
        insert(value, at: names[...], into: &object)
      } else {
        object[key] = value
      }
    }
  }

  /// A name that is both a value and a level keeps the level.
  private static func insert(_ value: JSON, at names: ArraySlice<String>, into object: inout JSONObject) {
    guard let first = names.first else { return }
    guard names.count > 1 else {
      if object[first]?.object == nil { object[first] = value }
      return
    }
    var inner = object[first]?.object ?? JSONObject()
    insert(value, at: names.dropFirst(), into: &inner)
    object[first] = .object(inner)
  }
}
