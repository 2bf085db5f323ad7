import Domain

/// How many calls lacked what detectors read.
struct BlindTally: Hashable, Sendable {
  /// One kind of content that emitters leave out unless they are told.
  struct Content: Sendable {
    var need: Detector.Needs
    var name: String
    var setting: String
    var isOfTools: Bool
  }

  static let contents = [
    Content(
      need: .arguments, name: "arguments",
      setting: "record gen_ai.tool.call.arguments (OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true; "
        + "OpenInference: OPENINFERENCE_HIDE_INPUTS=false; OpenLLMetry: TRACELOOP_TRACE_CONTENT=true; "
        + "Claude Code: OTEL_LOG_TOOL_DETAILS=1)", isOfTools: true),
    Content(
      need: .results, name: "results",
      setting: "record gen_ai.tool.call.result (OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true; "
        + "OpenInference: OPENINFERENCE_HIDE_OUTPUTS=false; OpenLLMetry: TRACELOOP_TRACE_CONTENT=true)", isOfTools: true
    ),
    Content(
      need: .output, name: "answers",
      setting: "record gen_ai.output.messages (OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true; "
        + "OpenInference: OPENINFERENCE_HIDE_OUTPUT_TEXT=false; OpenLLMetry: TRACELOOP_TRACE_CONTENT=true)",
      isOfTools: false),
    Content(
      need: .tokens, name: "token counts",
      setting: "record gen_ai.usage.input_tokens and gen_ai.usage.output_tokens (for streams: "
        + "stream_options.include_usage)", isOfTools: false),
    Content(
      need: .cost, name: "costs",
      setting: "give the model's price under 'prices' in the policy file", isOfTools: false),
    Content(need: .times, name: "times", setting: "the format has none: export OTLP spans", isOfTools: false),
  ]

  /// Tool calls, and model calls that succeeded.
  var toolCalls = 0
  var modelCalls = 0
  /// Calls of tools that models asked for.
  var requests = 0
  /// The calls that lacked it, by the place in ``contents``; of the arguments that are there, those that cannot be read,
  /// at ``unreadable``.
  var counts = SIMD8<Int32>()
  private static let unreadable = 7

  static func + (left: BlindTally, right: BlindTally) -> BlindTally {
    BlindTally(
      toolCalls: left.toolCalls &+ right.toolCalls, modelCalls: left.modelCalls &+ right.modelCalls,
      requests: left.requests &+ right.requests,
      counts: left.counts &+ right.counts)
  }

  static func - (left: BlindTally, right: BlindTally) -> BlindTally {
    BlindTally(
      toolCalls: left.toolCalls &- right.toolCalls, modelCalls: left.modelCalls &- right.modelCalls,
      requests: left.requests &- right.requests,
      counts: left.counts &- right.counts)
  }

  /// Counts a step.
  mutating func note(_ span: TraceSpan, hasCost: Bool) {
    if span.operation == .tool {
      toolCalls &+= 1
      if span.arguments == nil {
        counts[0] &+= 1
      } else if BlindTally.isUnreadable(span) {
        counts[0] &+= 1
        counts[BlindTally.unreadable] &+= 1
      }
      // A call that failed may well have no result; what it lacks is not the emitter's choice.
      if span.result == nil, !span.isError { counts[1] &+= 1 }
    } else if span.operation == .model, !span.isError {
      modelCalls &+= 1
      requests &+= span.toolRequests?.count ?? 0
      // An answer of tool calls alone has no text.
      if span.outputText == nil, span.toolRequests == nil { counts[2] &+= 1 }
      if span.inputTokens == nil, span.outputTokens == nil { counts[3] &+= 1 }
      if !hasCost { counts[4] &+= 1 }
    }
    if span.hasSyntheticTime { counts[5] &+= 1 }
  }

  /// Whether arguments are cut off, or begin like a document without being one, such as Python's notation.
  private static func isUnreadable(_ span: TraceSpan) -> Bool {
    guard let arguments = span.arguments else { return false }
    guard !span.truncated.contains(.arguments) else { return true }
    var bytes = arguments.utf8.lazy.filter { $0 > 0x20 }.makeIterator()
    guard bytes.next() == 0x7B, let second = bytes.next() else { return false }
    return second != 0x22 && second != 0x7D
  }

  /// Whether models ask for tools whose calls nobody recorded: detectors of calls then see none at all.
  private func lacksCalls(for needs: Detector.Needs) -> Bool {
    toolCalls == 0 && requests > 0 && !needs.isDisjoint(with: [.arguments, .results])
  }

  /// How many calls lacked it.
  func missing(_ need: Detector.Needs) -> Int {
    BlindTally.contents.firstIndex { $0.need == need }.map { Int(counts[$0]) } ?? 0
  }

  /// Whether some call lacked one of the needs. A price is nobody's duty: without any cost at all there is no budget to
  /// be blind for, so costs count only where the policy asks for them.
  func isBlind(for needs: Detector.Needs) -> Bool {
    lacksCalls(for: needs)
      || BlindTally.contents.indices.contains { needs.contains(BlindTally.contents[$0].need) && counts[$0] > 0 }
  }

  /// What is missing of the needs, and what would record it; nil when nothing is.
  func reason(for needs: Detector.Needs) -> String? {
    let missing = BlindTally.contents.indices.filter { needs.contains(BlindTally.contents[$0].need) && counts[$0] > 0 }
    if lacksCalls(for: needs) {
      return "models ask for tools (\(requests) times), but no call of a tool is recorded: record execute_tool spans"
    }
    guard !missing.isEmpty else { return nil }
    let parts = missing.map { index -> String in
      let content = BlindTally.contents[index]
      guard content.need != .times else { return "times are absent in the whole format" }
      let (count, all) = (Int(counts[index]), content.isOfTools ? toolCalls : modelCalls)
      let calls = content.isOfTools ? "tool calls" : "model calls"
      return
        "\(content.name) are absent\(content.need == .arguments && counts[BlindTally.unreadable] > 0 ? " or unreadable" : "") in "
        + (count >= all ? "all \(all) \(calls)" : "\(count) of \(all) \(calls)")
    }
    return parts.joined(separator: ", ") + ": "
      + missing.map { BlindTally.contents[$0].setting }.joined(separator: "; ")
  }
}
