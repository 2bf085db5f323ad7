import Domain
import Foundation
import Testing

@Suite struct TraceFileTests {
  static let rollout = [
    #"{"timestamp":"2026-01-05T10:00:00Z","type":"session_meta","payload":{"id":"c-1","cli_version":"0.46.0"}}"#,
    """
    {"timestamp":"2026-01-05T10:00:03Z","type":"response_item","payload":{"type":"function_call","name":"shell",\
    "arguments":"{}","call_id":"k"}}
    """,
    """
    {"timestamp":"2026-01-05T10:00:05Z","type":"response_item","payload":{"type":"function_call_output","call_id":"k",\
    "output":"ok"}}
    """,
  ].joined(separator: "\n")

  @Test func `a damaged file among good ones is told with counts and reasons`() throws {
    let directory = try TemporaryDirectory()
    try directory.write("good.jsonl", Self.rollout + "\n{\"timestamp\":\n")
    try directory.write("bad.json", "{\"eval\": {}, \"version\": 2, \"status\": \"x\", \"samples\": [\n{\"id\": 1")
    try directory.write("bomb.eval", Data([0x50, 0x4B, 3, 4] + [UInt8](repeating: 0xFF, count: 60)))
    try directory.write("table.csv", "a,b\n1,2\n")
    let run = try Binary.run(
      ["traces", "--json", "good.jsonl", "bad.json", "bomb.eval", "table.csv"], in: directory)
    #expect(run.status == 0, "\(run.errors)")
    let files = try #require(try run.json["files"]?.array)
    #expect(files.map { $0["format"]?.string } == ["codex", "inspect", "inspect", "csv"])
    #expect(files.map { $0["malformed"]?.integer } == [1, 2, 1, 0])
    #expect(files.allSatisfy { $0["reasons"]?.array?.isEmpty == false }, "\(files)")
    let runs = try #require(try run.json["runs"]?.array)
    #expect(runs.count == 1 && runs.first?["id"]?.string == "c-1" && runs.first?["tool_calls"]?.integer == 1)
    for arguments in [["bad.json"], ["bomb.eval"], ["table.csv"]] {
      let alone = try Binary.run(["traces", "--json"] + arguments, in: directory)
      #expect(alone.status == 65 && alone.errors.contains("no traces"), "\(alone.errors)")
      #expect(try alone.json["files"]?.array?.count == 1)
    }
  }

  @Test func `a rollout is followed by the collector as traces`() throws {
    let directory = try TemporaryDirectory()
    try directory.write("rollout.jsonl", Self.rollout + "\n")
    let state = ["--state", directory.path + "/state", "--json"]
    let collected = try Binary.run(["collect", "--once", "rollout.jsonl"] + state, in: directory)
    #expect(collected.status == 0, "\(collected.errors)")
    let metrics = try Binary.run(["metrics", "--metric", "model_latency_ms", "--by", "agent"] + state, in: directory)
    let rows = try #require(try metrics.json["rows"]?.array, "\(metrics.errors)")
    #expect(rows.first?["count"]?.integer == 1 && rows.first?["labels"]?["agent"]?.string == "codex", "\(rows)")
  }

  @Test func `prices of a file win over the built-in ones`() throws {
    let directory = try TemporaryDirectory()
    try directory.write(
      "calls.jsonl",
      """
      {"litellm_call_id":"c","trace_id":"t","call_type":"acompletion","response_cost":null,"prompt_tokens":1000000,\
      "completion_tokens":0,"startTime":1767607200.5,"endTime":1767607201.25,"model":"house/large-2"}

      """)
    try directory.write("prices.yaml", "prices:\n  large-2: { input_per_mtok: 7.5, output_per_mtok: 9 }\n")
    func cost(_ arguments: [String]) throws -> JSON? {
      let run = try Binary.run(["traces", "--json", "calls.jsonl"] + arguments, in: directory)
      return try run.json["runs"]?.array?.first?["cost_usd"]
    }
    #expect(try cost([]) == .null)
    #expect(try cost(["--prices", "prices.yaml"])?.double == 7.5)
    try directory.write("none.yaml", "a: b\n")
    #expect(try Binary.run(["traces", "--prices", "none.yaml", "calls.jsonl"], in: directory).status == 78)
  }
}
