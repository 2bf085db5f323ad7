/// One word of an expression.
struct Token {
  /// What the word is.
  enum Kind: Hashable {
    /// A keyword, a function's name or a field path; `plain` when it is one name without quotes.
    case name([String], plain: String?)
    /// A number, a percentage or a duration, as written.
    case number(String)
    /// A string without its quotes, escapes resolved.
    case string(String)
    /// A regular expression without its slashes.
    case pattern(String)
    /// A bracket, a comma or a comparison.
    case symbol(String)
    /// Nothing follows.
    case end
  }

  /// What the word is.
  var kind: Kind
  /// Byte offset of its first character.
  var start: Int
  /// Byte offset after its last character.
  var end: Int
}

/// Cuts the text of an expression into tokens, one at a time, so that the first fault in the text is the one reported.
struct ExpressionLexer {
  /// Bytes that an expression may have.
  static let lengthLimit = 4_096

  private let bytes: [UInt8]
  private var index = 0

  init(_ text: String) throws(ExpressionError) {
    bytes = Array(text.utf8)
    if bytes.count > ExpressionLexer.lengthLimit {
      throw ExpressionError(
        column: 1, found: "\(bytes.count) bytes",
        expected: "an expression of at most \(ExpressionLexer.lengthLimit) bytes")
    }
  }

  /// The column of a byte offset: Unicode scalars before it, plus 1.
  func column(_ offset: Int) -> Int {
    bytes.prefix(offset).count { $0 & 0xC0 != 0x80 } + 1
  }

  /// The error that at a byte range something else was expected.
  func error(_ start: Int, _ end: Int, expected: String) -> ExpressionError {
    guard start < bytes.count else {
      return ExpressionError(column: column(bytes.count), found: "the end", expected: expected)
    }
    var text = String(decoding: bytes[start..<max(start, min(end, bytes.count))], as: UTF8.self)
    if text.count > 40 { text = text.prefix(40) + "…" }
    return ExpressionError(column: column(start), found: "'\(text)'", expected: expected)
  }

