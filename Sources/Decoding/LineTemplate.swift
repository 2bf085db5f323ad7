import Domain

/// The bytes between the values of one line, learned from a line that the grammar has read: what follows them byte for
/// byte needs no look at punctuation and names, only at the values.
///
/// The values themselves are read by the grammar every time, so a line fits a template exactly when the grammar would
/// read it with the same members in the same order and the same space between them.
struct LineTemplate: Sendable {
  /// What stands before a value, and what becomes of the value; the last step stands before the end of the line.
  private struct Step {
    /// The first word of the text.
    var text = 0
    /// The length of the text in bytes.
    var length = 0
    /// The bits of the last word that belong to the text.
    var lastMask: UInt64 = 0
    /// The column that wants the value, or -1.
    var column = -1
    /// Whether an object would hold wanted members; the line that was learned from had none there.
    var refusesObject = false
    /// How many objects the value lies in.
    var depth = 1
  }

  /// The most values of a line that becomes a template.
  private static let stepLimit = 256
  /// The longest text between two values.
  private static let textLimit = 512

  private var steps: [Step] = []
  private var texts: [UInt64] = []
  /// The columns that no value of the line fills.
  private var absent: [Int] = []
  /// The names of the line's members as dotted paths, in order, for people.
  private(set) var names: [String] = []

  /// Fills `fields` from a line whose opening brace is at `start`; false, with some fields filled, when the line does
  /// not fit.
  func fits(_ line: borrowing RawSpan, _ start: Int, _ fields: inout MutableSpan<RawField>) -> Bool {
    let steps = steps.span
    let texts = texts.span
    let count = line.byteCount
    var index = start
    var number = 0
    while true {
      let step = steps[number]
      var text = step.text
      var rest = step.length
      while rest > 8 {
        guard index &+ 8 <= count, LineTemplate.word(line, index) == texts[text] else { return false }
        index &+= 8
        rest &-= 8
        text &+= 1
      }
      guard index &+ rest <= count else { return false }
      let word = index &+ 8 <= count ? LineTemplate.word(line, index) : LineTemplate.lastWord(line, index)
      if (word ^ texts[text]) & step.lastMask != 0 { return false }
      index &+= rest
      number &+= 1
      if number == steps.count { break }
      index = LineTemplate.value(line, index, step, &fields)
      if index < 0 { return false }
    }
    guard index == count || JSONLexer.skipSpace(line, index) == count else { return false }
    for column in absent { fields[column] = .absent }
    return true
  }

