import Domain

/// Writes the spans of one run, one after the other in time.
struct AgentSpanWriter {
  private let agent: AgentProfile
  private let start: Timestamp
  private let traceHigh: UInt64
  private let traceLow: UInt64
  private let rootID: UInt64
  private let conversation: UInt64
  private var now: Timestamp
  private var spans: UInt64 = 0
  private var inputTokens = 0
  private var outputTokens = 0

  init(agent: AgentProfile, start: Timestamp, dice: inout Dice) {
    self.agent = agent
    self.start = start
    now = start
    traceHigh = dice.bits() | 1
    traceLow = dice.bits()
    rootID = dice.bits() | 1
    conversation = dice.bits()
  }

  /// A call of the model, which takes about a second.
  mutating func modelCall(_ dice: inout Dice) -> (end: Timestamp, bytes: [UInt8]) {
    let end = advance(dice.logNormal(median: 0.8, sigma: 0.35))
    let tokensIn = 600 + Int(min(8_000, dice.logNormal(median: 700, sigma: 0.5)))
    let tokensOut = 1 + Int(min(2_000, dice.logNormal(median: 90, sigma: 0.5)))
    inputTokens += tokensIn
    outputTokens += tokensOut
    var text = begin("chat assistant-large", kind: 3, from: end.start, to: end.end, id: nextID(), isRoot: false)
    attribute("gen_ai.operation.name", "chat", &text)
    attribute("gen_ai.provider.name", "example", &text)
    attribute("gen_ai.request.model", "assistant-large", &text)
    attribute("gen_ai.usage.input_tokens", tokensIn, &text)
    attribute("gen_ai.usage.output_tokens", tokensOut, &text)
    text.add("{\"key\":\"gen_ai.usage.cost\",\"value\":{\"doubleValue\":")
    text.add(millionths: tokensIn * 24 / 10 + tokensOut * 96 / 10)
    text.add("}},")
    finish(&text, isError: false)
    return (end.end, text.bytes)
  }

  /// A call of a tool; without a result it fails with a timeout.
  mutating func toolCall(
    _ tool: AgentProfile.Tool, _ argument: String, result: String?, _ dice: inout Dice
  ) -> (end: Timestamp, bytes: [UInt8]) {
    let end = advance(result == nil ? 5 : dice.logNormal(median: 0.25, sigma: 0.6))
    var text = begin("execute_tool \(tool.name)", kind: 1, from: end.start, to: end.end, id: nextID(), isRoot: false)
    attribute("gen_ai.operation.name", "execute_tool", &text)
    attribute("gen_ai.tool.name", tool.name, &text)
    if agent.recordsContent {
      attribute("gen_ai.tool.call.arguments", argument, &text)
      if let result { attribute("gen_ai.tool.call.result", result, &text) }
    }
    if result == nil { attribute("error.type", "timeout", &text) }
    finish(&text, isError: result == nil)
    return (end.end, text.bytes)
  }

  /// The root span, which holds all the others and ends with the last of them.
  mutating func root() -> (end: Timestamp, bytes: [UInt8]) {
    let end = now + .milliseconds(5)
    var text = begin("invoke_agent \(agent.name)", kind: 1, from: start, to: end, id: rootID, isRoot: true)
    attribute("gen_ai.operation.name", "invoke_agent", &text)
    attribute("gen_ai.usage.input_tokens", inputTokens, &text)
    attribute("gen_ai.usage.output_tokens", outputTokens, &text)
    finish(&text, isError: false)
    return (end, text.bytes)
  }

  /// Arguments that no other call has, as JSON.
  func argument(of tool: AgentProfile.Tool, _ dice: inout Dice) -> String {
    let number = String(dice.bits() % 90_000_000 + 10_000_000)
    return "{\"\(tool.argument)\":\"\(dice.pick(tool.subjects)) \(number)\",\"limit\":\(5 + dice.below(4) * 5)}"
  }

  /// A result that no other call has, as JSON; rarely with what must never reach a terminal.
  func result(of tool: AgentProfile.Tool, _ dice: inout Dice) -> String {
    let number = String(dice.bits() % 90_000_000 + 10_000_000)
    let note = dice.below(200) == 0 ? "\\u001b[31mdone\\u001b[0m" : "ok"
    return "{\"hits\":\(1 + dice.below(20)),\"first\":\"\(number)\",\"note\":\"\(note)\"}"
  }

  private mutating func advance(_ seconds: Double) -> (start: Timestamp, end: Timestamp) {
    let begin = now + .milliseconds(2)
    now = begin + .nanoseconds(Int64(min(max(seconds, 0.01), 60) * 1e9))
    return (begin, now)
  }

  private mutating func nextID() -> UInt64 {
    spans += 1
    return (rootID &+ spans &* 0x9E37_79B9_7F4A_7C15) | 1
  }

  private func begin(
    _ name: String, kind: Int, from: Timestamp, to: Timestamp, id: UInt64, isRoot: Bool
  ) -> ByteText {
    var text = ByteText()
    text.add("{\"traceId\":\"")
    text.add(hexadecimal: traceHigh, digits: 16)
    text.add(hexadecimal: traceLow, digits: 16)
    text.add("\",\"spanId\":\"")
    text.add(hexadecimal: id, digits: 16)
    if !isRoot {
      text.add("\",\"parentSpanId\":\"")
      text.add(hexadecimal: rootID, digits: 16)
    }
    text.add("\",\"name\":\"")
    text.add(name)
    text.add("\",\"kind\":")
    text.add(kind)
    text.add(",\"startTimeUnixNano\":\"")
    text.add(Int(from.nanoseconds))
    text.add("\",\"endTimeUnixNano\":\"")
    text.add(Int(to.nanoseconds))
    text.add("\",\"attributes\":[")
    return text
  }

  private func attribute(_ key: StaticString, _ value: Int, _ text: inout ByteText) {
    text.add("{\"key\":\"")
    text.add(key)
    text.add("\",\"value\":{\"intValue\":\"")
    text.add(value)
    text.add("\"}},")
  }

  private func attribute(_ key: StaticString, _ value: String, _ text: inout ByteText) {
    text.add("{\"key\":\"")
    text.add(key)
    text.add("\",\"value\":{\"stringValue\":")
    JSON.string(value).write(into: &text.bytes)
    text.add("}},")
  }

  private func finish(_ text: inout ByteText, isError: Bool) {
    attribute("gen_ai.agent.name", agent.name, &text)
    attribute("gen_ai.agent.version", agent.version, &text)
    text.add("{\"key\":\"gen_ai.conversation.id\",\"value\":{\"stringValue\":\"conv-")
    text.add(hexadecimal: conversation, digits: 12)
    text.add(isError ? "\"}}],\"status\":{\"code\":2}}" : "\"}}],\"status\":{}}")
  }
}
