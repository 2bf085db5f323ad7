import Domain

/// A log record that says something about an agent: a GenAI event, or one of Claude Code's.
struct OTLPLogRecord {
  var name: String
  var traceID: String?
  var spanID: String?
  var time: Timestamp?
  var attributes: [String: JSON]
  var body: JSON
  var service: GenAIAttributes

  /// The name of an event that is read, or nil.
  static func eventName(_ record: JSON) -> String? {
    let name = OTLPValue.member(record, "eventName", "event_name")?.string ?? attribute("event.name", of: record)
    if let name, name.hasPrefix("gen_ai.") { return name }
    let body = record["body"].flatMap { OTLPValue.plain($0).string }
    if let body, body.hasPrefix("claude_code.") { return body }
    if let name, name.hasPrefix("claude_code.") { return name }
    return nil
  }

  private static func attribute(_ key: String, of record: JSON) -> String? {
    for attribute in record["attributes"]?.array ?? [] where attribute["key"]?.string == key {
      return OTLPValue.plain(attribute["value"]).string
    }
    return nil
  }

  init(_ record: JSON, name: String, service: GenAIAttributes) {
    self.name = name
    self.service = service
    traceID = OTLPValue.identifier(OTLPValue.member(record, "traceId", "trace_id"), bytes: 16)
    spanID = OTLPValue.identifier(OTLPValue.member(record, "spanId", "span_id"), bytes: 8)
    time =
      OTLPValue.time(OTLPValue.member(record, "timeUnixNano", "time_unix_nano"))
      ?? OTLPValue.time(OTLPValue.member(record, "observedTimeUnixNano", "observed_time_unix_nano"))
    attributes = [:]
    for attribute in (record["attributes"]?.array ?? []).prefix(256) {
      if let key = attribute["key"]?.string { attributes[key] = OTLPValue.plain(attribute["value"]) }
    }
    body = record["body"].map(OTLPValue.plain) ?? .null
  }

  /// The attributes by what they mean.
  var meanings: GenAIAttributes {
    var meanings = GenAIAttributes()
    meanings.read(map: .object(JSONObject(attributes.map { (name: $0.key, value: $0.value) })))
    return meanings
  }
}
