import Decoding
import Domain
import Testing

/// Reads lines with a decoder of the format and gives all spans.
func spans(_ format: LogFormat, _ lines: [String], source: String = "test.jsonl") throws -> TraceBatch {
  var decoder = try #require(TraceDecoder(format: format, source: source))
  var batch = TraceBatch()
  for line in lines {
    let bytes = Array(line.utf8)
    batch.add(decoder.decode(line: bytes.span.bytes))
  }
  batch.add(decoder.finish())
  return batch
}

@Suite struct DialectTests {
  @Test(arguments: DialectRun.Dialect.allCases)
  func `the same run says the same in every dialect`(dialect: DialectRun.Dialect) throws {
    let batch = try spans(.otlp, [DialectRun.batch(dialect)])
    #expect(batch.malformed == 0 && batch.spans.count == 5)
    let spans = batch.spans
    #expect(spans.map(\.operation) == [.model, .tool, .tool, .model, .agent])
    #expect(spans.allSatisfy { $0.agent == "triage" && $0.version == "1.4.0" && $0.runID == "c-1" }, "\(spans)")
    #expect(spans.map(\.tool) == [nil, "search", "search", nil, nil])
    let canonical = #"{"page":2,"q":"refund \"now\"","tags":["a","b"]}"#
    #expect(spans.map(\.arguments) == [nil, canonical, canonical, nil, nil])
    #expect(spans.map(\.argumentsHash) == [nil, ContentHash.of(canonical), ContentHash.of(canonical), nil, nil])
    #expect(spans.map(\.result) == [nil, "3 hits", nil, nil, nil])
    #expect(spans.map(\.isError) == [false, false, true, false, false])
    #expect(spans[2].errorType == "timeout" && spans[2].statusMessage == "timeout from upstream")
    for model in [spans[0], spans[3]] {
      #expect(model.model == "gpt-4o" && model.provider == "openai")
      #expect(model.inputTokens == 500 && model.outputTokens == 60)
      #expect(model.cacheReadTokens == 40 && model.cacheWriteTokens == 7)
      #expect(model.inputText == "help" && model.inputMessages == 1 && model.outputMessages == 1)
      // 453 at 2.50, 40 from the cache at 1.25, 7 to it at 2.50 and 60 at 10.00 dollars a million.
      #expect(abs((model.costUSD ?? 0) - 0.0018) < 1e-9, "\(String(describing: model.costUSD))")
    }
    #expect(spans[0].finishReasons == ["tool_call"] && spans[3].finishReasons == ["stop"])
    #expect(spans[0].outputText == "" && spans[3].outputText == "Done.")
    #expect(spans[0].toolRequests?.map(\.name) == ["search"] && spans[3].toolRequests == [])
    #expect(spans[0].toolRequests?.first?.argumentsHash == ContentHash.of(canonical))
  }

  @Test func `what is not recorded stays apart from what is empty`() throws {
    func tool(_ pairs: [(String, JSON)]) throws -> TraceSpan {
      let span: JSON = [
        "traceId": .string(DialectRun.traceID), "spanId": "eee19b7ec3c1b174", "startTimeUnixNano": "5",
        "attributes": DialectRun.attributes([("gen_ai.operation.name", "execute_tool")] + pairs),
      ]
      let text = (["resourceSpans": [["scopeSpans": [["spans": [span]]]]]] as JSON).text
      return try #require(try spans(.otlp, [text]).spans.first)
    }
    let blind = try tool([])
    #expect(blind.arguments == nil && blind.argumentsHash == nil && blind.result == nil && blind.resultHash == nil)
    let empty = try tool([("gen_ai.tool.call.arguments", "{}"), ("gen_ai.tool.call.result", "")])
    #expect(empty.arguments == "{}" && empty.result == "" && empty.resultHash == ContentHash.of(""))
    let long = String(repeating: "x", count: 70_000)
    let cut = try tool([("gen_ai.tool.call.result", .string(long))])
    #expect(cut.result?.utf8.count == TraceSpan.contentLimit && cut.truncated == [.result])
    #expect(cut.resultHash == ContentHash.of(long))
  }

