import Domain

/// Messages and tools whose parts are attributes of their own, with their places in the key, as OpenInference
/// (`llm.output_messages.0.message.content`) and old OpenLLMetry (`gen_ai.completion.0.content`) write them.
struct FlattenedMessages: Sendable {
  private struct Part: Sendable {
    var message = ChatMessages.Message()
    var calls: [Int: Call] = [:]
  }

  private struct Call: Sendable {
    var id: String?
    var name: String?
    var arguments: String?
  }

  private var inputs: [Int: Part] = [:]
  private var outputs: [Int: Part] = [:]
  private var tools: [Int: String] = [:]
  private var evaluations: [Int: TraceSpan.Evaluation] = [:]
  private static let limit = 256

  /// Whether a key may be of such a list: a test that is cheap and lets no such key pass by.
  static func mayHold(_ key: String) -> Bool {
    key.hasPrefix("llm.") || key.hasPrefix("gen_ai.prompt.") || key.hasPrefix("gen_ai.completion.")
      || key.hasPrefix("evaluations.")
  }

  /// Whether a key between two places in bytes may be of such a list.
  static func mayHold(_ bytes: borrowing RawSpan, _ start: Int, _ end: Int) -> Bool {
    guard end - start > 12 else { return false }
    switch JSONLexer.byte(bytes, start) {
    case 0x6C: return JSONLexer.byte(bytes, start + 1) == 0x6C && JSONLexer.byte(bytes, start + 2) == 0x6D
    case 0x67:
      // gen_ai.p… and gen_ai.c…
      let next = JSONLexer.byte(bytes, start + 7)
      return next == 0x70 || next == 0x63
    case 0x65: return JSONLexer.byte(bytes, start + 1) == 0x76
    default: return false
    }
  }

  /// Whether nothing has been taken in.
  var isEmpty: Bool { inputs.isEmpty && outputs.isEmpty && tools.isEmpty && evaluations.isEmpty }

  /// Takes in one attribute.
  mutating func add(_ key: String, _ value: JSON) {
    let parts = key.split(separator: ".", maxSplits: 10)
    guard let place = parts.firstIndex(where: { $0.utf8.first.map { $0 >= 0x30 && $0 <= 0x39 } ?? false }),
      let index = Int(parts[place]), index >= 0, index < FlattenedMessages.limit
    else { return }
    var rest = parts[(place + 1)...]
    switch parts[..<place].joined(separator: ".") {
    case "llm.input_messages", "gen_ai.prompt":
      if rest.first == "message" { rest = rest.dropFirst() }
      FlattenedMessages.set(rest, value, in: &inputs[index, default: Part()])
    case "llm.output_messages", "gen_ai.completion":
      if rest.first == "message" { rest = rest.dropFirst() }
      FlattenedMessages.set(rest, value, in: &outputs[index, default: Part()])
    case "llm.tools":
      if rest.last == "json_schema", let name = ChatMessages.toolNames(.array([value]))?.first { tools[index] = name }
    case "llm.request.functions":
      if rest.last == "name" { tools[index] = TraceValue.name(value) }
    case "evaluations":
      FlattenedMessages.set(
        rest, value, in: &evaluations[index, default: .init(name: "", score: nil, label: nil)])
    default: break
    }
  }

  private static func set(_ path: ArraySlice<Substring>, _ value: JSON, in part: inout Part) {
    switch path.first {
    case "role": part.message.role = value.string
    case "content":
      if let text = TraceValue.content(value) { part.message.text = text }
    case "contents":
      // contents.N.message_content.text
      if path.last == "text", let text = value.string {
        part.message.text += part.message.text.isEmpty ? text : "\n" + text
      }
    case "finish_reason": part.message.finishReason = value.string
    case "tool_calls":
      guard let number = path.dropFirst().first.flatMap({ Int($0) }), number >= 0, number < limit else { return }
      var call = part.calls[number] ?? Call()
      switch path.last {
      case "name": call.name = TraceValue.name(value)
      case "arguments": call.arguments = TraceValue.content(value)
      case "id": call.id = value.string?.boundedIdentifier()
      default: return
      }
      part.calls[number] = call
    case "function_call_name": part.calls[0, default: Call()].name = TraceValue.name(value)
    case "function_call_arguments_json": part.calls[0, default: Call()].arguments = TraceValue.content(value)
    default: break
    }
  }

  private static func set(_ path: ArraySlice<Substring>, _ value: JSON, in evaluation: inout TraceSpan.Evaluation) {
    switch path.last {
    case "name": evaluation.name = TraceValue.name(value) ?? ""
    case "score": evaluation.score = TraceValue.amount(value)
    case "label": evaluation.label = TraceValue.name(value)
    default: break
    }
  }

  private static func messages(_ parts: [Int: Part]) -> ChatMessages? {
    guard !parts.isEmpty else { return nil }
    var messages = ChatMessages()
    for (_, part) in parts.sorted(by: { $0.key < $1.key }) {
      var message = part.message
      for (_, call) in part.calls.sorted(by: { $0.key < $1.key }) {
        guard let name = call.name else { continue }
        message.requests.append(
          TraceSpan.ToolRequest(id: call.id, name: name, argumentsHash: call.arguments.map(ContentHash.of)))
        message.arguments.append(call.arguments)
      }
      messages.append(message)
    }
    return messages
  }

  /// What the model was given; nil where nothing is recorded.
  var input: ChatMessages? { FlattenedMessages.messages(inputs) }
  /// What the model gave back; nil where nothing is recorded.
  var output: ChatMessages? { FlattenedMessages.messages(outputs) }
  /// The tools that were declared; nil where none is recorded.
  var declaredTools: [String]? {
    tools.isEmpty
      ? nil : tools.sorted { $0.key < $1.key }.prefix(TraceSpan.listLimit).map(\.value)
  }
  /// Evaluations that are recorded on the span; nil where none is.
  var scores: [TraceSpan.Evaluation]? {
    evaluations.isEmpty ? nil : evaluations.sorted { $0.key < $1.key }.prefix(TraceSpan.listLimit).map(\.value)
  }
}
