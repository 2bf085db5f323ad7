/// A span: one operation of an agent's run: a model call, a tool call, or a step that holds others.
///
/// An optional that is nil was not recorded by the emitter; an empty text or list was recorded as empty. The two are
/// never the same: a detector whose input is nil is blind, not clean.
public struct TraceSpan: Hashable, Sendable {
  /// What the operation is, after the OpenTelemetry GenAI conventions' `gen_ai.operation.name`.
  public enum Operation: String, Sendable {
    /// A call of a model (`chat`, `text_completion`, `generate_content`, `embeddings`).
    case model
    /// A call of a tool (`execute_tool`).
    case tool
    /// An agent at work (`invoke_agent`, `create_agent`, `invoke_workflow`).
    case agent
    /// Anything else: ``kind`` says what, where the format does.
    case other
  }

  /// 32 lower-case hexadecimal digits where the format has such; else the format's own name of the run, or one made
  /// from the content.
  public var traceID: String
  /// 16 lower-case hexadecimal digits where the format has such; else the format's own name of the step, or one made
  /// from its place in the run.
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
  /// Whether ``agent`` is only the name of the service, for want of one of the agent's own.
  public var agentIsService = false
  /// The agent's version, else the service's.
  public var version: String?
  /// The model that was asked for.
  public var model: String?
  /// The tool's name.
  public var tool: String?
  /// The tool call's arguments as canonical JSON or text, cut to ``contentLimit``; nil when the emitter does not record
  /// them. Set it with ``setArguments(_:)``, which keeps ``argumentsHash`` and ``truncated`` true.
  public var arguments: String?
  /// The tool call's result as canonical JSON or text, cut to ``contentLimit``; nil when the emitter does not record
  /// it. Set it with ``setResult(_:)``.
  public var result: String?
  /// Tokens read by the model, those from a cache included; nil when not recorded.
  public var inputTokens: Int?
  /// Tokens written by the model, those of reasoning included; nil when not recorded.
  public var outputTokens: Int?
  /// Cost in US dollars, where the trace carries one or a price is known.
  public var costUSD: Double?

  /// What the format calls the kind of span, such as `execute_tool`, `GUARDRAIL` or `workflow`.
  public var kind: String?
  /// The status' message or the error's text, cut to ``messageLimit``.
  public var statusMessage: String?
  /// `error.type`: a class of error, or a status code as text.
  public var errorType: String?
  /// Which attempt of a call this is, 1 for the first.
  public var attempt: Int?
  /// Who serves the model: `openai`, `anthropic`, …
  public var provider: String?
  /// Why the model stopped, one for each choice: `stop`, `length`, `tool_call`, `content_filter`, …
  public var finishReasons: [String]?
  /// The last text that was given to the model or agent by a person or system, cut to ``textLimit``.
  public var inputText: String?
  /// The text that the model or agent answered with, tool requests and reasoning excluded, cut to ``textLimit``.
  public var outputText: String?
  /// How many messages the model was given.
  public var inputMessages: Int?
  /// How many messages the model gave back.
  public var outputMessages: Int?
  /// The tool calls that the model asked for, at most ``listLimit``.
  public var toolRequests: [ToolRequest]?
  /// The id that joins a tool call to the model's request for it.
  public var toolCallID: String?
  /// The names of the tools that were declared to the model, at most ``listLimit``.
  public var declaredTools: [String]?
  /// The decision of a person or a policy about a tool call.
  public var approval: Approval?
  /// What a guardrail said.
  public var guardrail: Guardrail?
  /// Scores of evaluations that are recorded on or next to the span, at most ``listLimit``.
  public var evaluations: [Evaluation]?
  /// Of the input tokens, those read from a cache.
  public var cacheReadTokens: Int?
  /// Of the input tokens, those written to a cache.
  public var cacheWriteTokens: Int?
  /// Of the output tokens, those of reasoning.
  public var reasoningTokens: Int?
  /// `session.id`, also where the run goes by its conversation.
  public var sessionID: String?
  /// The user on whose behalf the agent works, as the emitter names it.
  public var userID: String?
  /// The agent that the work is handed over to, where the span is a hand-off.
  public var handoffTo: String?
  /// Spans of this or other traces that the span points to, at most ``listLimit``.
  public var links: [Link]?
  /// A hash of the whole arguments, however much of them is kept; nil when they are not recorded.
  public var argumentsHash: UInt64?
  /// A hash of the whole result, however much of it is kept; nil when it is not recorded.
  public var resultHash: UInt64?
  /// Which texts were cut.
  public var truncated: Truncated = []
  /// Whether the format has no times, so that start and end tell the order of steps and nothing about duration.
  public var hasSyntheticTime = false

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