  @Test func `messages that came as log records join their span, before or after it`() throws {
    func log(_ name: String, _ body: String, time: Int) -> String {
      """
      {"resourceLogs":[{"resource":{"attributes":[]},"scopeLogs":[{"logRecords":[{"timeUnixNano":"\(time)",\
      "eventName":"\(name)","traceId":"\(DialectRun.traceID)","spanId":"eee19b7ec3c1b174","body":\(body)}]}]}]}
      """
    }
    func body(_ role: String, _ text: String) -> String {
      """
      {"kvlistValue":{"values":[{"key":"role","value":{"stringValue":"\(role)"}},\
      {"key":"content","value":{"stringValue":"\(text)"}}]}}
      """
    }
    let choice = """
      {"kvlistValue":{"values":[{"key":"finish_reason","value":{"stringValue":"stop"}},{"key":"message","value":\
      \(body("assistant", "hello"))}]}}
      """
    let events = [
      log("gen_ai.user.message", body("user", "hi"), time: 1), log("gen_ai.choice", choice, time: 9),
      """
      {"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"9","eventName":"gen_ai.evaluation.result",\
      "traceId":"\(DialectRun.traceID)","spanId":"eee19b7ec3c1b174","attributes":[\
      {"key":"gen_ai.evaluation.name","value":{"stringValue":"helpful"}},\
      {"key":"gen_ai.evaluation.score.value","value":{"doubleValue":-0.5}}]}]}]}]}
      """,
    ]
    let chat = """
      {"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"\(DialectRun.traceID)","spanId":"eee19b7ec3c1b174",\
      "name":"chat m","startTimeUnixNano":"1","endTimeUnixNano":"9","attributes":[\
      {"key":"gen_ai.operation.name","value":{"stringValue":"chat"}}]}]}]}]}
      """
    let joined = try spans(.otlp, events + [chat])
    #expect(joined.spans.count == 1 && joined.logRecords == 3)
    let span = try #require(joined.spans.first)
    #expect(span.inputText == "hi" && span.outputText == "hello" && span.finishReasons == ["stop"])
    #expect(span.evaluations == [TraceSpan.Evaluation(name: "helpful", score: -0.5, label: nil)])
    let alone = try spans(.otlp, events)
    #expect(alone.spans.map(\.operation) == [.model] && alone.spans.first?.outputText == "hello")
  }

  @Test func `a root that comes last names the agent of the runs after it`() throws {
    let first = DialectRun.batch(.openInference)
    let orphan = """
      {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"agent-triage"}}]},\
      "scopeSpans":[{"spans":[{"traceId":"6b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174",\
      "startTimeUnixNano":"5","attributes":[{"key":"openinference.span.kind","value":{"stringValue":"TOOL"}}]}]}]}]}
      """
    #expect(try spans(.otlp, [first, orphan]).spans.last?.agent == "triage")
    #expect(try spans(.otlp, [orphan]).spans.last?.agent == "agent-triage")
  }

  @Test func `spans of one trace share the conversation that one of them names`() throws {
    let text = DialectRun.batch(.current)
    let other = """
      {"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"\(DialectRun.traceID)","spanId":"aaa19b7ec3c1b174",\
      "startTimeUnixNano":"5"}]}]}]}
      """
    #expect(try spans(.otlp, [text, other]).spans.last?.runID == "c-1")
    #expect(try spans(.otlp, [other]).spans.last?.runID == DialectRun.traceID)
  }

  @Test func `exceptions, links and unreadable spans are told`() throws {
    let text = """
      {"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"\(DialectRun.traceID)","spanId":"aaa19b7ec3c1b174",\
      "startTimeUnixNano":"5","status":{"code":2},"links":[{"traceId":"\(DialectRun.traceID)",\
      "spanId":"eee19b7ec3c1b174"},{}],"events":[{"name":"exception","attributes":[\
      {"key":"exception.type","value":{"stringValue":"IOError"}},\
      {"key":"exception.message","value":{"stringValue":"disk full"}}]}]},\
      {"traceId":"\(DialectRun.traceID)","startTimeUnixNano":"5"},{"spanId":"aaa19b7ec3c1b174"}]}]}]}
      """
    let batch = try spans(.otlp, [text])
    let span = try #require(batch.spans.first)
    #expect(span.errorType == "IOError" && span.statusMessage == "disk full")
    #expect(span.links == [TraceSpan.Link(traceID: DialectRun.traceID, spanID: "eee19b7ec3c1b174")])
    #expect(
      batch.reasons == ["a span without a spanId of 8 bytes": 1, "a span without a traceId of 16 bytes": 1])
    #expect(batch.malformed == 2)
  }
}
