extension TraceSpan {
  /// A tool call that a model asked for.
  public struct ToolRequest: Hashable, Sendable {
    /// The call's id, as ``TraceSpan/toolCallID`` of the span that carries it out.
    public var id: String?
    /// The tool's name.
    public var name: String
    /// A hash of the canonical arguments; nil when they are not recorded.
    public var argumentsHash: UInt64?

    /// Creates a request.
    public init(id: String?, name: String, argumentsHash: UInt64?) {
      self.id = id
      self.name = name
      self.argumentsHash = argumentsHash
    }
  }

  /// A decision about a tool call.
  public struct Approval: Hashable, Sendable {
    /// What was decided; the words are those of Inspect AI, to which the others map.
    public enum Decision: String, Sendable {
      /// The call may go on.
      case approve
      /// The call may go on with other arguments.
      case modify
      /// The call may not go on.
      case reject
      /// Someone else has to decide.
      case escalate
      /// The run ends.
      case terminate
    }
    /// The decision.
    public var decision: Decision
    /// Who or what decided: `user`, `config`, an approver's name.
    public var by: String?

    /// Creates a decision.
    public init(decision: Decision, by: String?) {
      self.decision = decision
      self.by = by
    }
  }

  /// What a guardrail said about an input, an output or a call.
  public struct Guardrail: Hashable, Sendable {
    /// The guardrail's name.
    public var name: String
    /// Its verdict in the emitter's word: `allow`, `deny`, `modify`, `warn`, `escalate`, `guardrail_intervened`, …
    public var verdict: String
    /// Whether it stepped in.
    public var didTrigger: Bool

    /// Creates a verdict.
    public init(name: String, verdict: String, didTrigger: Bool) {
      self.name = name
      self.verdict = verdict
      self.didTrigger = didTrigger
    }
  }

  /// The result of an evaluation.
  public struct Evaluation: Hashable, Sendable {
    /// What was evaluated.
    public var name: String
    /// The score, where it is a number.
    public var score: Double?
    /// The label, where there is one.
    public var label: String?

    /// Creates a result.
    public init(name: String, score: Double?, label: String?) {
      self.name = name
      self.score = score
      self.label = label
    }
  }

  /// A pointer to another span.
  public struct Link: Hashable, Sendable {
    /// The other span's trace.
    public var traceID: String
    /// The other span.
    public var spanID: String

    /// Creates a link.
    public init(traceID: String, spanID: String) {
      self.traceID = traceID
      self.spanID = spanID
    }
  }

  /// The texts of a span that may have been cut.
  public struct Truncated: OptionSet, Hashable, Sendable {
    /// One bit a text.
    public let rawValue: UInt8

    /// Creates a set from its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// ``TraceSpan/arguments`` were cut.
    public static let arguments = Truncated(rawValue: 1)
    /// ``TraceSpan/result`` was cut.
    public static let result = Truncated(rawValue: 2)
    /// ``TraceSpan/inputText`` was cut.
    public static let inputText = Truncated(rawValue: 4)
    /// ``TraceSpan/outputText`` was cut.
    public static let outputText = Truncated(rawValue: 8)
  }

  /// The most that is kept of arguments and of a result, in bytes.
  public static let contentLimit = 65_536
  /// The most that is kept of ``inputText`` and of ``outputText``, in bytes.
  public static let textLimit = 16_384
  /// The most that is kept of a name, an identifier or a message, in bytes.
  public static let messageLimit = 1_024
  /// The most entries that are kept of a list.
  public static let listLimit = 128

  /// Sets the arguments, their hash and whether they were cut.
  public mutating func setArguments(_ whole: String?) {
    arguments = whole?.prefix(utf8: TraceSpan.contentLimit)
    argumentsHash = whole.map(ContentHash.of)
    TraceSpan.note(.arguments, whole, TraceSpan.contentLimit, in: &truncated)
  }

  /// Sets the result, its hash and whether it was cut.
  public mutating func setResult(_ whole: String?) {
    result = whole?.prefix(utf8: TraceSpan.contentLimit)
    resultHash = whole.map(ContentHash.of)
    TraceSpan.note(.result, whole, TraceSpan.contentLimit, in: &truncated)
  }

  /// Sets the input text and whether it was cut.
  public mutating func setInputText(_ whole: String?) {
    inputText = whole?.prefix(utf8: TraceSpan.textLimit)
    TraceSpan.note(.inputText, whole, TraceSpan.textLimit, in: &truncated)
  }

  /// Sets the output text and whether it was cut.
  public mutating func setOutputText(_ whole: String?) {
    outputText = whole?.prefix(utf8: TraceSpan.textLimit)
    TraceSpan.note(.outputText, whole, TraceSpan.textLimit, in: &truncated)
  }

  private static func note(_ text: Truncated, _ whole: String?, _ limit: Int, in truncated: inout Truncated) {
    if let whole, whole.utf8.count > limit { truncated.insert(text) } else { truncated.remove(text) }
  }
}

extension String {
  /// At most so many bytes of the text, cut at the end of a character's encoding.
  public func prefix(utf8 limit: Int) -> String {
    guard utf8.count > limit else { return self }
    var end = utf8.index(utf8.startIndex, offsetBy: limit)
    while end > utf8.startIndex, utf8[end] & 0xC0 == 0x80 { end = utf8.index(before: end) }
    return String(unicodeScalars[..<end])
  }
}
