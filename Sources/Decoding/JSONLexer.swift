/// The grammar of RFC 8259 over the bytes of one line: every function takes the place where something begins and gives
/// the place just after it, or ``failed``.
///
/// No byte outside of the line is ever read: each function compares its place with the byte count before it loads, and
/// `RawSpan` checks every load again.
enum JSONLexer {
  /// What a function gives for text that does not follow the grammar.
  static let failed = -1

  /// How many objects and arrays may be open at once.
  static let depthLimit = 64

  /// The byte at a place that the caller has compared with the byte count.
  @inline(__always)
  static func byte(_ line: borrowing RawSpan, _ index: Int) -> UInt8 {
    line.unsafeLoad(fromByteOffset: index, as: UInt8.self)
  }

  /// The eight bytes at a place, the first in the lowest bits; the caller has compared `index + 8` with the count.
  @inline(__always)
  static func word(_ line: borrowing RawSpan, _ index: Int) -> UInt64 {
    UInt64(littleEndian: line.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
  }

  /// The first place at or after `index` that holds no white space; the byte count where there is none.
  @inline(__always)
  static func skipSpace(_ line: borrowing RawSpan, _ index: Int) -> Int {
    var index = index
    while index < line.byteCount {
      let byte = byte(line, index)
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return index }
      index &+= 1
    }
    return index
  }

  /// The place of the closing quote of the string whose first byte after the opening quote is at `index`; sets
  /// `hasEscapes` when there is a backslash in it.
  @inline(__always)
  static func closingQuote(_ line: borrowing RawSpan, _ index: Int, _ hasEscapes: inout Bool) -> Int {
    let count = line.byteCount
    var index = index
    while index &+ 8 <= count {
      let found = specials(word(line, index))
      if found != 0 {
        index &+= found.trailingZeroBitCount &>> 3
        if byte(line, index) == 0x22 { return index }
        return closingQuoteBytewise(line, index, &hasEscapes)
      }
      index &+= 8
    }
    return closingQuoteBytewise(line, index, &hasEscapes)
  }

  @inline(never)
  private static func closingQuoteBytewise(
    _ line: borrowing RawSpan, _ index: Int, _ hasEscapes: inout Bool
  ) -> Int {
    let count = line.byteCount
    var index = index
    while index < count {
      if index &+ 8 <= count {
        let found = specials(word(line, index))
        if found == 0 {
          index &+= 8
          continue
        }
        index &+= found.trailingZeroBitCount &>> 3
      }
      let byte = byte(line, index)
      if byte == 0x22 { return index }
      if byte == 0x5C {
        hasEscapes = true
        index = endOfEscape(line, index)
        if index < 0 { return failed }
      } else if byte < 0x20 {
        return failed
      } else {
        index &+= 1
      }
    }
    return failed
  }

  /// A word whose lowest set bit is the top bit of the first byte that is a quote, a backslash or a control
  /// character; zero when no byte is.
  ///
  /// With bit 1 flipped, a quote (0x22) becomes 0x20, and it and the control characters are the bytes below 0x21.
  /// Subtracting sets the top bit of those; a borrow can only disturb bytes above one that is already found.
  @inline(__always)
  static func specials(_ word: UInt64) -> UInt64 {
    let low = (word ^ 0x0202_0202_0202_0202) &- 0x2121_2121_2121_2121
    let backslash = (word ^ 0x5C5C_5C5C_5C5C_5C5C) &- 0x0101_0101_0101_0101
    return (low | backslash) & ~word & 0x8080_8080_8080_8080
  }

  private static func endOfEscape(_ line: borrowing RawSpan, _ backslash: Int) -> Int {
    guard backslash &+ 2 <= line.byteCount else { return failed }
    switch byte(line, backslash &+ 1) {
    case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74: return backslash &+ 2
    case 0x75: return hexadecimal(line, backslash &+ 2) == nil ? failed : backslash &+ 6
    default: return failed
    }
  }

  /// The value of the four hexadecimal digits at a place; nil where there are not four.
  static func hexadecimal(_ line: borrowing RawSpan, _ index: Int) -> UInt32? {
    guard index &+ 4 <= line.byteCount else { return nil }
    var value: UInt32 = 0
    for offset in 0..<4 {
      let byte = byte(line, index &+ offset)
      switch byte {
      case 0x30...0x39: value = value << 4 | UInt32(byte - 0x30)
      case 0x41...0x46: value = value << 4 | UInt32(byte - 0x37)
      case 0x61...0x66: value = value << 4 | UInt32(byte - 0x57)
      default: return nil
      }
    }
    return value
  }

