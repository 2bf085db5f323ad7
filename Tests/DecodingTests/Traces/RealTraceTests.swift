import Decoding
import Domain
import Testing

@Suite(.enabled(if: SharedData.isPresent)) struct RealTraceTests {
  struct Counts: Equatable {
    var spans = 0
    var models = 0
    var tools = 0
    var toolErrors = 0
    var malformed = 0
  }

  static func read(_ path: String) throws -> Counts {
    let bytes = try SharedData.read("data/traces/" + path)
    let found = FormatRecogniser().recognise(head: Array(bytes.prefix(65_536)), path: path)
    var decoder = try #require(TraceDecoder(format: found.format, source: path), "\(found)")
    var batch = TraceBatch()
    if found.isDocument {
      batch = decoder.decode(document: bytes)
    } else {
      for line in bytes.split(separator: 0x0A) {
        let line = Array(line)
        batch.add(decoder.decode(line: line.span.bytes))
      }
    }
    batch.add(decoder.finish())
    return Counts(
      spans: batch.spans.count, models: batch.spans.count { $0.operation == .model },
      tools: batch.spans.count { $0.operation == .tool },
      toolErrors: batch.spans.count { $0.operation == .tool && $0.isError }, malformed: batch.malformed)
  }

  @Test(
    arguments: [
      ("claude_code/31eeae_sample_session.json", 34, 15, 12, 1), ("constructed/codex_rollout.jsonl", 12, 5, 4, 1),
      ("constructed/claude_code_otel_logs.otlp.jsonl", 17, 8, 8, 2),
      ("constructed/openai_agents_sdk.jsonl", 7, 1, 3, 1), ("constructed/atif_trajectory.json", 4, 1, 1, 0),
      ("constructed/litellm_standard_logging.jsonl", 25, 20, 0, 0),
      ("constructed/otel_console_python.txt", 2, 0, 1, 0), ("docent/d156e5_log.eval", 376, 147, 121, 6),
      ("inspect/a0f7f5_log_message_deduplication.eval", 29, 6, 5, 0),
      ("inspect/b6c9dc_2025-05-12T20-27-36-04-00_browser.json", 29, 5, 4, 0),
      ("langfuse_trace/1f2696_csharp-agent-with-gemini-2026-03-09.trace.json", 8, 3, 2, 0),
      ("langsmith/ebe822_langsmith_js_wrap_openai_reasoning.json", 1, 1, 0, 0),
      ("mini_swe_agent/a5c01c_github_issue.traj.json", 21, 10, 10, 2),
      ("swe_agent/9aec51_function_calling_simple.traj", 11, 5, 5, 0), ("swe_agent/5b47d5_rock.traj", 25, 12, 12, 1),
      ("tau_bench/gpt-4o-airline.jsonl", 1_638, 1_066, 476, 30),
      ("who_and_when/Hand-Crafted/13.json", 53, 52, 0, 0),
    ])
  func `real logs are read whole`(path: String, spans: Int, models: Int, tools: Int, toolErrors: Int) throws {
    #expect(
      try Self.read(path)
        == Counts(spans: spans, models: models, tools: tools, toolErrors: toolErrors, malformed: 0))
  }

  @Test(arguments: [
    "inspect", "docent", "langfuse_trace", "langfuse_seed", "langsmith", "swe_agent", "who_and_when/Hand-Crafted",
    "who_and_when/Algorithm-Generated",
  ])
  func `no file of a folder is refused`(folder: String) throws {
    for name in SharedData.names(in: "data/traces/" + folder) where name != "32a990_empty.json" {
      let counts = try Self.read(folder + "/" + name)
      #expect(counts.spans > 0 && counts.malformed == 0, "\(name): \(counts)")
    }
  }
}
