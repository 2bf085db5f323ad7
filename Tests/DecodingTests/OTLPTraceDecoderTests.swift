import Decoding
import Domain
import Testing

@Suite struct OTLPTraceDecoderTests {
  /// One batch of one span with the given members and attributes.
  func batch(_ members: String = "", attributes: String = "", resource: String = "") -> TraceBatch {
    let identity = members.contains("traceId") ? "" : #""traceId":"5B8EFFF798038103D269B633813FC60C","#
    let text = """
      {"resourceSpans":[{"resource":{"attributes":[\(resource)]},\
      "scopeSpans":[{"spans":[{\(identity)\
      "spanId":"eee19b7ec3c1b174","startTimeUnixNano":"1764200000000000001",\
      \(members)"attributes":[\(attributes)]}]}]}]}
      """
    return OTLPTraceDecoder().decode(Array(text.utf8))
  }

  func text(_ key: String, _ value: String) -> String { #"{"key":"\#(key)","value":{"stringValue":"\#(value)"}}"# }

  @Test(arguments: [
    (#""traceId":"5B8EFFF798038103D269B633813FC60C","#, "5b8efff798038103d269b633813fc60c"),
    (#""traceId":"W47/95gDgQPSabYzgT/GDA==","#, "5b8efff798038103d269b633813fc60c"),
    (#""traceId":"","#, nil), (#""traceId":"00000000000000000000000000000000","#, nil), (#""traceId":"xyz","#, nil),
    (#""traceId":12,"#, nil),
  ])
  func `identifiers are hexadecimal or base64, and a span without one is malformed`(members: String, id: String?) {
    let batch = batch(members)
    #expect(batch.spans.first?.traceID == id)
    #expect(batch.malformed == (id == nil ? 1 : 0))
  }

  @Test(arguments: [
    (#""parentSpanId":"","#, nil), ("", nil), (#""parentSpanId":"EEE19B7EC3C1B173","#, "eee19b7ec3c1b173"),
    (#""parentSpanId":"7uGbfsPBsXM=","#, "eee19b7ec3c1b173"),
  ])
  func `an empty parent is none`(members: String, id: String?) {
    #expect(batch(members).spans.map(\.parentID) == [id])
  }

  @Test(arguments: [
    (#""endTimeUnixNano":"1764200000500000003","#, 1_764_200_000_500_000_003),
    (#""endTimeUnixNano":1764200000500000003,"#, 1_764_200_000_500_000_003), (#""endTimeUnixNano":"0","#, nil),
    (#""endTimeUnixNano":0,"#, nil), ("", nil), (#""endTimeUnixNano":"1","#, 1_764_200_000_000_000_001),
  ])
  func `times keep their nanoseconds and an absent end leaves the span open`(members: String, end: Int64?) {
    let span = batch(members).spans.first
    #expect(span?.start.nanoseconds == 1_764_200_000_000_000_001)
    #expect(span?.end?.nanoseconds == end)
  }

  @Test(arguments: [
    (#""status":{},"#, false), ("", false), (#""status":{"code":1},"#, false), (#""status":{"code":2},"#, true),
    (#""status":{"code":"STATUS_CODE_ERROR"},"#, true), (#""status":{"code":"STATUS_CODE_OK"},"#, false),
  ])
  func `a status is a number or a name`(members: String, isError: Bool) {
    #expect(batch(members).spans.map(\.isError) == [isError])
  }

  @Test func `an error type makes an error`() {
    #expect(batch(attributes: text("error.type", "timeout")).spans.map(\.isError) == [true])
    #expect(batch(attributes: text("error.type", "")).spans.map(\.isError) == [false])
  }

  @Test func `the current GenAI names are read`() throws {
    let attributes = [
      text("gen_ai.operation.name", "execute_tool"), text("gen_ai.tool.name", "search"),
      text("gen_ai.tool.call.arguments", #"{\"b\": 1, \"a\": [true]}"#), text("gen_ai.tool.call.result", "plain"),
      text("gen_ai.agent.name", "triage"), text("gen_ai.agent.version", "2"), text("session.id", "s"),
      text("gen_ai.conversation.id", "c"), #"{"key":"gen_ai.usage.input_tokens","value":{"intValue":"12"}}"#,
      #"{"key":"gen_ai.usage.output_tokens","value":{"intValue":7}}"#, text("gen_ai.request.model", "m"), "3", "{}",
    ].joined(separator: ",")
    let span = try #require(
      batch(#""name":"execute_tool search","#, attributes: attributes, resource: text("service.version", "9")).spans
        .first)
    #expect(span.operation == .tool && span.tool == "search" && span.name == "execute_tool search")
    #expect(span.arguments == #"{"a":[true],"b":1}"# && span.result == "plain")
    #expect(span.agent == "triage" && span.version == "2" && span.model == "m")
    #expect(span.conversationID == "c" && span.runID == "c")
    #expect(span.inputTokens == 12 && span.outputTokens == 7)
  }

  @Test func `what the span does not say the resource says`() {
    let resource = text("service.name", "svc") + "," + text("service.version", "9")
    let span = batch(attributes: text("session.id", "s"), resource: resource).spans.first
    #expect(span?.agent == "svc" && span?.version == "9" && span?.conversationID == "s" && span?.operation == .other)
  }

  @Test func `structured arguments become canonical JSON`() {
    let value = """
      {"key":"gen_ai.tool.call.arguments","value":{"kvlistValue":{"values":[{"key":"z","value":{"intValue":"1"}},\
      {"key":"a","value":{"arrayValue":{"values":[{"boolValue":true},{"doubleValue":"NaN"},{"doubleValue":0.5}]}}}]}}}
      """
    #expect(batch(attributes: value).spans.first?.arguments == #"{"a":[true,null,0.5],"z":1}"#)
  }

  @Test(arguments: [
    ("gen_ai.system", "openai", "gen_ai.request.model", TraceSpan.Operation.model),
    ("openinference.span.kind", "LLM", "llm.model_name", .model), ("openinference.span.kind", "AGENT", "x", .agent),
    ("openinference.span.kind", "CHAIN", "gen_ai.request.model", .other),
    ("traceloop.span.kind", "workflow", "x", .agent),
    ("traceloop.span.kind", "task", "x", .other), ("llm.request.type", "chat", "x", .model),
    ("tool.name", "t", "x", .tool),
    ("gen_ai.operation.name", "embeddings", "x", .model), ("gen_ai.operation.name", "retrieval", "x", .other),
  ])
  func `older and other conventions name the operation`(
    key: String, value: String, model: String, operation: TraceSpan.Operation
  ) {
    let span = batch(attributes: text(key, value) + "," + text(model, "m")).spans.first
    #expect(span?.operation == operation)
    #expect(span?.model == (model == "x" ? nil : "m"))
  }

  @Test func `OpenInference and OpenLLMetry tools carry their arguments and results`() {
    let inference = [
      text("openinference.span.kind", "TOOL"), text("tool.name", "search"), text("input.value", "{\\\"q\\\": 1}"),
      text("output.value", "found"), #"{"key":"llm.token_count.prompt","value":{"intValue":3}}"#,
    ].joined(separator: ",")
    let one = batch(attributes: inference).spans.first
    #expect(one?.tool == "search" && one?.arguments == #"{"q":1}"# && one?.result == "found" && one?.inputTokens == 3)
    let metry = [
      text("traceloop.span.kind", "tool"), text("traceloop.entity.name", "fetch"),
      text("traceloop.entity.input", "[1, 2]"),
      text("traceloop.entity.output", "ok"), #"{"key":"llm.usage.completion_tokens","value":{"intValue":"4"}}"#,
    ].joined(separator: ",")
    let other = batch(attributes: metry).spans.first
    #expect(other?.tool == "fetch" && other?.arguments == "[1,2]" && other?.result == "ok" && other?.outputTokens == 4)
    let model = batch(attributes: text("openinference.span.kind", "LLM") + "," + text("input.value", "hello")).spans
      .first
    #expect(model?.arguments == nil)
  }

  @Test func `the newer of two names for the same thing wins, whatever the order`() {
    let new = #"{"key":"gen_ai.usage.input_tokens","value":{"intValue":1}}"#
    let old = #"{"key":"gen_ai.usage.prompt_tokens","value":{"intValue":2}}"#
    #expect(batch(attributes: new + "," + old).spans.first?.inputTokens == 1)
    #expect(batch(attributes: old + "," + new).spans.first?.inputTokens == 1)
    #expect(batch(attributes: old).spans.first?.inputTokens == 2)
  }

  @Test func `long texts are cut at the end of a character`() {
    let long = String(repeating: "é", count: 40_000)
    let span = batch(attributes: text("gen_ai.tool.call.result", "x" + long)).spans.first
    #expect(span?.result?.utf8.count == 65_535)
    #expect(span?.result?.last == "é")
  }

  @Test func `snake case and the old name of scopes are understood`() {
    let text = """
      {"resource_spans":[{"instrumentation_library_spans":[{"spans":[{"trace_id":"5b8efff798038103d269b633813fc60c",\
      "span_id":"eee19b7ec3c1b174","start_time_unix_nano":5,\
      "attributes":[{"key":"tool.name","value":{"string_value":"t"}}]}]}]}]}
      """
    let span = OTLPTraceDecoder().decode(Array(text.utf8)).spans.first
    #expect(span?.tool == "t" && span?.start.nanoseconds == 5)
  }

  @Test(arguments: ["", "x", "[]", "{\"a\":1}", "{\"resourceSpans\":[{}"])
  func `what is no batch is malformed`(text: String) {
    #expect(OTLPTraceDecoder().decode(Array(text.utf8)).malformed == 1)
  }

  @Test(arguments: ["{}", "{\"resourceSpans\":[]}", "{\"resourceSpans\":[3,{\"scopeSpans\":{}}],\"new\":1}"])
  func `what is unknown or empty is ignored`(text: String) {
    #expect(OTLPTraceDecoder().decode(Array(text.utf8)) == TraceBatch())
  }

  @Test(
    .enabled(if: SharedData.isPresent),
    arguments: [
      ("otlp_synthetic/agent_logs.otlp.jsonl", 0, 76, 0), ("otlp_synthetic/agent_metrics.otlp.jsonl", 0, 0, 30),
      ("otlp_mixed/fd975d_test_data.json", 547, 23, 2_650), ("otlp_spec_examples/fd77c5_trace.json", 1, 0, 0),
      ("otlp_spec_examples/c1677b_events.json", 0, 1, 0), ("otlp_spec_examples/40404d_metrics.json", 0, 0, 4),
      ("constructed/claude_code_otel_logs.otlp.jsonl", 0, 16, 0),
    ])
  func `the example files are read whole`(path: String, spans: Int, logs: Int, metrics: Int) throws {
    let bytes = try SharedData.read("data/traces/" + path)
    var batches = [OTLPTraceDecoder().decode(bytes)]
    if batches[0].malformed > 0 { batches = bytes.split(separator: 0x0A).map { OTLPTraceDecoder().decode(Array($0)) } }
    #expect(batches.reduce(0) { $0 + $1.spans.count } == spans)
    #expect(batches.reduce(0) { $0 + $1.logRecords } == logs)
    #expect(batches.reduce(0) { $0 + $1.metrics } == metrics)
    #expect(batches.allSatisfy { $0.malformed == 0 })
  }

  @Test(.enabled(if: SharedData.isPresent))
  func `agents' attacks and their harmless twins are read with tools and arguments`() throws {
    let decoder = OTLPTraceDecoder()
    let files = SharedData.names(in: "data/traces/firedrill")
    let spans = try files.flatMap { name in
      try SharedData.read("data/traces/firedrill/" + name).split(separator: 0x0A).flatMap {
        decoder.decode(Array($0)).spans
      }
    }
    #expect(spans.count == 68)
    #expect(spans.count { $0.operation == .tool && $0.tool != nil && $0.arguments != nil && $0.result != nil } == 61)
    #expect(spans.allSatisfy { $0.conversationID != nil && $0.agent != nil && $0.model != nil && $0.end != nil })
  }
}
