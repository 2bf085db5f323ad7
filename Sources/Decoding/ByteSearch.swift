/// Finds bytes eight at a time.
enum ByteSearch {
  /// Eight bytes of the given value.
  @inline(__always)
  static func pattern(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }

  /// The top bit of exactly those bytes of `word` that equal the byte of `pattern`.
  @inline(__always)
  static func matches(_ word: UInt64, _ pattern: UInt64) -> UInt64 {
    let difference = word ^ pattern
    let low = (difference & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x7F7F_7F7F_7F7F_7F7F
    return ~(low | difference | 0x7F7F_7F7F_7F7F_7F7F)
  }

  /// The first place from `start` on, before `end`, that holds the byte; `end` where there is none.
  @inline(__always)
  static func first(_ byte: UInt8, in bytes: borrowing RawSpan, from start: Int, to end: Int) -> Int {
    let pattern = pattern(byte)
    var index = start
    while index &+ 8 <= end {
      let found = matches(JSONLexer.word(bytes, index), pattern)
      if found != 0 { return index &+ found.trailingZeroBitCount &>> 3 }
      index &+= 8
    }
    while index < end, JSONLexer.byte(bytes, index) != byte { index &+= 1 }
    return index
  }
}
