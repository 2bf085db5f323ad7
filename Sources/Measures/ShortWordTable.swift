import Domain

/// A word of at most 23 bytes as three words of the machine, its length in the highest byte.
struct ShortWord: Equatable {
  /// The longest word.
  static let limit = 23

  let first: UInt64
  let second: UInt64
  let third: UInt64

  /// The text of a field; nil where it is longer or does not lie within the line.
  @inline(__always)
  init?(_ field: RawField, _ line: borrowing RawSpan) {
    let start = Int(field.start)
    let length = Int(field.end) &- start
    guard start >= 0, length >= 0, length <= ShortWord.limit, Int(field.end) <= line.byteCount else { return nil }
    if start &+ 24 <= line.byteCount {
      first = line.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self).littleEndian & ShortWord.mask(length)
      guard length > 8 else {
        second = 0
        third = UInt64(length) &<< 56
        return
      }
      second =
        line.unsafeLoadUnaligned(fromByteOffset: start &+ 8, as: UInt64.self).littleEndian
        & ShortWord.mask(length &- 8)
      let rest = line.unsafeLoadUnaligned(fromByteOffset: start &+ 16, as: UInt64.self).littleEndian
      third = rest & ShortWord.mask(length &- 16) | UInt64(length) &<< 56
      return
    }
    var words: (UInt64, UInt64, UInt64) = (0, 0, UInt64(length) &<< 56)
    for offset in 0..<length {
      let byte = UInt64(line.unsafeLoad(fromByteOffset: start &+ offset, as: UInt8.self)) &<< UInt64(offset % 8 * 8)
      switch offset / 8 {
      case 0: words.0 |= byte
      case 1: words.1 |= byte
      default: words.2 |= byte
      }
    }
    (first, second, third) = words
  }

  /// The bits of the first `length` bytes of a word; none below 1, all from 8 on.
  @inline(__always)
  private static func mask(_ length: Int) -> UInt64 {
    UInt64.max >> UInt64(max(0, 64 &- 8 &* max(0, length)))
  }

  @inline(__always)
  var hash: UInt64 {
    let product = (first ^ (third &+ 0x2545_F491_4F6C_DD1D)).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    let mixed = product.high ^ product.low ^ second
    return (mixed ^ mixed &>> 32) &* 0xD6E8_FEB8_6659_FD93
  }
}

/// Numbers of short words, open-addressed: one look at one place in the usual case, nothing is copied.
struct ShortWordTable {
  private struct Entry {
    var word: (UInt64, UInt64, UInt64) = (0, 0, 0)
    var number: Int32 = -1
  }

  private var entries = Array(repeating: Entry(), count: 32)
  private(set) var count = 0

  /// The number of a word, or -1.
  @inline(__always)
  func number(of word: ShortWord) -> Int32 {
    let entries = entries.span
    let mask = entries.count &- 1
    var place = Int(truncatingIfNeeded: word.hash &>> 32) & mask
    while true {
      let entry = entries[place]
      if entry.number < 0 || entry.word == (word.first, word.second, word.third) { return entry.number }
      place = (place &+ 1) & mask
    }
  }

  /// Stores the number of a word that is not known yet.
  mutating func store(_ number: Int32, for word: ShortWord) {
    if count * 2 >= entries.count {
      let old = entries
      entries = Array(repeating: Entry(), count: old.count * 2)
      for entry in old where entry.number >= 0 { place(entry) }
    }
    place(Entry(word: (word.first, word.second, word.third), number: number))
    count += 1
  }

  private mutating func place(_ entry: Entry) {
    let word = ShortWord(first: entry.word.0, second: entry.word.1, third: entry.word.2)
    var place = Int(truncatingIfNeeded: word.hash &>> 32) & (entries.count - 1)
    while entries[place].number >= 0 { place = (place + 1) & (entries.count - 1) }
    entries[place] = entry
  }
}

extension ShortWord {
  fileprivate init(first: UInt64, second: UInt64, third: UInt64) {
    self.first = first
    self.second = second
    self.third = third
  }
}
