import Decoding
import Testing

@Suite struct FormatRecogniserTests {
  func recognise(_ text: String, path: String = "app.log") -> RecognisedFormat {
    FormatRecogniser().recognise(head: Array(text.utf8), path: path)
  }

  @Test func `lines of objects are JSON lines, also when some are damaged or the last is cut`() {
    let found = recognise("{\"a\":1}\n{\"a\":2}\n\nnot json\n{\"a\":3}\n{\"a\":")
    #expect(found.format == .jsonl && found.isReadable && found.reason == "3 of 4 lines are JSON objects")
    #expect(recognise("\u{FEFF}{\"a\":1}\r\n").format == .jsonl)
    #expect(recognise("{\"a\":[1,2,").isReadable)
  }

  @Test func `a torn first line and a hole of NULs do not hide the lines after them`() {
    #expect(recognise("12,\"b\":3}\n{\"a\":1}\n{\"a\":2}\n").format == .jsonl)
    #expect(recognise("{\"a\":1,\"b\":\n{\"a\":1}\n{\"a\":2}\n").isReadable)
    #expect(recognise("\u{0}\u{0}\u{0}{\"a\":1}\n{\"a\":2}\n").isReadable)
  }

  @Test func `an object over several lines is a document and cannot be followed`() {
    let found = recognise("{\n  \"a\": 1,\n  \"b\": 2\n}\n")
    #expect(found.isDocument && !found.isReadable)
  }

