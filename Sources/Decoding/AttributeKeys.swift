/// Finds what an attribute's key means from its bytes, without making a string of it.
struct AttributeKeys: Sendable {
  private struct Entry: Sendable {
    var key: [UInt8]
    var alias: GenAIAttributes.Alias
  }

  /// Open addressing; a power of two at least four times the number of keys.
  private var slots: [Int16]
  private var entries: [Entry] = []

  static let known = AttributeKeys(GenAIAttributes.aliases)

  private init(_ aliases: [String: GenAIAttributes.Alias]) {
    var size = 64
    while size < aliases.count * 4 { size *= 2 }
    slots = [Int16](repeating: -1, count: size)
    for (key, alias) in aliases {
      let bytes = Array(key.utf8)
      var slot = AttributeKeys.hash(bytes.span.bytes, 0, bytes.count) & (size - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (size - 1) }
      slots[slot] = Int16(entries.count)
      entries.append(Entry(key: bytes, alias: alias))
    }
  }

  /// What the key between two places means.
  func alias(_ bytes: borrowing RawSpan, _ start: Int, _ end: Int) -> GenAIAttributes.Alias? {
    let count = end &- start
    guard count >= 7 else { return nil }
    let mask = slots.count &- 1
    var slot = AttributeKeys.hash(bytes, start, end) & mask
    while true {
      let number = Int(slots[slot])
      guard number >= 0 else { return nil }
      if isEqual(entries[number].key, bytes, start, count) { return entries[number].alias }
      slot = (slot &+ 1) & mask
    }
  }

  private func isEqual(_ key: borrowing [UInt8], _ bytes: borrowing RawSpan, _ start: Int, _ count: Int) -> Bool {
    guard key.count == count else { return false }
    for offset in 0..<count where key[offset] != JSONLexer.byte(bytes, start &+ offset) { return false }
    return true
  }

  /// A hash of the length and of three places of the key: its beginning, middle and end.
  private static func hash(_ bytes: borrowing RawSpan, _ start: Int, _ end: Int) -> Int {
    let count = end &- start
    var state = UInt64(truncatingIfNeeded: count) &* 0x9E37_79B9_7F4A_7C15
    if count >= 8 {
      state ^= JSONLexer.word(bytes, start) &* 0xBF58_476D_1CE4_E5B9
      state = (state ^ (state >> 29)) &* 0x94D0_49BB_1331_11EB
      state ^= JSONLexer.word(bytes, start &+ (count &- 8) / 2) &* 0xBF58_476D_1CE4_E5B9
      state = (state ^ (state >> 29)) &* 0x94D0_49BB_1331_11EB
      state ^= JSONLexer.word(bytes, end &- 8)
    } else {
      for index in start..<end { state = (state ^ UInt64(JSONLexer.byte(bytes, index))) &* 0x0000_0100_0000_01B3 }
    }
    state = (state ^ (state >> 31)) &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: state >> 33)
  }
}
