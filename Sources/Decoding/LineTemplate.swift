import CByteVector
import Domain

/// The bytes between the values of one line, learned from a line that the grammar has read: what follows them byte for
/// byte needs no look at punctuation and names, only at the values.
///
/// The values themselves are read by the grammar every time, so a line fits a template exactly when the grammar would
/// read it with the same members in the same order and the same space between them.
///
/// A class, so that a line is read without a copy of what was learned.
final class LineTemplate: Sendable {
  /// Up to sixteen bytes of the text before a value, and with the last of them what becomes of the value.
  fileprivate struct Step {
    /// What follows the text.
    enum Next: UInt8 {
      case text, value, end
    }

    var text = SIMD16<UInt8>()
    /// Which bytes of the text count, one bit a byte.
    var mask: UInt32 = 0
    /// How many bytes of the text count.
    var length: Int32 = 0
    /// The column that wants the value, or -1.
    var column: Int32 = -1
    /// How many objects the value lies in.
    var depth: UInt8 = 1
    var next = Next.text
    /// Whether an object would hold wanted members; the line that was learned from had none there.
    var refusesObject = false
  }

  /// The most steps of a template.
  private static let stepLimit = 512
  /// The longest text between two values.
  private static let textLimit = 512

  private let steps: [Step]
  /// The columns that no value of the line fills.
  private let absent: [Int]
  /// The names of the line's members as dotted paths, in order, for people.
  let names: [String]

  /// Learns from a line that the grammar has read, whose opening brace is at `start`; nil where a line of its kind has
  /// to be walked: with a wanted name twice in one object, or with an object that is wanted itself and within.
  init?(_ line: borrowing RawSpan, _ start: Int, tree: KeyTree, columns: Int) {
    var lesson = Lesson()
    var text = start
    guard let end = lesson.learn(line, start, node: 0, depth: 1, prefix: "", tree, &text),
      lesson.add(line, text, end, Step(next: .end))
    else { return nil }
    let filled = Set(lesson.steps.map { Int($0.column) })
    steps = lesson.steps
    names = lesson.names
    absent = (0..<columns).filter { !filled.contains($0) }
  }

  /// Fills `fields` from a line of `count` bytes whose opening brace is at `start`; false, with some fields filled, when
  /// the line does not fit. The span may go on beyond the line, so that its last bytes can be looked at sixteen at a time;
  /// what is read on beyond the line ends elsewhere than the line does, and does not fit.
  func fits(_ line: borrowing RawSpan, _ start: Int, count: Int, _ fields: inout MutableSpan<RawField>) -> Bool {
    let held = self.steps
    let steps = held.span
    let lastWide = line.byteCount &- 16
    var index = start
    var number = 0
    // Every place of `steps` that is asked for unchecked exists: only the last step is an end, and the loop ends there.
    while true {
      if index <= lastWide {
        let differences = leeway_differences16(LineTemplate.wide(line, index), steps[unchecked: number].text)
        guard differences & steps[unchecked: number].mask == 0 else { return false }
        index &+= Int(steps[unchecked: number].length)
      } else {
        index = endOfText(line, index, number)
        if index < 0 { return false }
      }
      let next = steps[unchecked: number].next
      if next == .value {
        let end = LineTemplate.plainValue(line, index, lastWide, Int(steps[unchecked: number].column), &fields)
        index = end >= 0 ? end : anyValue(line, index, number, &fields)
        if index < 0 { return false }
      } else if next == .end {
        break
      }
      number &+= 1
    }
    guard index == count || index < count && JSONLexer.skipSpace(line, index) == count else { return false }
    for column in absent { fields[column] = .absent }
    return true
  }

