/// A span: one operation of an agent's run: a model call, a tool call, or a step that holds others.
public struct TraceSpan: Hashable, Sendable {
  /// What the operation is, after the OpenTelemetry GenAI conventions' `gen_ai.operation.name`.
  public enum Operation: String, Sendable {
    /// A call of a model (`chat`, `text_completion`, `generate_content`, `embeddings`).
    case model
    /// A call of a tool (`execute_tool`).
    case tool
    /// An agent at work (`invoke_agent`, `create_agent`, `invoke_workflow`).
    case agent
    /// Anything else.
    case other
  }

  /// 32 lower-case hexadecimal digits.
  public var traceID: String
  /// 16 lower-case hexadecimal digits.
  public var spanID: String
  /// The enclosing span, or nil for a root.
  public var parentID: String?
  /// The span's name.
  public var name: String
  /// What the operation is.
  public var operation: Operation
  /// When it began.
  public var start: Timestamp
  /// When it ended; nil while it is open.
  public var end: Timestamp?
  /// Whether its status is an error, or `error.type` is set.
  public var isError: Bool
  /// `gen_ai.conversation.id`, else `session.id`.
  public var conversationID: String?
  /// The agent's name.
  public var agent: String?
  /// The agent's version, else the service's.
  public var version: String?
  /// The model that was asked for.
  public var model: String?
  /// The tool's name.
  public var tool: String?
  /// The tool call's arguments as canonical JSON or text; nil when the emitter does not record them.
  public var arguments: String?
  /// The tool call's result as canonical JSON or text; nil when the emitter does not record it.
  public var result: String?
  /// Tokens read by the model; nil when not recorded.
  public var inputTokens: Int?
  /// Tokens written by the model; nil when not recorded.
  public var outputTokens: Int?
  /// Cost in US dollars, where the trace carries one.
  public var costUSD: Double?

  /// Creates a span with the parts that every span has.
  public init(
    traceID: String, spanID: String, parentID: String?, name: String, operation: Operation, start: Timestamp,
    end: Timestamp?, isError: Bool = false
  ) {
    self.traceID = traceID
    self.spanID = spanID
    self.parentID = parentID
    self.name = name
    self.operation = operation
    self.start = start
    self.end = end
    self.isError = isError
  }

  /// The run that the span belongs to: the conversation, else the trace.
  public var runID: String { conversationID ?? traceID }
}
