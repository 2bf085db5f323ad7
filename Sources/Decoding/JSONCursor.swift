import Domain

/// Walks over the members of an object, or the elements of an array, in bytes: no tree, nothing copied.
///
/// After each step the caller sets ``index`` to the place after the value, which it has read or skipped.
struct JSONCursor {
  /// What a step came to.
  enum Step {
    /// A member or an element begins at ``JSONCursor/value``.
    case value
    /// The object or array ended; ``JSONCursor/index`` is the place after it.
    case end
    /// The bytes follow no grammar.
    case failed
  }

  /// The place to go on from.
  var index: Int
  /// Where the member's name begins, after its quote.
  private(set) var name = 0
  /// Where the member's name ends.
  private(set) var nameEnd = 0
  /// Where the value begins.
  private(set) var value = 0
  private var isFirst = true

  /// Creates a cursor for the object or array whose bracket is at `start`.
  init(at start: Int) { index = start + 1 }

  /// Goes to the next member of an object.
  @inline(__always)
  mutating func nextMember(_ bytes: borrowing RawSpan) -> Step {
    let step = next(bytes, closing: 0x7D)
    guard step == .value else { return step }
    guard JSONLexer.byte(bytes, value) == 0x22 else { return .failed }
    var hasEscapes = false
    name = value &+ 1
    nameEnd = JSONLexer.closingQuote(bytes, name, &hasEscapes)
    guard nameEnd >= 0 else { return .failed }
    let colon = JSONLexer.skipSpace(bytes, nameEnd &+ 1)
    guard colon < bytes.byteCount, JSONLexer.byte(bytes, colon) == 0x3A else { return .failed }
    value = JSONLexer.skipSpace(bytes, colon &+ 1)
    return value < bytes.byteCount ? .value : .failed
  }

  /// Goes to the next element of an array.
  @inline(__always)
  mutating func nextElement(_ bytes: borrowing RawSpan) -> Step { next(bytes, closing: 0x5D) }

  @inline(__always)
  private mutating func next(_ bytes: borrowing RawSpan, closing: UInt8) -> Step {
    guard index >= 0 else { return .failed }
    index = JSONLexer.skipSpace(bytes, index)
    guard index < bytes.byteCount else { return .failed }
    var byte = JSONLexer.byte(bytes, index)
    if byte == closing {
      index &+= 1
      return .end
    }
    if !isFirst {
      guard byte == 0x2C else { return .failed }
      index = JSONLexer.skipSpace(bytes, index &+ 1)
      guard index < bytes.byteCount else { return .failed }
      byte = JSONLexer.byte(bytes, index)
    }
    isFirst = false
    value = index
    return .value
  }

  /// Passes over the value; gives false where it follows no grammar.
  @inline(__always)
  mutating func skip(_ bytes: borrowing RawSpan) -> Bool {
    index = JSONCursor.end(of: value, bytes)
    return index >= 0
  }

  /// Whether the member has this name; names with escapes are none that are known.
  @inline(__always)
  func isNamed(_ text: StaticString, _ bytes: borrowing RawSpan) -> Bool {
    let count = text.utf8CodeUnitCount
    guard nameEnd &- name == count else { return false }
    let start = text.utf8Start
    for offset in 0..<count where JSONLexer.byte(bytes, name &+ offset) != start[offset] { return false }
    return true
  }

  /// The place after the value that begins at `start`, or ``JSONLexer/failed``.
  @inline(__always)
  static func end(of start: Int, _ bytes: borrowing RawSpan) -> Int {
    let first = JSONLexer.byte(bytes, start)
    return first == 0x7B || first == 0x5B
      ? JSONLexer.endOfContainer(bytes, start, depth: 0) : JSONLexer.endOfScalar(bytes, start)
  }

  /// The text of the string whose opening quote is at `start`, and the place after it; nil where it is no string.
  static func string(_ bytes: borrowing RawSpan, _ start: Int) -> (text: String, end: Int)? {
    guard start < bytes.byteCount, JSONLexer.byte(bytes, start) == 0x22 else { return nil }
    var hasEscapes = false
    let quote = JSONLexer.closingQuote(bytes, start + 1, &hasEscapes)
    guard quote >= 0 else { return nil }
    let content = bytes.extracting((start + 1)..<quote)
    let text =
      hasEscapes
      ? unescaped(content) : content.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    return (text, quote + 1)
  }

  /// A string's text with its escapes resolved; lone surrogates become U+FFFD.
  private static func unescaped(_ content: borrowing RawSpan) -> String {
    let count = content.byteCount
    return String(unsafeUninitializedCapacity: count) { output in
      var written = 0
      var index = 0
      while index < count {
        let byte = JSONLexer.byte(content, index)
        guard byte == 0x5C, index &+ 1 < count else {
          output[written] = byte
          written &+= 1
          index &+= 1
          continue
        }
        let escape = JSONLexer.byte(content, index &+ 1)
        index &+= 2
        switch escape {
        case 0x62: output[written] = 0x08
        case 0x66: output[written] = 0x0C
        case 0x6E: output[written] = 0x0A
        case 0x72: output[written] = 0x0D
        case 0x74: output[written] = 0x09
        case 0x75:
          let scalar = JSONCursor.scalar(content, &index)
          // A scalar's escapes are never shorter than its bytes.
          for byte in String(Character(scalar)).utf8 {
            output[written] = byte
            written &+= 1
          }
          continue
        default: output[written] = escape
        }
        written &+= 1
      }
      return written
    }
  }

  private static func scalar(_ content: borrowing RawSpan, _ index: inout Int) -> Unicode.Scalar {
    guard var unit = JSONLexer.hexadecimal(content, index) else { return "\u{FFFD}" }
    index += 4
    if unit & 0xFC00 == 0xD800, index + 6 <= content.byteCount, JSONLexer.byte(content, index) == 0x5C,
      JSONLexer.byte(content, index + 1) == 0x75, let low = JSONLexer.hexadecimal(content, index + 2),
      low & 0xFC00 == 0xDC00
    {
      unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00)
      index += 6
    }
    return Unicode.Scalar(unit) ?? "\u{FFFD}"
  }

  /// The value at `start` as a tree, and the place after it; nil where it follows no grammar.
  static func tree(_ bytes: borrowing RawSpan, _ start: Int) -> (json: JSON, end: Int)? {
    if JSONLexer.byte(bytes, start) == 0x22 { return string(bytes, start).map { (.string($0.text), $0.end) } }
    let end = end(of: start, bytes)
    guard end >= 0 else { return nil }
    let content = bytes.extracting(start..<end).withUnsafeBytes { Array($0) }
    guard let json = try? JSON(parsing: content) else { return nil }
    return (json, end)
  }
}