  /// The next token.
  mutating func next() throws(ExpressionError) -> Token {
    while index < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[index]) { index += 1 }
    let start = index
    guard index < bytes.count else { return Token(kind: .end, start: start, end: start) }
    switch bytes[index] {
    case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: ","):
      index += 1
      return symbol(start)
    case UInt8(ascii: "<"), UInt8(ascii: ">"):
      index += 1
      if byte(index) == UInt8(ascii: "=") { index += 1 }
      return symbol(start)
    case UInt8(ascii: "="), UInt8(ascii: "!"):
      let isEqual = bytes[index] == UInt8(ascii: "=")
      guard byte(index + 1) == UInt8(ascii: "=") else {
        throw error(start, start + 1, expected: isEqual ? "'=='" : "'!=' or 'not'")
      }
      index += 2
      return symbol(start)
    case UInt8(ascii: "&"): throw error(start, start + 1, expected: "'and'")
    case UInt8(ascii: "|"): throw error(start, start + 1, expected: "'or'")
    case UInt8(ascii: "'"), UInt8(ascii: "\""): return try string(start)
    case UInt8(ascii: "/"): return try pattern(start)
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"): return number(start)
    default:
      guard isNameByte(bytes[index]) || bytes[index] == UInt8(ascii: "`") else {
        throw error(start, characterEnd(start), expected: "a name, a number, a string or a bracket")
      }
      return try name(start)
    }
  }

  private func byte(_ offset: Int) -> UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private func symbol(_ start: Int) -> Token {
    Token(kind: .symbol(String(decoding: bytes[start..<index], as: UTF8.self)), start: start, end: index)
  }

  private func characterEnd(_ start: Int) -> Int {
    var end = start + 1
    while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
    return end
  }

  private func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "@"),
      UInt8(ascii: "$"), UInt8(ascii: ":"), UInt8(ascii: "\\"), 0x80...:
      true
    default: false
    }
  }

  private mutating func string(_ start: Int) throws(ExpressionError) -> Token {
    let quote = bytes[index]
    var text: [UInt8] = []
    index += 1
    while let byte = byte(index), byte != quote {
      if byte == UInt8(ascii: "\\") {
        switch self.byte(index + 1) {
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "t"): text.append(0x09)
        case .some(let escaped) where [0x22, 0x27, 0x5C].contains(escaped): text.append(escaped)
        default: throw error(index, index + 2, expected: #"one of \\ \' \" \n \t"#)
        }
        index += 2
      } else {
        text.append(byte)
        index += 1
      }
    }
    guard index < bytes.count else {
      throw error(bytes.count, bytes.count, expected: "the closing quote of the string at column \(column(start))")
    }
    index += 1
    return Token(kind: .string(String(decoding: text, as: UTF8.self)), start: start, end: index)
  }

  private mutating func pattern(_ start: Int) throws(ExpressionError) -> Token {
    var text: [UInt8] = []
    index += 1
    while let byte = byte(index), byte != UInt8(ascii: "/") {
      if byte == UInt8(ascii: "\\"), let escaped = self.byte(index + 1) {
        if escaped != UInt8(ascii: "/") { text.append(byte) }
        text.append(escaped)
        index += 2
      } else {
        text.append(byte)
        index += 1
      }
    }
    guard index < bytes.count else {
      throw error(
        bytes.count, bytes.count, expected: "the closing '/' of the pattern at column \(column(start))")
    }
    index += 1
    return Token(kind: .pattern(String(decoding: text, as: UTF8.self)), start: start, end: index)
  }

  /// Takes digits, letters and points, and a sign at the start or after an exponent's `e`.
  private mutating func number(_ start: Int) -> Token {
    index += 1
    while let byte = byte(index) {
      let afterExponent = [UInt8(ascii: "e"), UInt8(ascii: "E")].contains(bytes[index - 1])
      let isSign = byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
      guard
        byte < 0x80 && (isNameByte(byte) && !isSign || byte == UInt8(ascii: ".") || isSign && afterExponent)
      else { break }
      index += 1
    }
    if byte(index) == UInt8(ascii: "%") { index += 1 }
    return Token(
      kind: .number(String(decoding: bytes[start..<index], as: UTF8.self)), start: start, end: index)
  }

  /// Takes a dotted path; a name in backquotes may hold any character, and a backslash makes a dot part of a name.
  private mutating func name(_ start: Int) throws(ExpressionError) -> Token {
    var components: [String] = []
    var isQuoted = false
    while true {
      var text: [UInt8] = []
      let nameStart = index
      if byte(index) == UInt8(ascii: "`") {
        isQuoted = true
        index += 1
        while let byte = byte(index), byte != UInt8(ascii: "`") {
          text.append(byte)
          index += 1
        }
        guard index < bytes.count else {
          throw error(
            bytes.count, bytes.count, expected: "the closing '`' of the name at column \(column(nameStart))")
        }
        index += 1
      } else {
        while let byte = byte(index), isNameByte(byte) {
          if byte == UInt8(ascii: "\\") {
            guard let escaped = self.byte(index + 1), [0x2E, 0x5C].contains(escaped) else {
              throw error(index, index + 2, expected: #"'\.' or '\\' within a name"#)
            }
            isQuoted = true
            text.append(escaped)
            index += 2
          } else {
            text.append(byte)
            index += 1
          }
        }
      }
      guard !text.isEmpty else { throw error(index, index + 1, expected: "a name") }
      components.append(String(decoding: text, as: UTF8.self))
      guard byte(index) == UInt8(ascii: ".") else { break }
      index += 1
    }
    let plain = components.count == 1 && !isQuoted ? components[0] : nil
    return Token(kind: .name(components, plain: plain), start: start, end: index)
  }
}
