import Decoding
import Domain
import Testing

@Suite struct FieldDiscoveryTests {
  func discover(_ lines: [String]) -> DiscoveredFields {
    var discovery = FieldDiscovery()
    for line in lines {
      let bytes = Array(line.utf8)
      discovery.add(bytes.span.bytes)
    }
    return discovery.result()
  }

  func names(_ paths: [FieldPath]) -> [String] { paths.map(\.description) }

  @Test func `the fields of an inference log find their uses`() {
    let found = discover(
      (0..<200).map { row in
        """
        {"ts":"2026-11-23T03:12:44.\(100 + row)Z","request_id":"r\(row)","tenant":"t\(row % 7)",\
        "user_hash":"\(row &* 7_919 % 150)af",\
        "model":"chat","model_version":"m-1.\(row % 2)","status":\(row % 9 == 0 ? 500 : 200),\
        "latency_ms":\(100 + row * 37 % 991),"tokens_in":\(row * 13 % 97),"cost_usd":0.00\(row % 9),\
        "is_cached":\(row % 2),\
        "guardrail":{"status":"\(row % 5 == 0 ? "blocked" : "success")","categories":[],"deep":{"er":{"x":1}}},\
        "prompt":"Tell me about number \(row) and why it is a fine number","ok":\(row % 3 == 0),"seq":\(row)}
        """
      } + ["not json", "[1]"])
    #expect(found.records == 200)
    #expect(found.time == FieldPath("ts") && found.version == FieldPath("model_version"))
    #expect(found.model == FieldPath("model") && found.tenant == FieldPath("tenant"))
    #expect(
      found.numeric.map { "\($0.path) \($0.unitGuess ?? "-")" } == [
        "latency_ms ms", "tokens_in tokens", "cost_usd USD", "guardrail.deep.er.x -",
      ])
    #expect(names(found.categorical) == ["tenant", "model", "model_version", "status", "guardrail.status"])
    #expect(names(found.boolean) == ["is_cached", "ok"])
    #expect(names(found.identifiers) == ["request_id", "user_hash", "seq"])
  }

  @Test(arguments: [
    (#"{"@timestamp":"2026-11-23 03:12:44,5","v":1}"#, "@timestamp"),
    (#"{"eventTime":1795403564120,"v":1}"#, "eventTime"),
    (#"{"v":1,"when":"2026-11-23T03:12:44Z"}"#, "when"),
    (#"{"a":{"ts":1795403564},"created_at":1795403564.5}"#, "created_at"),
    (#"{"time":"soon","date":"2026-11-23"}"#, "date"),
  ])
  func `the time is found by name and by reading it`(line: String, path: String) {
    #expect(discover([line, line, line]).time == FieldPath(path))
  }

  @Test func `a number that merely looks like a time is no time`() {
    let found = discover((0..<30).map { #"{"value":\#(1_795_403_564 + $0 % 3)}"# })
    #expect(found.time == nil && found.numeric.map(\.path.description) == ["value"])
  }

  @Test func `nothing grows without bound`() {
    let wide = "{" + (0..<500).map { "\"k\($0)\":\($0 % 2)" }.joined(separator: ",") + "}"
    let found = discover([wide, wide])
    #expect(found.numeric.count == 200)
    let deep = String(repeating: "{\"a\":", count: 90) + "1" + String(repeating: "}", count: 90)
    #expect(
      discover([deep])
        == {
          var none = DiscoveredFields(); none.records = 1; return none
        }())
  }

  @Test(.enabled(if: SharedData.isPresent))
  func `the fields of the example log find their uses`() throws {
    let bytes = try SharedData.read("data/usage/usage-6h.jsonl")
    let lines = bytes.split(separator: 0x0A).prefix(400).map { String(decoding: $0, as: UTF8.self) }
    let found = discover(lines)
    #expect(found.time == FieldPath("ts") && found.version == FieldPath("model_version"))
    #expect(found.model == FieldPath("model") && found.tenant == FieldPath("tenant"))
    #expect(names(found.numeric.map(\.path)) == ["tokens_in", "tokens_out", "latency_ms"])
    #expect(names(found.identifiers) == ["request_id", "user_hash"])
    #expect(found.categorical.contains { $0.description == "guardrail.status" })
    #expect(found.categorical.contains { $0.description == "finish_reason" })
    #expect(names(found.boolean) == ["prompt_benign"])
  }
}
