/// The outermost object at the start of a file, of which the end may not have been read yet.
struct HeadObject {
  /// The names of its members, in order, and where their values begin; at most 64.
  private(set) var members: [(name: String, value: Int)] = []
  /// The place after the closing brace; nil where the object goes on beyond the bytes.
  private(set) var end: Int?
  /// The place where the bytes stop to be JSON; nil where all that is there could be.
  private(set) var fault: Int?

  /// Reads the object whose brace is at `start`.
  init(_ bytes: borrowing RawSpan, start: Int) {
    var index = start + 1
    var isFirst = true
    while true {
      index = JSONLexer.skipSpace(bytes, index)
      guard index < bytes.byteCount else { return }
      var byte = JSONLexer.byte(bytes, index)
      if byte == 0x7D {
        end = index + 1
        return
      }
      if !isFirst {
        guard byte == 0x2C else {
          fault = index
          return
        }
        index = JSONLexer.skipSpace(bytes, index + 1)
        guard index < bytes.byteCount else { return }
        byte = JSONLexer.byte(bytes, index)
      }
      isFirst = false
      guard byte == 0x22 else {
        fault = index
        return
      }
      var hasEscapes = false
      let quote = JSONLexer.closingQuote(bytes, index + 1, &hasEscapes)
      guard quote >= 0 else { return }
      let name = HeadObject.text(bytes, index + 1, quote)
      index = JSONLexer.skipSpace(bytes, quote + 1)
      guard index < bytes.byteCount else { return }
      guard JSONLexer.byte(bytes, index) == 0x3A else {
        fault = index
        return
      }
      index = JSONLexer.skipSpace(bytes, index + 1)
      guard index < bytes.byteCount else { return }
      if members.count < 64 { members.append((name, index)) }
      let first = JSONLexer.byte(bytes, index)
      let value = index
      index =
        first == 0x7B || first == 0x5B
        ? JSONLexer.endOfContainer(bytes, index, depth: 1) : JSONLexer.endOfScalar(bytes, index)
      if index < 0 {
        // A damaged scalar shows at once; whether a container is damaged or merely cut off does not matter here.
        switch first {
        case 0x22, 0x2D, 0x30...0x39, 0x5B, 0x74, 0x66, 0x6E, 0x7B: break
        default: fault = value
        }
        return
      }
    }
  }

  /// Whether a member has this name.
  func has(_ name: String) -> Bool { members.contains { $0.name == name } }

  /// Whether there are members of all of these names.
  func has(all names: String...) -> Bool { names.allSatisfy(has) }

  /// The text of a string member without escapes; nil for all else.
  func string(_ name: String, in bytes: borrowing RawSpan) -> String? {
    guard let member = members.last(where: { $0.name == name }), member.value < bytes.byteCount,
      JSONLexer.byte(bytes, member.value) == 0x22
    else { return nil }
    var hasEscapes = false
    let quote = JSONLexer.closingQuote(bytes, member.value + 1, &hasEscapes)
    return quote < 0 || hasEscapes ? nil : HeadObject.text(bytes, member.value + 1, quote)
  }

  /// The text between two places, cut to 200 bytes.
  static func text(_ bytes: borrowing RawSpan, _ start: Int, _ end: Int) -> String {
    bytes.extracting(start..<min(end, start + 200)).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  }
}
