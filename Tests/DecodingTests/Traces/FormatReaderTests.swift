import Decoding
import Domain
import Testing

@Suite struct FormatReaderTests {
  @Test func `the samples are recognised as what they are read as`() {
    for (format, lines) in TraceSamples.all {
      let found = FormatRecogniser().recognise(head: Array(lines.joined(separator: "\n").utf8), path: "x.traj.json")
      #expect(found.format == format && found.format.holdsTraces, "\(found)")
    }
  }

  @Test func `Claude Code's transcripts join the lines of an answer and end calls by their results`() throws {
    let batch = try spans(.claudeCode, TraceSamples.claude)
    #expect(batch.malformed == 0 && batch.reasons.isEmpty)
    #expect(batch.spans.map(\.operation) == [.agent, .other, .model, .tool])
    #expect(batch.spans.allSatisfy { $0.runID == "s-1" && $0.agent == "claude-code" && $0.version == "2.0.1" })
    let model = try #require(batch.spans.first { $0.operation == .model })
    #expect(model.outputText == "I look." && model.toolRequests?.map(\.name) == ["Bash"])
    #expect(model.inputTokens == 100 && model.outputTokens == 25 && model.cacheReadTokens == 90)
    #expect(model.finishReasons == ["tool_use"] && model.end?.formatted() == "2026-01-05T10:00:05.000Z")
    // 10 at 3.00, 90 from the cache at 0.30 and 25 at 15.00 dollars a million.
    #expect(abs((model.costUSD ?? 0) - 0.000432) < 1e-12)
    let tool = try #require(batch.spans.last)
    #expect(tool.tool == "Bash" && tool.arguments == #"{"command":"ls"}"# && tool.result == "no such directory")
    #expect(tool.isError && tool.toolCallID == "t1" && tool.end != nil && tool.parentID == batch.spans[0].spanID)
    let open = try spans(.claudeCode, Array(TraceSamples.claude.dropLast()))
    #expect(open.spans.last?.operation == .tool && open.spans.last?.end == nil)
    let late = try spans(.claudeCode, Array(TraceSamples.claude.suffix(1)))
    #expect(late.spans.last?.operation == .tool && late.spans.last?.tool == nil)
    #expect(late.reasons == ["a tool result whose call was not seen": 1])
  }

  @Test func `Claude Code's stream ends with the run's cost`() throws {
    let batch = try spans(.claudeCode, TraceSamples.stream)
    let root = try #require(batch.spans.last)
    #expect(root.costUSD == 0.1 && root.end != nil && root.spanID == batch.spans.first?.spanID)
    #expect(batch.spans.first?.end == nil && root.outputText == "ok")
    #expect(batch.spans.allSatisfy { $0.hasSyntheticTime })
    #expect(batch.spans.first { $0.operation == .model }?.declaredTools == ["Bash", "Read"])
  }

