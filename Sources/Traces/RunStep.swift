public import Domain

/// What is kept of a span for people to look at later: small, with excerpts instead of contents.
public struct RunStep: Hashable, Sendable {
  /// The longest excerpt of arguments and results, in characters.
  public static let contentLimit = 400
  /// The longest excerpt of what was said, in characters.
  public static let textLimit = 240
  private static let nameLimit = 96

  /// The run that the span belongs to.
  public var runID: String
  /// The span's own id, bounded.
  public var spanID: String
  /// The id of the enclosing span; nil for a root.
  public var parentID: String?
  /// What the operation is.
  public var operation: TraceSpan.Operation
  /// The tool, the model or the span's name.
  public var name: String
  /// When it began.
  public var start: Timestamp
  /// When it ended; nil while it is open.
  public var end: Timestamp?
  /// Whether it failed.
  public var isError: Bool
  /// The status' message or error class, cut.
  public var problem: String?
  /// The agent, where the span names one.
  public var agent: String?
  /// The model that was asked for.
  public var model: String?
  /// Tokens read.
  public var inputTokens: Int?
  /// Tokens written.
  public var outputTokens: Int?
  /// Cost in US dollars.
  public var costUSD: Double?
  /// A masked excerpt of the call's arguments.
  public var arguments: String?
  /// A masked excerpt of the call's result.
  public var result: String?
  /// A masked excerpt of what the model or agent was told last.
  public var heard: String?
  /// A masked excerpt of what it answered.
  public var said: String?
  /// Whether the format has no times.
  public var hasSyntheticTime: Bool

  /// What is kept of a span. `mask` takes out of an excerpt what must not be kept; nil drops it.
  public init(_ span: TraceSpan, mask: (String) -> String?) {
    func excerpt(_ text: String?, _ limit: Int) -> String? {
      guard let text, !text.isEmpty else { return nil }
      return mask(EvidenceExcerpt.of(text, limit: limit))
    }
    runID = span.runID.boundedIdentifier()
    spanID = span.spanID.boundedIdentifier(32)
    parentID = span.parentID?.boundedIdentifier(32)
    operation = span.operation
    name = excerpt(span.tool ?? (span.operation == .model ? span.model : nil) ?? span.name, Self.nameLimit) ?? ""
    start = span.start
    end = span.end
    isError = span.isError
    problem = excerpt(span.isError ? span.statusMessage ?? span.errorType : nil, Self.textLimit)
    agent = span.agentIsService ? nil : excerpt(span.agent, Self.nameLimit)
    model = excerpt(span.model, Self.nameLimit)
    (inputTokens, outputTokens, costUSD) = (span.inputTokens, span.outputTokens, span.costUSD)
    arguments = excerpt(span.arguments, Self.contentLimit)
    result = excerpt(span.result, Self.contentLimit)
    heard = excerpt(span.inputText, Self.textLimit)
    said = excerpt(span.outputText, Self.textLimit)
    hasSyntheticTime = span.hasSyntheticTime
  }

  /// The step as it is stored, without the ids that the store has columns for.
  public var json: JSON {
    var object = JSONObject([
      ("op", .string(operation.rawValue)), ("name", .string(name)), ("start", .integer(start.nanoseconds)),
    ])
    func put(_ key: String, _ value: JSON) { if value != .null { object[key] = value } }
    put("parent", JSON(parentID))
    put("end", end.map { .integer($0.nanoseconds) } ?? .null)
    put("error", isError ? .bool(true) : .null)
    put("problem", JSON(problem))
    put("agent", JSON(agent))
    put("model", JSON(model))
    put("in", JSON(inputTokens))
    put("out", JSON(outputTokens))
    put("cost", JSON(costUSD))
    put("args", JSON(arguments))
    put("result", JSON(result))
    put("heard", JSON(heard))
    put("said", JSON(said))
    put("timeless", hasSyntheticTime ? .bool(true) : .null)
    return .object(object)
  }

  /// Reads what ``json`` wrote; nil when a required member is missing.
  public init?(runID: String, spanID: String, json: JSON) {
    guard let operation = json["op"]?.string.flatMap(TraceSpan.Operation.init(rawValue:)),
      let name = json["name"]?.string, let start = json["start"]?.integer
    else { return nil }
    self.runID = runID
    self.spanID = spanID
    self.operation = operation
    self.name = name
    self.start = Timestamp(nanoseconds: start)
    parentID = json["parent"]?.string
    end = json["end"]?.integer.map(Timestamp.init(nanoseconds:))
    isError = json["error"]?.bool ?? false
    problem = json["problem"]?.string
    agent = json["agent"]?.string
    model = json["model"]?.string
    inputTokens = json["in"]?.integer.map { Int($0) }
    outputTokens = json["out"]?.integer.map { Int($0) }
    costUSD = json["cost"]?.double
    arguments = json["args"]?.string
    result = json["result"]?.string
    heard = json["heard"]?.string
    said = json["said"]?.string
    hasSyntheticTime = json["timeless"]?.bool ?? false
  }
}
