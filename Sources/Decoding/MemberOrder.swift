/// The order in which a source writes its members, learned from its lines.
///
/// What stands between two values, such as `,"status":`, repeats from line to line. Each such text that was once read
/// by the grammar is kept as a slot together with the key that it names, and each slot knows which slots followed it.
/// A line that repeats a known text byte for byte therefore needs no second look at its punctuation and its names.
struct MemberOrder: Sendable {
  /// A member's introduction: from the end of the previous value, or the opening brace, up to its value.
  struct Slot: Sendable {
    /// The slots that are tried after this one, or -1.
    var likely: Int32 = -1
    /// The slot that is tried when the likely one does not fit, or -1.
    var other: Int32 = -1
    /// The wanted key that the text names, or -1.
    var key: Int32 = -1
    /// The node whose member it is.
    var node: Int32 = -1
    /// The length of the text in bytes.
    var length: Int32 = 0
    /// The length of the text in words, rounded up.
    var words: Int32 = 0
    /// The bits of the last word that belong to the text.
    var lastMask: UInt64 = 0
  }

  /// The longest text that is kept: `,"` and `":` and a name of 44 bytes.
  static let wordsPerSlot = 6

  private static let capacity = 512
  private static let firstLessons = 1_024

  private let nodeCount: Int
  private var slots: [Slot]
  private var texts: [UInt64]
  private var used: Int
  private var lessons = MemberOrder.firstLessons
  /// How many members were not where they were expected.
  private(set) var misses = 0

  /// An order that knows nothing yet, for a tree with the given number of nodes.
  init(nodeCount: Int) {
    self.nodeCount = nodeCount
    used = nodeCount
    // The first slots stand for the nodes' opening braces; they hold no text, only what comes first.
    slots = Array(repeating: Slot(), count: nodeCount + MemberOrder.capacity)
    texts = Array(repeating: 0, count: slots.count * MemberOrder.wordsPerSlot)
  }

  /// What a slot leads to: the key that it names, or -1.
  @inline(__always)
  func key(of slot: Int) -> Int { Int(slots[slot].key) }

  /// The length of a slot's text.
  @inline(__always)
  func length(of slot: Int) -> Int { Int(slots[slot].length) }

  /// The slot that was seen after `slot` and whose text stands at `index`, or -1.
  @inline(__always)
  func follower(of slot: Int, _ line: borrowing RawSpan, _ index: Int) -> Int {
    let likely = Int(slots[slot].likely)
    if likely >= 0, stands(likely, line, index) { return likely }
    let other = Int(slots[slot].other)
    if other >= 0, stands(other, line, index) { return other }
    return -1
  }

  @inline(__always)
  private func stands(_ slot: Int, _ line: borrowing RawSpan, _ index: Int) -> Bool {
    let candidate = slots[slot]
    let count = line.byteCount
    guard index &+ Int(candidate.length) <= count else { return false }
    let last = Int(candidate.words) &- 1
    let text = slot &* MemberOrder.wordsPerSlot
    var place = index
    var offset = 0
    while offset < last {
      if JSONLexer.word(line, place) != texts[text &+ offset] { return false }
      place &+= 8
      offset &+= 1
    }
    let word = place &+ 8 <= count ? JSONLexer.word(line, place) : MemberOrder.lastWord(line, place)
    return (word ^ texts[text &+ last]) & candidate.lastMask == 0
  }

  /// The fewer than eight bytes from a place to the end of the line, filled up with zeros.
  @inline(never)
  private static func lastWord(_ line: borrowing RawSpan, _ index: Int) -> UInt64 {
    var word: UInt64 = 0
    var place = line.byteCount
    while place > index {
      place &-= 1
      word = word &<< 8 | UInt64(JSONLexer.byte(line, place))
    }
    return word
  }

  /// Takes note that after `slot` the grammar has read the text from `start` to `end`, which names `key`. Gives the
  /// text's slot, or the node's first where it is not kept.
  mutating func learn(
    after slot: Int, _ line: borrowing RawSpan, _ start: Int, _ end: Int, node: Int, key: Int
  ) -> Int {
    misses &+= 1
    // A source whose members never settle must not pay for learning at every member.
    if misses & 63 == 0 { lessons = min(lessons + 1, MemberOrder.firstLessons) }
    guard lessons > 0, end - start <= MemberOrder.wordsPerSlot * 8, end > start else { return node }
    lessons -= 1
    if used == slots.count { forget() }
    let known = (nodeCount..<used).first { candidate in
      slots[candidate].node == Int32(truncatingIfNeeded: node) && Int(slots[candidate].length) == end - start
        && equals(candidate, line, start)
    }
    let next = known ?? used
    if known == nil {
      let length = end - start
      let words = (length + 7) / 8
      for word in 0..<words { texts[next * MemberOrder.wordsPerSlot + word] = 0 }
      for offset in 0..<length {
        texts[next * MemberOrder.wordsPerSlot + offset / 8] |=
          UInt64(JSONLexer.byte(line, start + offset)) << UInt64(offset % 8 * 8)
      }
      slots[next] = Slot(
        key: Int32(truncatingIfNeeded: key), node: Int32(truncatingIfNeeded: node), length: Int32(length),
        words: Int32(words), lastMask: length % 8 == 0 ? .max : (1 << UInt64(length % 8 * 8)) - 1)
      used += 1
    }
    if slot < used {
      if slots[slot].likely < 0 {
        slots[slot].likely = Int32(next)
      } else if Int(slots[slot].likely) != next {
        slots[slot].other = Int32(next)
      }
    }
    return next
  }

  private func equals(_ slot: Int, _ line: borrowing RawSpan, _ start: Int) -> Bool {
    for offset in 0..<Int(slots[slot].length) {
      let word = texts[slot * MemberOrder.wordsPerSlot + offset / 8]
      if UInt8(truncatingIfNeeded: word >> UInt64(offset % 8 * 8)) != JSONLexer.byte(line, start + offset) {
        return false
      }
    }
    return true
  }

  private mutating func forget() {
    used = nodeCount
    for slot in slots.indices { slots[slot] = Slot() }
  }
}
