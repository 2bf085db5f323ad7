public import Domain

/// One run of an agent: every span that shares a conversation, else a trace, and what the detectors remember of it.
///
/// The value is bounded (a few KB as JSON) however long the run is.
public struct AgentRun: Hashable, Sendable, Identifiable {
  /// `gen_ai.conversation.id`, else `session.id`, else the trace id; long ones are cut and end in a hash.
  public internal(set) var id: String
  /// The trace of the first span that was seen.
  public internal(set) var traceID: String
  /// The agent: the root span's, else the first one named.
  public internal(set) var agent: String?
  /// The agent's version: the root span's, else the first one named.
  public internal(set) var version: String?
  /// The earliest start of any span.
  public internal(set) var start: Timestamp
  /// The latest time that is known of the run: the latest end of any span, or start of one that is open.
  public internal(set) var end: Timestamp
  /// Whether a root span has ended and nothing began after it.
  public internal(set) var isEnded = false
  /// Different spans.
  public internal(set) var spans = 0
  /// Model and tool spans that have ended; an agent's own span, which holds them, is none.
  public internal(set) var steps = 0
  /// Model spans that have ended.
  public internal(set) var modelCalls = 0
  /// Tool spans that have ended.
  public internal(set) var toolCalls = 0
  /// Tool spans that ended in an error.
  public internal(set) var toolErrors = 0
  /// Tokens read by models; nil until a span says.
  public internal(set) var inputTokens: Int?
  /// Tokens written by models; nil until a span says.
  public internal(set) var outputTokens: Int?
  /// Cost in US dollars; nil until a span says.
  public internal(set) var costUSD: Double?
  /// The gravest finding so far.
  public internal(set) var worstTier: Finding.Tier?
  /// The detector of the gravest finding so far, the first one of that tier.
  public internal(set) var worstDetector: String?
  /// How many findings have been reported.
  public internal(set) var findingCount = 0

  /// Whether the agent goes by the name of its service, for want of one of its own.
  var agentIsService = false
  /// The name of the service, where a span went by it.
  var service: String?
  var agentIsRoot = false
  var versionIsRoot = false
  var rootEnd: Timestamp?
  /// The latest start of a tool step that has been taken in; earlier ones are late.
  var lastStepStart: Timestamp?
  var repetitions = Repetitions()
  var memory = RunMemory()

  init(firstSpan span: TraceSpan, id: String) {
    self.init(id: id, traceID: span.traceID.boundedIdentifier(), start: span.start, end: span.end ?? span.start)
  }

  init(id: String, traceID: String, start: Timestamp, end: Timestamp) {
    self.id = id
    self.traceID = traceID
    self.start = start
    self.end = end
  }

  /// From the first start to the latest end.
  public var duration: Duration { end - start }

  /// Whether a detector could not see all of the run: no findings then does not mean clean.
  public var isBlind: Bool { memory.blind.missing(.arguments) > 0 || memory.blind.missing(.results) > 0 }

  /// Whether the run's format has times: where it has none, steps are numbered from the epoch on.
  public var hasTimes: Bool { start.seconds > 946_684_800 }

  /// The detectors that could not see all of the run, in the order of the table.
  public var blindDetectors: [Detector] {
    Detector.allCases.filter { memory.blind.isBlind(for: $0.needs) }
  }

  /// The run as one of `runs` in the output of `leeway traces`. Its findings are the agent's that the run turned out to
  /// be, also those that were made before the root named it.
  public func summary(findings: [Finding] = []) -> JSON {
    [
      "id": .string(id), "trace_id": .string(traceID), "agent": JSON(agent), "version": JSON(version),
      "start": hasTimes ? JSON(start) : .null, "end": isEnded && hasTimes ? JSON(end) : .null,
      "state": isEnded ? "ended" : "open",
      "spans": JSON(spans), "steps": JSON(steps), "tool_calls": JSON(toolCalls), "tool_errors": JSON(toolErrors),
      "input_tokens": JSON(inputTokens), "output_tokens": JSON(outputTokens), "cost_usd": JSON(costUSD),
      "findings": .array(
        findings.map { finding in
          var finding = finding
          finding.agent = agent
          finding.version = version
          return finding.json
        }),
    ]
  }
}