  /// The end of the number that begins at `index`.
  @inline(__always)
  static func endOfNumber(_ line: borrowing RawSpan, _ index: Int) -> Int {
    let count = line.byteCount
    var index = index
    if index < count, byte(line, index) == 0x2D { index &+= 1 }
    let integerEnd = endOfDigits(line, index)
    guard integerEnd > index, integerEnd == index &+ 1 || byte(line, index) != 0x30 else { return failed }
    index = integerEnd
    if index < count, byte(line, index) == 0x2E {
      let fractionEnd = endOfDigits(line, index &+ 1)
      guard fractionEnd > index &+ 1 else { return failed }
      index = fractionEnd
    }
    if index < count, byte(line, index) | 0x20 == 0x65 { return endOfExponent(line, index &+ 1) }
    return index
  }

  private static func endOfExponent(_ line: borrowing RawSpan, _ index: Int) -> Int {
    var index = index
    if index < line.byteCount, byte(line, index) == 0x2B || byte(line, index) == 0x2D { index &+= 1 }
    let end = endOfDigits(line, index)
    return end > index ? end : failed
  }

  /// The first place at or after `index` that holds no digit.
  @inline(__always)
  private static func endOfDigits(_ line: borrowing RawSpan, _ index: Int) -> Int {
    let count = line.byteCount
    var index = index
    while index &+ 8 <= count {
      // A digit becomes 0 to 9; adding 0x76 carries all else below 0x80 into the top bit.
      let digits = word(line, index) ^ 0x3030_3030_3030_3030
      let others = (((digits & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080
      if others != 0 { return index &+ others.trailingZeroBitCount &>> 3 }
      index &+= 8
    }
    while index < count, byte(line, index) &- 0x30 < 10 { index &+= 1 }
    return index
  }

  /// The end of the `true`, `false` or `null` that begins at `index`.
  @inline(__always)
  static func endOfLiteral(_ line: borrowing RawSpan, _ index: Int) -> Int {
    guard index &+ 4 <= line.byteCount else { return failed }
    switch UInt32(littleEndian: line.unsafeLoadUnaligned(fromByteOffset: index, as: UInt32.self)) {
    case 0x6575_7274, 0x6C6C_756E: return index &+ 4
    case 0x736C_6166:
      guard index &+ 5 <= line.byteCount, byte(line, index &+ 4) == 0x65 else { return failed }
      return index &+ 5
    default: return failed
    }
  }

  /// The end of the value other than an object or array that begins at `index`.
  @inline(__always)
  static func endOfScalar(_ line: borrowing RawSpan, _ index: Int) -> Int {
    guard index < line.byteCount else { return failed }
    switch byte(line, index) {
    case 0x22:
      var hasEscapes = false
      let quote = closingQuote(line, index &+ 1, &hasEscapes)
      return quote < 0 ? failed : quote &+ 1
    case 0x2D, 0x30...0x39: return endOfNumber(line, index)
    default: return endOfLiteral(line, index)
    }
  }

  /// The end of the object or array that begins at `start`, inside of `depth` others.
  static func endOfContainer(_ line: borrowing RawSpan, _ start: Int, depth: Int) -> Int {
    let count = line.byteCount
    guard start < count, depth < depthLimit else { return failed }
    var level = depth &+ 1
    // One bit for each open container, the innermost lowest: 1 for an object, 0 for an array.
    var kinds: UInt64 = byte(line, start) == 0x7B ? 1 : 0
    var index = start &+ 1
    var isEmpty = true
    while true {
      index = skipSpace(line, index)
      guard index < count else { return failed }
      if !(isEmpty && byte(line, index) == closing(kinds)) {
        if kinds & 1 == 1 {
          index = startOfMemberValue(line, index)
          if index < 0 { return failed }
        }
        let first = byte(line, index)
        if first == 0x7B || first == 0x5B {
          guard level < depthLimit else { return failed }
          level &+= 1
          kinds = kinds &<< 1 | (first == 0x7B ? 1 : 0)
          index &+= 1
          isEmpty = true
          continue
        }
        index = endOfScalar(line, index)
        if index < 0 { return failed }
      }
      isEmpty = false
      while true {
        index = skipSpace(line, index)
        guard index < count else { return failed }
        let byte = byte(line, index)
        index &+= 1
        if byte == 0x2C { break }
        guard byte == closing(kinds) else { return failed }
        level &-= 1
        kinds &>>= 1
        if level == depth { return index }
      }
    }
  }

  @inline(__always)
  private static func closing(_ kinds: UInt64) -> UInt8 { kinds & 1 == 1 ? 0x7D : 0x5D }

  /// The place of the value of the member whose name's opening quote is at `index`; never beyond the last byte.
  private static func startOfMemberValue(_ line: borrowing RawSpan, _ index: Int) -> Int {
    guard byte(line, index) == 0x22 else { return failed }
    var hasEscapes = false
    let quote = closingQuote(line, index &+ 1, &hasEscapes)
    if quote < 0 { return failed }
    let colon = skipSpace(line, quote &+ 1)
    guard colon < line.byteCount, byte(line, colon) == 0x3A else { return failed }
    let value = skipSpace(line, colon &+ 1)
    return value < line.byteCount ? value : failed
  }
}