  @Test func `Claude Code's events tell attempts and decisions`() throws {
    func record(_ name: String, _ pairs: [(String, JSON)]) -> JSON {
      [
        "timeUnixNano": "1767607200000000000", "body": ["stringValue": .string("claude_code." + name)],
        "attributes": DialectRun.attributes([("session.id", "s"), ("event.sequence", 3)] + pairs),
      ]
    }
    let records: JSON = [
      record("api_error", [("status_code", "529"), ("attempt", 4), ("model", "claude-x"), ("duration_ms", 1_500)]),
      record(
        "tool_result",
        [
          ("tool_name", "Bash"), ("success", "false"), ("decision", "accept"), ("source", "config"),
          ("tool_parameters", #"{"full_command": "ls -la"}"#),
        ]), record("tool_decision", [("tool_name", "Edit"), ("decision", "reject"), ("source", "user_reject")]),
    ]
    let text = (["resourceLogs": [["scopeLogs": [["logRecords": records]]]]] as JSON).text
    let batch = try spans(.otlp, [text])
    #expect(batch.spans.map(\.operation) == [.agent, .model, .tool, .other] && batch.logRecords == 3)
    #expect(batch.spans[1].attempt == 4 && batch.spans[1].isError && batch.spans[1].errorType == "529")
    #expect(batch.spans[1].end.map { $0 - batch.spans[1].start } == .milliseconds(1_500))
    #expect(batch.spans[2].isError && batch.spans[2].arguments == #"{"full_command":"ls -la"}"#)
    #expect(batch.spans[2].result == nil && batch.spans[2].approval?.decision == .approve)
    #expect(batch.spans[3].approval == TraceSpan.Approval(decision: .reject, by: "user_reject"))
  }

  @Test func `Codex' rollouts carry the sandbox, tokens and exit codes`() throws {
    let batch = try spans(.codex, TraceSamples.codex)
    #expect(batch.malformed == 0 && batch.spans.map(\.operation) == [.agent, .other, .model, .tool, .model])
    #expect(batch.spans.allSatisfy { $0.runID == "c-1" && $0.version == "0.46.0" })
    #expect(batch.spans[1].arguments == #"{"approval_policy":"never","sandbox_policy":{"mode":"read-only"}}"#)
    let model = batch.spans[2]
    #expect(model.inputTokens == 100 && model.cacheReadTokens == 40 && model.toolRequests?.first?.name == "shell")
    let tool = batch.spans[3]
    #expect(tool.isError && tool.result == "denied" && tool.errorType == "exit code 1")
    #expect(tool.arguments == #"{"command":["ls"]}"#)
    #expect(batch.spans[4].outputText == "I may not.")
    let named = try spans(
      .codex, Array(TraceSamples.codex.dropFirst()),
      source: "/x/rollout-2026-01-05T10-00-00-019a2d7a-41c4-78b1-b7cc-a45d62a89cd5.jsonl")
    #expect(named.spans.first?.runID == "019a2d7a-41c4-78b1-b7cc-a45d62a89cd5")
  }

  @Test func `the Agents SDK's spans carry hand-offs and guardrails`() throws {
    let batch = try spans(.openAIAgents, TraceSamples.openAIAgents)
    #expect(batch.spans.map(\.operation) == [.tool, .other, .other, .agent])
    #expect(batch.spans.allSatisfy { $0.runID == "thread_7" })
    #expect(batch.spans[0].arguments == #"{"id":7}"# && batch.spans[0].statusMessage == "timeout")
    #expect(batch.spans[1].guardrail == TraceSpan.Guardrail(name: "pii", verdict: "deny", didTrigger: true))
    #expect(batch.spans[2].handoffTo == "billing" && batch.spans[3].declaredTools == ["lookup"])
  }

  @Test func `Langfuse's observations become spans and its scores the root's`() throws {
    let batch = try spans(.langfuse, TraceSamples.langfuse)
    #expect(batch.spans.map(\.operation) == [.tool, .model, .agent])
    #expect(batch.spans.allSatisfy { $0.runID == "ses" && $0.version == "3" && $0.userID == "u" })
    #expect(batch.spans[0].tool == "get_weather" && batch.spans[0].arguments == #"{"city":"Tokyo"}"#)
    #expect(batch.spans[0].isError && batch.spans[0].statusMessage == "late")
    #expect(batch.spans[1].costUSD == 0.5 && batch.spans[1].outputText == "hello")
    #expect(batch.spans[2].agent == "helper" && batch.spans[2].costUSD == nil)
    #expect(batch.spans[2].evaluations == [TraceSpan.Evaluation(name: "toxicity", score: 0.8, label: nil)])
  }

  @Test func `LangSmith's beginnings and ends are joined, also without an id`() throws {
    let batch = try spans(.langSmith, TraceSamples.langSmith)
    let span = try #require(batch.spans.first)
    #expect(batch.spans.count == 1 && span.runID == "th" && span.operation == .model && span.provider == "openai")
    #expect(span.inputTokens == 43 && span.reasoningTokens == 12 && span.outputText == "yo" && span.inputText == "hi")
    #expect(span.end.map { $0 - span.start } == .milliseconds(1_500))
    #expect(try spans(.langSmith, Array(TraceSamples.langSmith.prefix(1))).spans.map(\.end) == [nil])
    #expect(try spans(.langSmith, Array(TraceSamples.langSmith.suffix(1))).malformed == 1)
  }

  @Test func `LiteLLM's calls of a session are one open run`() throws {
    let batch = try spans(.liteLLM, TraceSamples.liteLLM + TraceSamples.liteLLM)
    #expect(batch.spans.map(\.operation) == [.agent, .model, .model] && batch.spans[0].end == nil)
    let call = batch.spans[1]
    #expect(call.runID == "s" && call.isError && call.errorType == "RateLimitError" && call.costUSD == 0.02)
    #expect(call.end.map { $0 - call.start } == .milliseconds(750) && call.agent == "team-a")
    #expect(call.guardrail?.verdict == "guardrail_failed_to_respond" && call.guardrail?.didTrigger == true)
    #expect(call.outputText == nil && call.inputMessages == nil)
  }

  @Test func `Inspect's samples are runs with spans, approvals and limits`() throws {
    let batch = try spans(.inspect, TraceSamples.inspect)
    #expect(batch.malformed == 0)
    #expect(batch.spans.map(\.operation) == [.agent, .model, .other, .tool, .other, .agent])
    let root = try #require(batch.spans.last)
    #expect(root.parentID == nil && root.agent == "ctf" && root.version == "1" && root.end != nil)
    #expect(root.evaluations == [TraceSpan.Evaluation(name: "match", score: nil, label: "I")])
    let model = batch.spans[1]
    #expect(model.inputText == "long text" && model.attempt == 3 && model.declaredTools == ["bash"])
    #expect(model.parentID == "S1" && model.end.map { $0 - model.start } == .milliseconds(1_500))
    #expect(batch.spans[2].approval == TraceSpan.Approval(decision: .reject, by: "human"))
    let tool = batch.spans[3]
    #expect(tool.isError && tool.errorType == "approval" && tool.result == "" && tool.arguments == #"{"cmd":"ls"}"#)
    #expect(batch.spans[4].isError && batch.spans[4].errorType == "token")
  }

  @Test func `trajectories without times are numbered by step`() throws {
    let swe = try spans(.sweAgent, TraceSamples.sweAgent)
    #expect(swe.spans.map(\.operation) == [.model, .tool, .model, .tool, .agent])
    #expect(swe.spans.allSatisfy { $0.hasSyntheticTime })
    #expect(swe.spans.map { $0.start.nanoseconds / 1_000_000_000 } == [0, 1, 2, 3, 0])
    #expect(swe.spans[1].tool == "find_file" && swe.spans[1].arguments == "find_file a.py" && !swe.spans[1].isError)
    #expect(swe.spans[3].isError && swe.spans.last?.costUSD == 0.5 && swe.spans.last?.inputTokens == 900)
    let mini = try spans(.sweAgent, TraceSamples.miniSWEAgent)
    #expect(mini.spans.map(\.operation) == [.model, .tool, .agent])
    #expect(mini.spans[1].arguments == "ls -la" && mini.spans[1].result == "\nno\n" && mini.spans[1].isError)
    let tau = try spans(.tauBench, TraceSamples.tauBench)
    #expect(tau.spans.map(\.operation) == [.model, .tool, .model, .agent])
    #expect(tau.spans[1].arguments == #"{"id":"mia"}"# && tau.spans[1].isError)
    #expect(tau.spans.last?.evaluations?.first?.score == 0 && tau.spans.last?.outputText == "Sorry.")
    let who = try spans(.whoAndWhen, TraceSamples.whoAndWhen)
    #expect(who.spans.map(\.operation) == [.model, .tool, .model, .agent] && who.spans[1].isError)
    #expect(who.spans.map(\.agent) == ["Excel_Expert", "Excel_Expert", "Orchestrator", "who-and-when"])
  }

  @Test func `ATIF's steps hold a model's answer and its tools`() throws {
    let batch = try spans(.atif, TraceSamples.atif)
    #expect(batch.spans.map(\.operation) == [.other, .model, .tool, .agent])
    #expect(batch.spans[1].costUSD == 0.25 && batch.spans[1].toolRequests?.first?.id == "c1")
    #expect(batch.spans[2].result == "91%" && batch.spans[3].end != nil && batch.spans[3].version == "1.0")
  }

  @Test func `what a console prints is read object by object, and damage costs only the damaged one`() throws {
    var decoder = try #require(TraceDecoder(format: .otelConsole, source: "x"))
    let batch = decoder.decode(document: Array(TraceSamples.console.utf8))
    #expect(batch.malformed == 0 && batch.spans.map(\.operation) == [.tool, .agent])
    #expect(batch.spans[0].traceID == "2e6f8239f8d54d7e48a66d2169968d1f" && batch.spans[0].version == "7")
    #expect(batch.spans[0].isError && batch.spans[0].statusMessage == "boom" && batch.spans[0].agent == nil)
    #expect(batch.spans[1].agent == "demo" && batch.spans[0].parentID == batch.spans[1].spanID)
    let damaged = "{\n\"name\": \"x\n" + TraceSamples.console
    let rest = decoder.decode(document: Array(damaged.utf8))
    #expect(rest.malformed == 1 && rest.spans.count == 2)
    let phoenix = try spans(.otelConsole, TraceSamples.phoenix)
    #expect(phoenix.spans.first?.tool == "lookup" && phoenix.spans.first?.arguments == #"{"id":1}"#)
    #expect(phoenix.spans.first?.result == "found")
  }

  @Test func `nesting and size are bounded with a reason`() throws {
    var decoder = try #require(TraceDecoder(format: .otlp, source: "x"))
    let deep = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
    let batch = decoder.decode(document: Array(deep.utf8))
    #expect(batch.malformed == 1 && batch.spans.isEmpty)
    let bytes = [UInt8](repeating: 0x20, count: TraceDecoder.lineLimit + 1)
    #expect(decoder.decode(line: bytes.span.bytes).reasons == ["a line longer than 32 MiB": 1])
  }
}
