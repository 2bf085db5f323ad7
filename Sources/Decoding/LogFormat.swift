/// The format of a source, by the name that configurations and `leeway sniff` use.
public enum LogFormat: String, CaseIterable, Hashable, Sendable {
  /// Not a format: recognise it from the first bytes.
  case auto
  /// One JSON object a line.
  case jsonl
  /// Comma-separated columns under a header line.
  case csv
  /// Tab-separated columns under a header line.
  case tsv
  /// `key=value` pairs.
  case logfmt
  /// Lines that a configured pattern takes apart.
  case pattern
  /// Lines of plain text.
  case text
  /// OpenTelemetry's export batches as JSON, one a line.
  case otlp
  /// OTLP with Arize's OpenInference attributes.
  case openInference = "openinference"
  /// OTLP with Traceloop's attributes.
  case openLLMetry = "openllmetry"
  /// A transcript of Claude Code, or its JSON stream.
  case claudeCode = "claude-code"
  /// A rollout of Codex.
  case codex
  /// Traces and spans of the OpenAI Agents SDK.
  case openAIAgents = "openai-agents"
  /// An exported trace of Langfuse.
  case langfuse
  /// Runs of LangSmith.
  case langSmith = "langsmith"
  /// LiteLLM's standard logging payload.
  case liteLLM = "litellm"
  /// The server log of vLLM.
  case vLLM = "vllm"
  /// Prometheus or OpenMetrics text.
  case prometheus
  /// A log of Inspect AI.
  case inspect
  /// A trajectory of SWE-agent or mini-SWE-agent.
  case sweAgent = "swe-agent"
  /// A trajectory in Harbor's format.
  case atif
  /// What OpenTelemetry's Python console exporter prints.
  case otelConsole = "otel-console"
  /// A failure-attribution record of Who&When.
  case whoAndWhen = "who-and-when"
  /// Runs of tau-bench.
  case tauBench = "tau-bench"
  /// Compressed, wide-character or other bytes that are not lines of text.
  case binary

  /// The decoder that the collector reads the format with: `.jsonl` for every format whose lines are JSON objects,
  /// `.otlp` for lines that hold agents' spans, the format itself for those that are not JSON, nil where it has none.
  public var decoder: LogFormat? {
    switch self {
    case .csv, .tsv, .logfmt, .pattern, .text, .vLLM, .prometheus: self
    case .jsonl: .jsonl
    case .otlp, .openInference, .openLLMetry, .codex, .claudeCode, .openAIAgents, .liteLLM, .tauBench, .langfuse,
      .langSmith:
      .otlp
    default: nil
    }
  }

  /// Whether the format holds agents' spans, which ``TraceDecoder`` reads.
  public var holdsTraces: Bool { TraceDecoder(format: self, source: "") != nil }

  /// Whether the collector reads the format.
  public var isReadable: Bool { decoder != nil }
}

/// What the first bytes of a file say about its format.
public struct RecognisedFormat: Hashable, Sendable {
  /// The format.
  public var format: LogFormat
  /// A variant of the format, such as `traces, genai` of OTLP; nil where there is none.
  public var dialect: String?
  /// How sure the recognition is, 0 to 1.
  public var confidence: Double
  /// What was seen, for people.
  public var reason: String
  /// Whether the file is one document over many lines, which cannot be followed line by line.
  public var isDocument: Bool

  /// Creates a finding.
  public init(
    format: LogFormat, dialect: String? = nil, confidence: Double, reason: String, isDocument: Bool = false
  ) {
    self.format = format
    self.dialect = dialect
    self.confidence = confidence
    self.reason = reason
    self.isDocument = isDocument
  }

  /// Whether the collector can follow the file.
  public var isReadable: Bool { format.isReadable && !isDocument }
}
