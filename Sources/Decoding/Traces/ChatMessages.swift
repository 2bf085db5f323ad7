import Domain

/// Chat messages, whoever wrote them: OpenTelemetry's parts, OpenAI's chat and responses, Anthropic's blocks, Google's
/// parts, Vercel's tool calls.
struct ChatMessages: Sendable {
  /// One message: who says it, its text, and the tool calls that it asks for or answers.
  struct Message: Sendable {
    var role: String?
    var text = ""
    var requests: [TraceSpan.ToolRequest] = []
    /// The arguments of the requests, in the same order.
    var arguments: [String?] = []
    var results: [ToolResult] = []
    var finishReason: String?
  }

  /// The answer to a tool call.
  struct ToolResult: Sendable {
    var callID: String?
    var content: String?
    var isError = false
  }

  /// The messages, the latest ``limit`` of them.
  private(set) var messages: [Message] = []
  /// How many there were.
  private(set) var count = 0

  static let limit = 256

  init() {}

  /// Reads a list of messages, one message, a text, or any of these written as text.
  init(_ json: JSON?, role: String? = nil) {
    self.init()
    switch TraceValue.unwrapped(json) {
    case .array(let elements):
      count = elements.count
      for element in elements.suffix(ChatMessages.limit) { messages.append(ChatMessages.message(element, role: role)) }
    case .object(let object)?:
      let value = JSON.object(object)
      if let list = object[known: "messages"] ?? object[known: "output"], list.array != nil {
        self = ChatMessages(list, role: role)
      } else if let choices = object[known: "choices"]?.array {
        count = choices.count
        messages = choices.prefix(ChatMessages.limit).map { choice in
          var message = ChatMessages.message(
            choice[known: "message"] ?? choice[known: "delta"] ?? choice, role: "assistant")
          message.finishReason = choice[known: "finish_reason"]?.string ?? choice[known: "stop_reason"]?.string
          return message
        }
      } else {
        count = 1
        messages = [ChatMessages.message(value, role: role)]
      }
    case .string(let text)?:
      count = 1
      messages = [Message(role: role, text: text)]
    default: break
    }
  }

  /// Adds a message.
  mutating func append(_ message: Message) {
    count += 1
    if messages.count < ChatMessages.limit { messages.append(message) }
  }

  /// The text of the last message that a person or the application wrote.
  var lastInput: String? {
    (messages.last { ["user", "human"].contains($0.role) && !$0.text.isEmpty } ?? messages.last { !$0.text.isEmpty })?
      .text
  }

  /// The text of all messages that are answers.
  var output: String {
    messages.filter { $0.role != "tool" && $0.role != "user" && !$0.text.isEmpty }.map(\.text)
      .joined(separator: "\n")
  }

  /// The tool calls that the messages ask for.
  var requests: [TraceSpan.ToolRequest] { messages.flatMap(\.requests) }

  /// Why the model stopped, where it is said.
  var finishReasons: [String] { messages.compactMap(\.finishReason) }

  /// Reads one message.
  static func message(_ json: JSON, role defaultRole: String? = nil) -> Message {
    guard case .object(let object) = json else {
      return Message(role: defaultRole, text: json.string ?? "")
    }
    var message = Message(role: object[known: "role"]?.string ?? defaultRole)
    message.finishReason = object[known: "finish_reason"]?.string ?? object[known: "stop_reason"]?.string
    if let inner = object[known: "message"], inner.object != nil {
      // Google's and LangChain's wrappers.
      var result = ChatMessages.message(inner, role: message.role)
      result.finishReason = result.finishReason ?? message.finishReason
      return result
    }
    switch object[known: "type"]?.string {
    case "function_call", "tool_call", "tool_use", "reasoning", "function_call_output", "tool_result", "tool-call":
      add(part: json, to: &message)
      return message
    default: break
    }
    let content = object[known: "parts"] ?? object[known: "content"] ?? object[known: "contents"]
    switch content {
    case .string(let text): message.text = text
    case .array(let parts): for part in parts.prefix(limit) { add(part: part, to: &message) }
    case .object(let inner):
      if inner[known: "parts"] != nil || inner[known: "content"] != nil {
        var result = ChatMessages.message(.object(inner), role: inner[known: "role"]?.string ?? message.role)
        result.finishReason = result.finishReason ?? message.finishReason
        return result
      }
      add(part: .object(inner), to: &message)
    default: break
    }
    for call in (object[known: "tool_calls"]?.array ?? []).prefix(TraceSpan.listLimit) { add(call: call, to: &message) }
    if let call = object[known: "function_call"], call.object != nil { add(call: call, to: &message) }
    if object[known: "toolName"] != nil { add(call: json, to: &message) }
    if message.role == "tool" || message.role == "function" {
      if message.results.isEmpty {
        let id = object[known: "tool_call_id"]?.string ?? object[known: "tool_call_ids"]?.array?.first?.string
        message.results = [
          ToolResult(callID: id, content: message.text, isError: object[known: "error"]?.isNull == false)
        ]
      }
      message.text = ""
    }
    return message
  }

