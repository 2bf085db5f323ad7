import Domain
import Traces

/// Writes OTLP export batches of agents' runs for the benchmark: seeded, healthy for the most part, a loop and a
/// forbidden call now and then, so that findings are made too.
struct TraceBenchmarkLog {
  private var random = SplitMix64(seed: 7)
  private var now = Timestamp(seconds: 1_763_900_000)
  private var run = 0
  private(set) var spans = 0

  /// A policy with something in every part that costs time.
  static var policies: PolicySet {
    var policy = AgentPolicy(name: "support-triage")
    policy.allowedTools = tools + ["http_request", "write_file"]
    policy.writeScope = [PathScope("/workspace/case/")]
    policy.egressAllow = HostPattern("*.internal.example").map { [$0] }
    policy.budgets.steps = 200
    policy.budgets.tokens = 1e6
    policy.budgets.usd = 5
    policy.budgets.seconds = 3_600
    return PolicySet(
      agents: [policy], fallback: nil,
      prices: ["acme-large-1": ModelPrice(inputPerMillion: 3, outputPerMillion: 15)])
  }

  private static let tools = ["search_kb", "read_ticket", "fetch_url", "update_ticket", "send_reply", "read_file"]

  /// Lines of at least so many spans.
  mutating func lines(_ count: Int) -> [UInt8] {
    var output: [UInt8] = []
    let target = spans + count
    while spans < target {
      var batch: [String] = []
      for _ in 0..<8 { addRun(to: &batch) }
      spans += batch.count
      let resource = attributes([("service.name", "agent-support"), ("service.version", "1.4.0")])
      output += Array(
        "{\"resourceSpans\":[{\"resource\":{\"attributes\":\(resource)},\"scopeSpans\":[{\"scope\":{\"name\":\"bench\"},"
          .utf8)
      output += Array("\"spans\":[\(batch.joined(separator: ","))]}]}]}\n".utf8)
    }
    return output
  }

  private mutating func addRun(to batch: inout [String]) {
    run += 1
    let trace = random.next().hexadecimal + random.next().hexadecimal
    let root = random.next().hexadecimal
    let start = now
    let common = [("gen_ai.conversation.id", "conv_\(run)"), ("gen_ai.agent.name", "support-triage")]
    let steps = 5 + Int(random.next() % 6)
    let isLoop = random.next() % 40 == 0
    for step in 0..<steps {
      let number = isLoop ? 0 : random.next() % 100_000
      let tool = isLoop ? "search_kb" : TraceBenchmarkLog.tools[Int(random.next() % 6)]
      let arguments =
        tool == "fetch_url"
        ? "{\"url\":\"https://docs.internal.example/page/\(number)\",\"limit\":\(step)}"
        : "{\"query\":\"refund status of parcel \(number)\",\"page\":1,\"k\":5}"
      let answer =
        "[{\"role\":\"assistant\",\"parts\":[{\"type\":\"tool_call\",\"id\":\"call_\(step)\",\"name\":\"\(tool)\","
        + "\"arguments\":\(arguments)}],\"finish_reason\":\"tool_call\"}]"
      batch.append(
        span(
          trace, root, "chat acme-large-1", seconds: 0.8,
          common + [
            ("gen_ai.operation.name", "chat"), ("gen_ai.provider.name", "acme"),
            ("gen_ai.request.model", "acme-large-1"), ("gen_ai.output.messages", answer),
          ], numbers: [("gen_ai.usage.input_tokens", 600 + step * 60), ("gen_ai.usage.output_tokens", 80)]))
      batch.append(
        span(
          trace, root, "execute_tool \(tool)", seconds: 0.2,
          common + [
            ("gen_ai.operation.name", "execute_tool"), ("gen_ai.tool.name", tool),
            ("gen_ai.tool.call.arguments", arguments),
            (
              "gen_ai.tool.call.result",
              "7 hits, ref \(number): the parcel was handed over on Tuesday, see the ticket's notes for the address"
            ),
          ], numbers: []))
    }
    let end = now
    now = start
    batch.append(
      span(
        trace, nil, "invoke_agent support-triage", id: root, seconds: (end - start).inSeconds,
        common + [("gen_ai.operation.name", "invoke_agent")], numbers: []))
    now = end + .milliseconds(200)
  }

  private mutating func span(
    _ trace: String, _ parent: String?, _ name: String, id: String? = nil, seconds: Double, _ texts: [(String, String)],
    numbers: [(String, Int)]
  ) -> String {
    let start = now
    now = now + .seconds(seconds)
    let parentText = parent.map { "\"parentSpanId\":\"\($0)\"," } ?? ""
    return
      "{\"traceId\":\"\(trace)\",\"spanId\":\"\(id ?? random.next().hexadecimal)\",\(parentText)\"name\":\"\(name)\","
      + "\"kind\":1,\"startTimeUnixNano\":\"\(start.nanoseconds)\",\"endTimeUnixNano\":\"\(now.nanoseconds)\","
      + "\"attributes\":\(attributes(texts, numbers)),\"status\":{}}"
  }

  private func attributes(_ texts: [(String, String)], _ numbers: [(String, Int)] = []) -> String {
    let all =
      texts.map { "{\"key\":\"\($0.0)\",\"value\":{\"stringValue\":\(JSON.string($0.1).text)}}" }
      + numbers.map { "{\"key\":\"\($0.0)\",\"value\":{\"intValue\":\"\($0.1)\"}}" }
    return "[" + all.joined(separator: ",") + "]"
  }
}