  /// The sixteen bytes at a place; every caller has compared `index + 16` with the line's length just before, and no
  /// place is negative.
  @inline(__always)
  private static func wide(_ line: borrowing RawSpan, _ index: Int) -> SIMD16<UInt8> {
    line.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: SIMD16<UInt8>.self)
  }

  /// The place after a step's text near to the line's end; a negative one where something else stands.
  @inline(never)
  private func endOfText(_ line: borrowing RawSpan, _ start: Int, _ number: Int) -> Int {
    let step = steps[number]
    let length = Int(step.length)
    guard start &+ length <= line.byteCount else { return JSONLexer.failed }
    for place in 0..<length where JSONLexer.byte(line, start &+ place) != step.text[place] { return JSONLexer.failed }
    return start &+ length
  }

  /// Reads the value at `start` and gives the place after it, if it is a string without escapes, a number of at most
  /// fifteen characters, a literal or an empty array, and not at the end of the line; else a negative place.
  @inline(__always)
  private static func plainValue(
    _ line: borrowing RawSpan, _ start: Int, _ lastWide: Int, _ column: Int, _ fields: inout MutableSpan<RawField>
  ) -> Int {
    guard start <= lastWide else { return JSONLexer.failed }
    let bytes = wide(line, start)
    let first = bytes[0]
    if first == 0x22 {
      var place = start
      var found = leeway_string_specials16(bytes) & ~1
      while found == 0 {
        place &+= 16
        guard place <= lastWide else { return JSONLexer.failed }
        found = leeway_string_specials16(wide(line, place))
      }
      place &+= found.trailingZeroBitCount
      guard near(line, place) == 0x22 else { return JSONLexer.failed }
      if column >= 0 { put(.string, start &+ 1, place, column, &fields) }
      return place &+ 1
    }
    if first > 0x39 { return literal(bytes, start, column, &fields) }
    let others = leeway_nondigits16(bytes)
    var length = others.trailingZeroBitCount
    guard length > 0, length < 16, first != 0x30 || length == 1 else { return JSONLexer.failed }
    var next = near(line, start &+ length)
    if next == 0x2E {
      let end = (others & (others &- 1)).trailingZeroBitCount
      guard end < 16, end > length &+ 1 else { return JSONLexer.failed }
      length = end
      next = near(line, start &+ end)
    }
    guard next == 0x2C || next == 0x7D else { return JSONLexer.failed }
    if column >= 0 { put(.number, start, start &+ length, column, &fields) }
    return start &+ length
  }

  /// A byte among sixteen that were loaded just before, so that the place exists.
  @inline(__always)
  private static func near(_ line: borrowing RawSpan, _ index: Int) -> UInt8 {
    line.unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self)
  }

  /// The place after `true`, `false`, `null` or an empty array; a negative one after anything else.
  @inline(__always)
  private static func literal(
    _ bytes: SIMD16<UInt8>, _ start: Int, _ column: Int, _ fields: inout MutableSpan<RawField>
  ) -> Int {
    let kind: RawField.Kind
    var length = 4
    switch UInt32(littleEndian: unsafeBitCast(bytes.lowHalf.lowHalf, to: UInt32.self)) {
    case 0x6575_7274: kind = .isTrue
    case 0x736C_6166 where bytes[4] == 0x65: (kind, length) = (.isFalse, 5)
    case 0x6C6C_756E: kind = .null
    case let word where word & 0xFFFF == 0x5D5B: (kind, length) = (.array, 2)
    default: return JSONLexer.failed
    }
    if column >= 0 { put(kind, start, start &+ length, column, &fields) }
    return start &+ length
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
  private func anyValue(
    _ line: borrowing RawSpan, _ start: Int, _ number: Int, _ fields: inout MutableSpan<RawField>
  ) -> Int {
    let step = steps[number]
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
      end = LineTemplate.endOfContainer(line, start, depth: Int(step.depth))
      kind = first == 0x7B ? .object : .array
    default:
      end = JSONLexer.endOfLiteral(line, start)
      kind = first == 0x74 ? .isTrue : first == 0x66 ? .isFalse : .null
    }
    if step.column >= 0, end >= 0 { LineTemplate.put(kind, start &+ quotes, end &- quotes, Int(step.column), &fields) }
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
}

extension LineTemplate {
  /// A template in the making.
  fileprivate struct Lesson {
    var steps: [Step] = []
    var names: [String] = []
  }
}

extension LineTemplate.Lesson {
  /// Learns the members of the object at `start` and gives the place after it; `text` is where the text before the next
  /// value begins. Recursion goes only where the plan's paths lead.
  fileprivate mutating func learn(
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
      let path = prefix + Self.name(line, name, quote)
      let first = JSONLexer.byte(line, index)
      if child >= 0, first == 0x7B {
        guard column < 0, depth + 1 < JSONLexer.depthLimit,
          let end = learn(line, index, node: child, depth: depth + 1, prefix: path + ".", tree, &text)
        else { return nil }
        index = end
      } else {
        guard
          add(
            line, text, index,
            LineTemplate.Step(
              column: Int32(truncatingIfNeeded: column), depth: UInt8(depth), next: .value, refusesObject: child >= 0))
        else { return nil }
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

  /// Adds the steps of the text from `start` to `end`, the last with what `kind` says of the value after it; false
  /// where there is no room for them.
  fileprivate mutating func add(_ line: borrowing RawSpan, _ start: Int, _ end: Int, _ kind: LineTemplate.Step) -> Bool
  {
    let length = end - start
    guard length > 0, length <= LineTemplate.textLimit, steps.count <= LineTemplate.stepLimit else { return false }
    for part in stride(from: start, to: end, by: 16) {
      var step = end - part <= 16 ? kind : LineTemplate.Step()
      step.length = Int32(min(16, end - part))
      step.mask = (1 << UInt32(step.length)) - 1
      for place in 0..<Int(step.length) { step.text[place] = JSONLexer.byte(line, part + place) }
      steps.append(step)
    }
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