  private static func add(part: JSON, to message: inout Message) {
    if let text = part.string {
      add(text: text, to: &message)
      return
    }
    switch part[known: "type"]?.string {
    case "text", "output_text", "input_text", nil:
      if let text = part[known: "text"]?.string ?? part[known: "content"]?.string { add(text: text, to: &message) }
      if let call = part[known: "function_call"] ?? part[known: "functionCall"] { add(call: call, to: &message) }
      if let answer = part[known: "function_response"] ?? part[known: "functionResponse"] {
        message.results.append(
          ToolResult(callID: answer[known: "id"]?.string, content: TraceValue.content(answer[known: "response"])))
      }
    case "tool_call", "tool_use", "function_call", "tool-call", "server_tool_call", "server_tool_use", "toolCall":
      add(call: part, to: &message)
    case "tool_call_response", "tool_result", "function_call_output", "tool-result", "server_tool_call_response":
      let id =
        part[known: "id"] ?? part[known: "tool_use_id"] ?? part[known: "call_id"] ?? part[known: "toolCallId"]
        ?? part[known: "tool_call_id"]
      let content = part[known: "response"] ?? part[known: "result"] ?? part[known: "content"] ?? part[known: "output"]
      message.results.append(
        ToolResult(
          callID: id?.string, content: ChatMessages.resultText(content), isError: part[known: "is_error"]?.bool ?? false
        ))
    default: break
    }
  }

  /// A tool's result: its text where it is a list of text blocks, else canonical JSON.
  static func resultText(_ content: JSON?) -> String? {
    if let blocks = content?.array, !blocks.isEmpty {
      let texts = blocks.map { block in block[known: "type"]?.string == "text" ? block[known: "text"]?.string : nil }
      if texts.allSatisfy({ $0 != nil }) { return texts.compactMap { $0 }.joined(separator: "\n") }
    }
    return TraceValue.content(content)
  }

  private static func add(text: String, to message: inout Message) {
    message.text += message.text.isEmpty ? text : "\n" + text
  }

  private static func add(call: JSON, to message: inout Message) {
    guard message.requests.count < TraceSpan.listLimit else { return }
    let function = call[known: "function"]
    let name = function?[known: "name"] ?? function ?? call[known: "name"] ?? call[known: "toolName"]
    guard let name = TraceValue.name(name) else { return }
    let arguments =
      function?[known: "arguments"] ?? call[known: "arguments"] ?? call[known: "args"] ?? call[known: "input"]
    let id = call[known: "id"]?.string ?? call[known: "call_id"]?.string ?? call[known: "toolCallId"]?.string
    let content = TraceValue.content(arguments)
    message.requests.append(
      TraceSpan.ToolRequest(id: id?.boundedIdentifier(), name: name, argumentsHash: content.map(ContentHash.of)))
    message.arguments.append(content)
  }

  /// The names of declared tools, in any of the ways in which they are declared.
  static func toolNames(_ json: JSON?) -> [String]? {
    guard let list = TraceValue.unwrapped(json)?.array else { return nil }
    return list.prefix(TraceSpan.listLimit).compactMap { entry in
      let tool = TraceValue.unwrapped(entry)
      return tool?.string ?? TraceValue.name(tool?[known: "name"]) ?? TraceValue.name(
        tool?[known: "function"]?[known: "name"])
        ?? TraceValue.name(tool?[known: "tool.name"])
    }
  }
}

extension TraceSpan {
  /// Takes the answer of a model from its messages.
  mutating func take(output: ChatMessages) {
    guard output.count > 0 else { return }
    outputMessages = output.count
    setOutputText(output.output)
    toolRequests = Array(output.requests.prefix(TraceSpan.listLimit))
    let reasons = output.finishReasons
    if finishReasons == nil, !reasons.isEmpty { finishReasons = reasons }
  }

  /// Takes what a model was given from its messages.
  mutating func take(input: ChatMessages) {
    guard input.count > 0 else { return }
    inputMessages = input.count
    if let text = input.lastInput { setInputText(text) }
  }
}