  @Test(arguments: [
    (#"{"resourceSpans":[{"scopeSpans":[]}]}"#, "traces"), (#"{"resource_logs":[]}"#, "logs"),
    (#"{"resourceMetrics":[]}"# + "\n" + #"{"resourceSpans":[]}"# + "\n", "mixed"),
    (#"{"resourceSpans":[{"attributes":[{"key":"gen_ai.provider.name","value":{}}]}]}"#, "traces, genai"),
    (#"{"resourceSpans":[{"attributes":[{"key" : "gen_ai.system","value":{}}]}]}"#, "traces, genai-legacy"),
    (#"{"resourceSpans":[{"attributes":[{"key":"openinference.span.kind","value":{}}]}]}"#, "traces, openinference"),
    (#"{"resourceSpans":[{"attributes":[{"key":"traceloop.span.kind","value":{}}]}]}"#, "traces, openllmetry"),
    (
      #"{"resourceLogs":[{"attributes":[{"key":"service.name","value":{"stringValue":"claude-code"}}]}]}"#,
      "logs, claude-code"
    ),
    (#"{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"abc","#, "traces"),
  ])
  func `export batches are OTLP with their signals and convention`(text: String, dialect: String) {
    let found = recognise(text)
    #expect(found.format == .otlp && found.dialect == dialect && found.isReadable)
  }

  @Test func `columns under a header are CSV or TSV`() {
    #expect(recognise("window,value\nreference,1\ncurrent,2\n").format == .csv)
    #expect(recognise("a\tb\n1\t2\n").format == .tsv)
    #expect(recognise("name,\"a, b\"\nx,\"1, 2\"\n").format == .csv)
    #expect(recognise("1,2\n3,4\n").format == .text)
    #expect(recognise("value\n1\n", path: "x.csv").format == .csv)
    #expect(recognise("a,b\n1,2\n").isReadable)
    #expect(recognise("id,note\n1,\"two\nlines, and a comma\"\n2,\"\"\"x\"\"\"\n").format == .csv)
    #expect(recognise("Hello, dear reader of this file.\nIt has, well, commas.\n").format == .text)
  }

  @Test func `pairs are logfmt and sentences are text`() {
    #expect(recognise("ts=2026-11-23T03:12:44Z level=info msg=\"it works, a=b\"\n").format == .logfmt)
    #expect(recognise("Nov 23 03:12:44 host sshd[1]: session opened\nx = y\n").format == .text)
    #expect(recognise("").confidence == 0)
    #expect(recognise("{not json}\n").format == .text)
    #expect(recognise("2026-11-23T03:12:44Z INFO started a=1 b=2\n").format == .text)
    let engine = "INFO 11-23 16:00:00 [api_server.py:12] started\n"
    #expect(recognise(engine + engine + engine).format == .vLLM)
  }

  @Test(arguments: [
    ([0x1F, 0x8B, 8, 0], "gzip"), ([0x28, 0xB5, 0x2F, 0xFD, 0], "zstd"),
    ([0, 0, 1, 0, 0x28, 0xB5, 0x2F, 0xFD], "zstd"),
    ([0xFF, 0xFE, 0x7B, 0], "UTF-16"), ([0xFE, 0xFF, 0, 0x7B], "UTF-16"), ([0x7B, 0, 0x22, 0], "NUL"),
    ([0, 0, 0], "NUL"), ([0x50, 0x4B, 3, 4, 9], "ZIP"),
  ])
  func `bytes that are no lines of text are refused with the reason`(head: [UInt8], word: String) {
    let found = FormatRecogniser().recognise(head: head, path: "app.log")
    #expect(found.format == .binary && !found.isReadable && found.reason.contains(word))
  }

  @Test(
    .enabled(if: SharedData.isPresent),
    arguments: [
      ("otlp_synthetic/agent_logs.otlp.jsonl", LogFormat.otlp, "logs, genai"),
      ("otlp_synthetic/agent_metrics.otlp.jsonl", .otlp, "metrics, genai"),
      ("otlp_mixed/fd975d_test_data.json", .otlp, "mixed"),
      ("otlp_spec_examples/fd77c5_trace.json", .otlp, "traces"),
      ("firedrill/FD-ASI01-003.attack.otlp.jsonl", .otlp, "traces, genai"),
      ("constructed/claude_code_otel_logs.otlp.jsonl", .otlp, "logs, claude-code"),
      ("claude_code/8260db_session_b.jsonl", .claudeCode, "transcript"),
      ("constructed/claude_stream.jsonl", .claudeCode, "stream-json"), ("constructed/codex_rollout.jsonl", .codex, nil),
      ("constructed/openai_agents_sdk.jsonl", .openAIAgents, nil),
      ("constructed/litellm_standard_logging.jsonl", .liteLLM, "standard-logging"),
      ("constructed/litellm_proxy_json.log", .jsonl, "litellm-app-log"),
      ("constructed/openai_moderation.jsonl", .jsonl, nil),
      ("constructed/atif_trajectory.json", .atif, "ATIF-v1.4"),
      ("constructed/otel_console_python.txt", .otelConsole, nil),
      ("constructed/vllm_metrics.prom", .prometheus, nil), ("constructed/vllm_server.log", .vLLM, nil),
      ("docent/d156e5_log.eval", .inspect, "eval"), ("tau_bench/gpt-4o-airline.jsonl", .tauBench, nil),
      ("who_and_when/Hand-Crafted/13.json", .whoAndWhen, nil), ("swe_agent/690ce6_eps.traj", .sweAgent, nil),
      ("mini_swe_agent/a5c01c_github_issue.traj.json", .sweAgent, "messages"),
    ] as [(String, LogFormat, String?)])
  func `the example files are named`(path: String, format: LogFormat, dialect: String?) throws {
    let head = Array(try SharedData.read("data/traces/" + path).prefix(65_536))
    let found = FormatRecogniser().recognise(head: head, path: path)
    #expect(found.format == format && found.dialect == dialect, "\(found)")
  }

  @Test(arguments: [
    "{\"a\":1}\n", "{\"resourceSpans\":[{\"attributes\":[{\"key\":\"a\"}]}]}\n", "a,b\n1,2\n", "[{\"a\":1}]",
  ])
  func `a head cut anywhere never traps`(text: String) {
    for length in 0...text.utf8.count {
      let found = FormatRecogniser().recognise(head: Array(text.utf8.prefix(length)), path: "")
      #expect((0...1).contains(found.confidence) && !found.reason.isEmpty)
    }
  }
}