  /// The eight bytes at a place; every caller has compared `index + 8` with the line's length just before, and no place
  /// is negative.
  @inline(__always)
  private static func word(_ line: borrowing RawSpan, _ index: Int) -> UInt64 {
    UInt64(littleEndian: line.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self))
  }

  /// Reads the value at `start`; gives the place after it.
  @inline(__always)
  private static func value(
    _ line: borrowing RawSpan, _ start: Int, _ step: Step, _ fields: inout MutableSpan<RawField>
  ) -> Int {
    guard start &+ 8 < line.byteCount else { return anyValue(line, start, step, &fields) }
    let word = word(line, start)
    let first = UInt8(truncatingIfNeeded: word)
    if first == 0x22 {
      var index = start &+ 1
      while index &+ 8 <= line.byteCount {
        let bytes = LineTemplate.word(line, index)
        let found = JSONLexer.specials(bytes)
        if found != 0 {
          let place = found.trailingZeroBitCount & 0x38
          guard UInt8(truncatingIfNeeded: bytes &>> UInt64(place)) == 0x22 else { break }
          index &+= place &>> 3
          if step.column >= 0 { put(.string, start &+ 1, index, step.column, &fields) }
          return index &+ 1
        }
        index &+= 8
      }
    } else {
      // A whole number of at most seven digits with a comma or a brace after it.
      let digits = word ^ 0x3030_3030_3030_3030
      let others = (((digits & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080
      let place = others.trailingZeroBitCount & 0x38
      if others != 0, place > 0, first != 0x30 || place == 8 {
        let next = UInt8(truncatingIfNeeded: word &>> UInt64(place))
        if next == 0x2C || next == 0x7D {
          let end = start &+ place &>> 3
          if step.column >= 0 { put(.number, start, end, step.column, &fields) }
          return end
        }
      }
    }
    return anyValue(line, start, step, &fields)
  }

  @inline(__always)
  private static func put(
    _ kind: RawField.Kind, _ start: Int, _ end: Int, _ column: Int, _ fields: inout MutableSpan<RawField>
  ) {
    fields[column] = RawField(
      kind: kind, start: Int32(truncatingIfNeeded: start), end: Int32(truncatingIfNeeded: end))
  }

  /// Reads the value at `start` by the grammar, whatever it is.
  @inline(never)
  private static func anyValue(
    _ line: borrowing RawSpan, _ start: Int, _ step: Step, _ fields: inout MutableSpan<RawField>
  ) -> Int {
    guard start < line.byteCount else { return JSONLexer.failed }
    var kind: RawField.Kind
    var end: Int
    var quotes = 0
    let first = JSONLexer.byte(line, start)
    switch first {
    case 0x22:
      var hasEscapes = false
      let quote = JSONLexer.closingQuote(line, start &+ 1, &hasEscapes)
      end = quote < 0 ? JSONLexer.failed : quote &+ 1
      quotes = 1
      kind = hasEscapes ? .escapedString : .string
    case 0x2D, 0x30...0x39:
      end = JSONLexer.endOfNumber(line, start)
      kind = .number
    case 0x7B, 0x5B:
      guard first == 0x5B || !step.refusesObject else { return JSONLexer.failed }
      end = LineTemplate.endOfContainer(line, start, depth: step.depth)
      kind = first == 0x7B ? .object : .array
    default:
      end = JSONLexer.endOfLiteral(line, start)
      kind = first == 0x74 ? .isTrue : first == 0x66 ? .isFalse : .null
    }
    if step.column >= 0, end >= 0 { put(kind, start &+ quotes, end &- quotes, step.column, &fields) }
    return end
  }

  /// The end of an object or array, which is often empty.
  @inline(__always)
  private static func endOfContainer(_ line: borrowing RawSpan, _ start: Int, depth: Int) -> Int {
    // The closing bracket or brace is two above the opening one.
    if start &+ 1 < line.byteCount, JSONLexer.byte(line, start &+ 1) == JSONLexer.byte(line, start) &+ 2 {
      return start &+ 2
    }
    return JSONLexer.endOfContainer(line, start, depth: depth)
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
}

// Learning.
extension LineTemplate {
  /// Learns from a line that the grammar has read, whose opening brace is at `start`; nil where a line of its kind has
  /// to be walked: with a wanted name twice in one object, or with an object that is wanted itself and within.
  init?(_ line: borrowing RawSpan, _ start: Int, tree: KeyTree, columns: Int) {
    var text = start
    guard let end = learn(line, start, node: 0, depth: 1, prefix: "", tree, &text) else { return nil }
    guard add(line, text, end, Step()) else { return nil }
    let filled = Set(steps.map(\.column))
    absent = (0..<columns).filter { !filled.contains($0) }
  }

  /// Learns the members of the object at `start` and gives the place after it; `text` is where the text before the next
  /// value begins. Recursion goes only where the plan's paths lead.
  private mutating func learn(
    _ line: borrowing RawSpan, _ start: Int, node: Int, depth: Int, prefix: String, _ tree: KeyTree, _ text: inout Int
  ) -> Int? {
    let count = line.byteCount
    var seen: Set<Int> = []
    var index = JSONLexer.skipSpace(line, start + 1)
    guard index < count else { return nil }
    if JSONLexer.byte(line, index) == 0x7D { return index + 1 }
    while true {
      guard index < count, JSONLexer.byte(line, index) == 0x22 else { return nil }
      var hasEscapes = false
      let name = index + 1
      let quote = JSONLexer.closingQuote(line, name, &hasEscapes)
      guard quote >= 0 else { return nil }
      // Past the colon, which the grammar has seen.
      index = JSONLexer.skipSpace(line, JSONLexer.skipSpace(line, quote + 1) + 1)
      guard index < count else { return nil }
      let key = tree.key(of: node, line, name, quote, hasEscapes: hasEscapes)
      if key >= 0, !seen.insert(key).inserted { return nil }
      let child = key >= 0 ? tree.keys[key].child : -1
      let column = key >= 0 ? tree.keys[key].column : -1
      let path = prefix + LineTemplate.name(line, name, quote)
      let first = JSONLexer.byte(line, index)
      if child >= 0, first == 0x7B {
        guard column < 0, depth + 1 < JSONLexer.depthLimit,
          let end = learn(line, index, node: child, depth: depth + 1, prefix: path + ".", tree, &text)
        else { return nil }
        index = end
      } else {
        guard add(line, text, index, Step(column: column, refusesObject: child >= 0, depth: depth)) else { return nil }
        names.append(path)
        index =
          first == 0x7B || first == 0x5B
          ? JSONLexer.endOfContainer(line, index, depth: depth) : JSONLexer.endOfScalar(line, index)
        guard index >= 0 else { return nil }
        text = index
      }
      index = JSONLexer.skipSpace(line, index)
      guard index < count else { return nil }
      if JSONLexer.byte(line, index) == 0x7D { return index + 1 }
      index = JSONLexer.skipSpace(line, index + 1)
    }
  }

  /// Adds a step whose text stands from `start` to `end`; false where there is no room for it.
  private mutating func add(_ line: borrowing RawSpan, _ start: Int, _ end: Int, _ kind: Step) -> Bool {
    let length = end - start
    guard length > 0, length <= LineTemplate.textLimit, steps.count <= LineTemplate.stepLimit else { return false }
    var step = kind
    step.text = texts.count
    step.length = length
    let words = (length - 1) / 8
    let rest = length - 8 * words
    step.lastMask = rest == 8 ? .max : (1 << UInt64(8 * rest)) - 1
    for word in 0...words {
      var bits: UInt64 = 0
      for offset in 0..<min(8, length - 8 * word) {
        bits |= UInt64(JSONLexer.byte(line, start + 8 * word + offset)) << UInt64(8 * offset)
      }
      texts.append(bits)
    }
    steps.append(step)
    return true
  }

  /// A member's name for people: at most 40 characters, nothing that does not print.
  private static func name(_ line: borrowing RawSpan, _ start: Int, _ end: Int) -> String {
    let bytes = line.extracting(start..<min(end, start + 160)).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    return String(String.UnicodeScalarView(bytes.unicodeScalars.prefix(40).map { $0.isPrintable ? $0 : "\u{FFFD}" }))
  }
}

extension Unicode.Scalar {
  fileprivate var isPrintable: Bool {
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
    default: true
    }
  }
}
