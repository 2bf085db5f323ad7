import Domain

/// A field's bytes in a line, checked against the line's length once, for hashing and comparing without a `String`.
struct RawFieldBytes {
  /// 0 for a field without text, 1 for plain text, 2 for text with escapes; 3 and 4 for `true` and `false`,
  /// 5 for text with doubled quotes.
  let kind: UInt8
  let start: Int
  let end: Int

  @inline(__always)
  init(_ field: RawField, lineLength: Int) {
    let (start, end) = (Int(field.start), Int(field.end))
    let isInside = start >= 0 && start <= end && end <= lineLength
    switch field.kind {
    case .string where isInside, .number where isInside: kind = 1
    case .escapedString where isInside: kind = 2
    case .isTrue: kind = 3
    case .isFalse: kind = 4
    case .quotedString where isInside: kind = 5
    default: kind = 0
    }
    let hasBytes = kind == 1 || kind == 2 || kind == 5
    self.start = hasBytes ? start : 0
    self.end = hasBytes ? end : 0
  }

  /// Mixes the field into a hash, eight bytes at a time.
  @inline(__always)
  func hash(into hash: inout UInt64, _ line: borrowing RawSpan) {
    hash = RawFieldBytes.mix(hash, UInt64(kind) << 32 | UInt64(truncatingIfNeeded: end - start))
    var index = start
    while index &+ 8 <= end {
      hash = RawFieldBytes.mix(hash, line.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self))
      index &+= 8
    }
    var rest: UInt64 = 0
    while index < end {
      rest = rest << 8 | UInt64(line.unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self))
      index &+= 1
    }
    hash = RawFieldBytes.mix(hash, rest)
  }

  @inline(__always)
  private static func mix(_ hash: UInt64, _ word: UInt64) -> UInt64 {
    let product = (hash ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return product.high ^ product.low
  }
}
