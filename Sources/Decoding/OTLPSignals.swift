/// Which signals, and whose conventions, the first export batches of an OTLP file carry.
struct OTLPSignals {
  /// The signals and the convention, such as `traces, genai`.
  let dialect: String
  /// What was seen, for people.
  let reason: String

  private static let signals = [
    ("traces", "resourceSpans", "resource_spans"), ("metrics", "resourceMetrics", "resource_metrics"),
    ("logs", "resourceLogs", "resource_logs"),
  ]

  /// Nil where the first object is no export batch.
  init?(_ bytes: borrowing RawSpan, firstObject: HeadObject) {
    var found: [String] = []
    func note(_ object: HeadObject) {
      for (signal, name, snake) in OTLPSignals.signals
      where (object.has(name) || object.has(snake)) && !found.contains(signal) {
        found.append(signal)
      }
    }
    note(firstObject)
    guard !found.isEmpty else { return nil }
    HeadLines.forEach(in: bytes) { line in
      let start = JSONLexer.skipSpace(line, 0)
      if start < line.byteCount, JSONLexer.byte(line, start) == 0x7B { note(HeadObject(line, start: start)) }
    }
    let signal = found.count == 1 ? found[0] : "mixed"
    let keys = OTLPSignals.attributeKeys(bytes)
    let convention = OTLPSignals.convention(of: keys)
    dialect = convention.map { "\(signal), \($0.name)" } ?? signal
    reason = "export batches of \(found.joined(separator: ", "))" + (convention.map { "; \($0.because)" } ?? "")
  }

  private static func convention(of keys: [String]) -> (name: String, because: String)? {
    func first(_ test: (String) -> Bool) -> String? { keys.first(where: test) }
    func has(_ prefix: String) -> String? { first { $0.hasPrefix(prefix) } }
    if let key = has("openinference.") { return ("openinference", "attribute \(key)") }
    if let key = has("traceloop.") { return ("openllmetry", "attribute \(key)") }
    if keys.contains("=claude-code") { return ("claude-code", "service.name claude-code") }
    let current: Set = ["gen_ai.provider.name", "gen_ai.input.messages", "gen_ai.output.messages"]
    let old: Set = ["gen_ai.system", "gen_ai.usage.prompt_tokens", "gen_ai.usage.completion_tokens"]
    if let key = first(current.contains) { return ("genai", "attribute \(key)") }
    if let key = first(old.contains) { return ("genai-legacy", "attribute \(key)") }
    if let key = has("gen_ai.") { return ("genai", "attribute \(key)") }
    return nil
  }

  /// The different attribute keys, at most 500, in the order of the text; `=claude-code` stands for that service.
  private static func attributeKeys(_ bytes: borrowing RawSpan) -> [String] {
    var keys: [String] = []
    var seen: Set<String> = []
    var index = 0
    var isServiceName = false
    while index < bytes.byteCount, keys.count < 500 {
      guard JSONLexer.byte(bytes, index) == 0x22 else {
        index += 1
        continue
      }
      guard let (name, next) = string(bytes, index) else { break }
      index = next
      guard name == "key" || isServiceName && (name == "stringValue" || name == "string_value") else { continue }
      let colon = JSONLexer.skipSpace(bytes, index)
      guard colon < bytes.byteCount, JSONLexer.byte(bytes, colon) == 0x3A else { continue }
      let quote = JSONLexer.skipSpace(bytes, colon + 1)
      guard quote < bytes.byteCount, JSONLexer.byte(bytes, quote) == 0x22 else { continue }
      guard let (text, end) = string(bytes, quote) else { break }
      index = end
      if name == "key" {
        isServiceName = text == "service.name"
        if seen.insert(text).inserted { keys.append(text) }
      } else if isServiceName {
        isServiceName = false
        if text == "claude-code", seen.insert("=claude-code").inserted { keys.append("=claude-code") }
      }
    }
    return keys
  }

  private static func string(_ bytes: borrowing RawSpan, _ quote: Int) -> (String, Int)? {
    var hasEscapes = false
    let end = JSONLexer.closingQuote(bytes, quote + 1, &hasEscapes)
    return end < 0 ? nil : (HeadObject.text(bytes, quote + 1, end), end + 1)
  }
}
