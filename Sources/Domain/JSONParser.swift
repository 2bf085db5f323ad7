/// Why text is not a JSON document: the byte offset of the first fault and what was expected there.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Bytes from the start of the text to the fault.
  public var offset: Int
  /// What the grammar wanted there.
  public var expected: String

  /// `expected ':' at byte 12`.
  public var description: String { "expected \(expected) at byte \(offset)" }
}

extension JSON {
  /// Reads one JSON document; white space around it is allowed, anything else is an error, as is nesting beyond
  /// 128 levels. Invalid UTF-8 and lone surrogates become U+FFFD.
  public init(parsing text: String) throws(JSONError) {
    try self.init(parsing: Array(text.utf8))
  }

  /// Reads one JSON document from bytes; see ``init(parsing:)-(String)``.
  public init(parsing bytes: [UInt8]) throws(JSONError) {
    var parser = JSONParser()
    let span = bytes.span
    self = try parser.document(span)
  }

  /// Reads one JSON document from borrowed bytes; see ``init(parsing:)-(String)``.
  public init(parsing bytes: borrowing Span<UInt8>) throws(JSONError) {
    var parser = JSONParser()
    self = try parser.document(bytes)
  }
}

private struct JSONParser {
  var index = 0
  var depth = 0

  mutating func document(_ bytes: borrowing Span<UInt8>) throws(JSONError) -> JSON {
    let value = try self.value(bytes)
    skipSpace(bytes)
    guard index == bytes.count else { throw fault("the end of the document") }
    return value
  }

  private func fault(_ expected: String) -> JSONError { JSONError(offset: index, expected: expected) }

  private mutating func skipSpace(_ bytes: borrowing Span<UInt8>) {
    while index < bytes.count {
      switch bytes[index] {
      case 0x20, 0x09, 0x0A, 0x0D: index += 1
      default: return
      }
    }
  }

  private mutating func value(_ bytes: borrowing Span<UInt8>) throws(JSONError) -> JSON {
    skipSpace(bytes)
    guard index < bytes.count else { throw fault("a value") }
    switch bytes[index] {
    case 0x7B: return try object(bytes)
    case 0x5B: return try array(bytes)
    case 0x22: return .string(try string(bytes))
    case 0x74: return try literal("true", .bool(true), bytes)
    case 0x66: return try literal("false", .bool(false), bytes)
    case 0x6E: return try literal("null", .null, bytes)
    default: return try number(bytes)
    }
  }

  private mutating func literal(
    _ text: StaticString, _ value: JSON, _ bytes: borrowing Span<UInt8>
  ) throws(JSONError) -> JSON {
    guard index + text.utf8CodeUnitCount <= bytes.count else { throw fault("a value") }
    for offset in 0..<text.utf8CodeUnitCount where bytes[index + offset] != text.utf8Start[offset] {
      throw fault("a value")
    }
    index += text.utf8CodeUnitCount
    return value
  }

  private mutating func object(_ bytes: borrowing Span<UInt8>) throws(JSONError) -> JSON {
    try enter()
    index += 1
    var members: [(name: String, value: JSON)] = []
    skipSpace(bytes)
    if index < bytes.count, bytes[index] == 0x7D {
      index += 1
      depth -= 1
      return .object(JSONObject())
    }
    while true {
      skipSpace(bytes)
      guard index < bytes.count, bytes[index] == 0x22 else { throw fault("a member name") }
      let name = try string(bytes)
      skipSpace(bytes)
      guard index < bytes.count, bytes[index] == 0x3A else { throw fault("':'") }
      index += 1
      members.append((name, try value(bytes)))
      skipSpace(bytes)
      guard index < bytes.count else { throw fault("',' or '}'") }
      index += 1
      if bytes[index - 1] == 0x2C { continue }
      if bytes[index - 1] == 0x7D { break }
      index -= 1
      throw fault("',' or '}'")
    }
    depth -= 1
    return .object(JSONObject(members))
  }

  private mutating func array(_ bytes: borrowing Span<UInt8>) throws(JSONError) -> JSON {
    try enter()
    index += 1
    var elements: [JSON] = []
    skipSpace(bytes)
    if index < bytes.count, bytes[index] == 0x5D {
      index += 1
      depth -= 1
      return .array([])
    }
    while true {
      elements.append(try value(bytes))
      skipSpace(bytes)
      guard index < bytes.count else { throw fault("',' or ']'") }
      index += 1
      if bytes[index - 1] == 0x2C { continue }
      if bytes[index - 1] == 0x5D { break }
      index -= 1
      throw fault("',' or ']'")
    }
    depth -= 1
    return .array(elements)
  }

  private mutating func enter() throws(JSONError) {
    depth += 1
    guard depth <= 128 else { throw fault("at most 128 levels of nesting") }
  }

  private mutating func number(_ bytes: borrowing Span<UInt8>) throws(JSONError) -> JSON {
    let start = index
    var isInteger = true
    if index < bytes.count, bytes[index] == 0x2D { index += 1 }
    let firstDigit = index
    try digits(bytes)
    if bytes[firstDigit] == 0x30, index > firstDigit + 1 {
      index = firstDigit
      throw fault("a number without leading zeros")
    }
    if index < bytes.count, bytes[index] == 0x2E {
      isInteger = false
      index += 1
      try digits(bytes)
    }
    if index < bytes.count, bytes[index] | 0x20 == 0x65 {
      isInteger = false
      index += 1
      if index < bytes.count, bytes[index] == 0x2B || bytes[index] == 0x2D { index += 1 }
      try digits(bytes)
    }
    let text = JSONParser.text(bytes, start, index)
    if isInteger, let value = Int64(text) { return .integer(value) }
    guard let value = Double(text) else { throw fault("a number") }
    return .number(value)
  }

  private mutating func digits(_ bytes: borrowing Span<UInt8>) throws(JSONError) {
    let start = index
    while index < bytes.count, bytes[index] >= 0x30, bytes[index] <= 0x39 { index += 1 }
    guard index > start else { throw fault(start == 0 || bytes.count == start ? "a value" : "a digit") }
  }

  private static func text(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> String {
    bytes.extracting(start..<end).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
  }

  private mutating func string(_ bytes: borrowing Span<UInt8>) throws(JSONError) -> String {
    index += 1
    let start = index
    while index < bytes.count {
      let byte = bytes[index]
      if byte == 0x22 {
        index += 1
        return JSONParser.text(bytes, start, index - 1)
      }
      if byte == 0x5C { return try escapedString(bytes, start) }
      if byte < 0x20 { throw fault("no control character in a string") }
      index += 1
    }
    throw fault("'\"'")
  }

  private mutating func escapedString(_ bytes: borrowing Span<UInt8>, _ start: Int) throws(JSONError) -> String {
    var output: [UInt8] = []
    for position in start..<index { output.append(bytes[position]) }
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      switch byte {
      case 0x22: return String(decoding: output, as: UTF8.self)
      case 0x5C:
        guard index < bytes.count else { throw fault("an escape") }
        let escape = bytes[index]
        index += 1
        switch escape {
        case 0x22, 0x5C, 0x2F: output.append(escape)
        case 0x62: output.append(0x08)
        case 0x66: output.append(0x0C)
        case 0x6E: output.append(0x0A)
        case 0x72: output.append(0x0D)
        case 0x74: output.append(0x09)
        case 0x75: try unicodeEscape(bytes, &output)
        default:
          index -= 1
          throw fault("an escape")
        }
      case 0..<0x20:
        index -= 1
        throw fault("no control character in a string")
      default: output.append(byte)
      }
    }
    throw fault("'\"'")
  }

  private mutating func unicodeEscape(
    _ bytes: borrowing Span<UInt8>, _ output: inout [UInt8]
  ) throws(JSONError) {
    var unit = try hexadecimal(bytes)
    if unit & 0xFC00 == 0xD800 {
      if index + 1 < bytes.count, bytes[index] == 0x5C, bytes[index + 1] == 0x75 {
        let before = index
        index += 2
        let low = try hexadecimal(bytes)
        if low & 0xFC00 == 0xDC00 {
          unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00)
        } else {
          index = before
        }
      }
    }
    let scalar = Unicode.Scalar(unit) ?? "\u{FFFD}"
    output.append(contentsOf: String(Character(scalar)).utf8)
  }

  private mutating func hexadecimal(_ bytes: borrowing Span<UInt8>) throws(JSONError) -> UInt32 {
    guard index + 4 <= bytes.count else { throw fault("four hexadecimal digits") }
    var value: UInt32 = 0
    for _ in 0..<4 {
      let byte = bytes[index]
      let digit: UInt32
      switch byte {
      case 0x30...0x39: digit = UInt32(byte) - 0x30
      case 0x41...0x46: digit = UInt32(byte) - 0x37
      case 0x61...0x66: digit = UInt32(byte) - 0x57
      default: throw fault("four hexadecimal digits")
      }
      value = value << 4 | digit
      index += 1
    }
    return value
  }
}
