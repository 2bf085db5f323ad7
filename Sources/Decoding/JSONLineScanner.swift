public import Domain

/// Reads the fields of a plan from lines that each hold one JSON object: one pass over the bytes, no tree, nothing
/// copied, nothing allocated.
///
/// A line is a record when it is exactly one object by RFC 8259, with white space around it allowed; a byte order mark
/// before it is skipped. Invalid UTF-8 within strings is tolerated, more than 64 levels of nesting are not. Of members
/// with the same name the last one counts. Names are compared byte for byte after their escapes are resolved.
///
/// A scanner learns what its source's lines look like, so each source should have its own: a line that looks like an
/// earlier one is read by its ``LineTemplate``, any other member by member.
public struct JSONLineScanner: Sendable {
  /// The paths that are read, by column.
  public let plan: FieldPlan

  private let tree: KeyTree
  private var order: MemberOrder
  private var templates = LineTemplates()

  /// Creates a scanner for the fields of a plan.
  public init(plan: FieldPlan) {
    self.plan = plan
    tree = KeyTree(plan: plan)
    order = MemberOrder(nodeCount: tree.nodes.count)
  }

  /// How many members of objects that hold wanted fields did not come in an order seen before. A source whose format
  /// is steady adds next to none; a rising share says that the format has changed.
  public var unexpectedMembers: Int { order.misses }

  /// How many lines did not look like any line before: other members, another order, other space between them.
  public var missedLines: Int { templates.misses }

  /// How many lines did not look like those that were familiar at the last ``becomeFamiliar()``.
  public var unfamiliarLines: Int { templates.unfamiliar }

  /// Takes the forms of lines that are known now for the usual ones.
  public mutating func becomeFamiliar() { templates.becomeFamiliar() }

  /// The dotted names of the members of the usual form, in order.
  public var familiarNames: [String] { templates.familiarNames }

  /// The dotted names of a line's members, in order; only objects that hold wanted fields are looked into. Empty when
  /// the line is not one object.
  public func names(in line: borrowing RawSpan) -> [String] {
    let start = JSONLexer.skipSpace(line, hasByteOrderMark(line) ? 3 : 0)
    guard start < line.byteCount, JSONLexer.byte(line, start) == 0x7B else { return [] }
    return LineTemplate(line, start, tree: tree, columns: plan.paths.count)?.names ?? []
  }

  /// Whether a line holds nothing but white space.
  public static func isBlank(_ line: borrowing RawSpan) -> Bool {
    JSONLexer.skipSpace(line, 0) == line.byteCount
  }

  /// Fills `table` with the places of the plan's fields in `line`, which has no newline at its end. Gives false, and
  /// a table of absent fields, when the line is not exactly one JSON object.
  public mutating func scan(_ line: borrowing RawSpan, into table: inout FieldTable) -> Bool {
    scan(line, within: line, into: &table)
  }

  /// The same with a span that begins with the line and may go on beyond it, whose bytes may be looked at but say
  /// nothing: the last ones of the line are then read as quickly as the others.
  @inline(__always)
  public mutating func scan(
    _ line: borrowing RawSpan, within wide: borrowing RawSpan, into table: inout FieldTable
  ) -> Bool {
    if table.fields.count != plan.paths.count { table = FieldTable(columns: plan.paths.count) }
    var fields = table.fields.mutableSpan
    let count = line.byteCount
    let isPlain = count > 0 && JSONLexer.byte(line, 0) == 0x7B
    let start = isPlain ? 0 : JSONLexer.skipSpace(line, hasByteOrderMark(line) ? 3 : 0)
    if start < count, count <= Int(Int32.max), JSONLexer.byte(line, start) == 0x7B {
      if templates.fit(wide, start, count: count, &fields) { return true }
      for column in fields.indices { fields[column] = .absent }
      let end = object(line, start, node: 0, depth: 0, &fields)
      if end >= 0, JSONLexer.skipSpace(line, end) == count {
        templates.miss(line, start, tree: tree, columns: fields.count)
        return true
      }
    }
    for column in fields.indices { fields[column] = .absent }
    return false
  }

  @inline(__always)
  private func hasByteOrderMark(_ line: borrowing RawSpan) -> Bool {
    line.byteCount >= 3 && JSONLexer.byte(line, 0) == 0xEF && JSONLexer.byte(line, 1) == 0xBB
      && JSONLexer.byte(line, 2) == 0xBF
  }

  /// Reads the object whose brace is at `start`; gives the place after its closing brace. Recursion goes only where
  /// the plan's paths lead, so it ends after as many levels as the longest path has.
  private mutating func object(
    _ line: borrowing RawSpan, _ start: Int, node: Int, depth: Int, _ fields: inout MutableSpan<RawField>
  ) -> Int {
    let count = line.byteCount
    var index = start
    var slot = node
    while true {
      let key: Int
      let follower = order.follower(of: slot, line, index)
      if follower >= 0 {
        slot = follower
        key = order.key(of: follower)
        index &+= order.length(of: follower)
        // The text was learned from a line that may have had less space before the value.
        if index < count, JSONLexer.byte(line, index) <= 0x20 { index = JSONLexer.skipSpace(line, index) }
      } else {
        let member = self.member(line, index, isFirst: index == start, node: node, after: &slot)
        index = member.value
        key = member.key
        if key == Member.end || index < 0 { return index }
      }
      guard index < count else { return JSONLexer.failed }
      if key < 0 {
        let first = JSONLexer.byte(line, index)
        index =
          first == 0x7B || first == 0x5B
          ? JSONLexer.endOfContainer(line, index, depth: depth &+ 1) : JSONLexer.endOfScalar(line, index)
      } else {
        index = wantedValue(line, index, key: key, depth: depth, &fields)
      }
      if index < 0 { return JSONLexer.failed }
      if index < count, JSONLexer.byte(line, index) == 0x7D { return index &+ 1 }
    }
  }

  /// Reads the value at `start`, which a column or a path through it wants.
  @inline(__always)
  private mutating func wantedValue(
    _ line: borrowing RawSpan, _ start: Int, key: Int, depth: Int, _ fields: inout MutableSpan<RawField>
  ) -> Int {
    let child = tree.keys[key].child
    // An earlier member of the same name may have filled them.
    if child >= 0 { for column in tree.keys[key].inner { fields[column] = .absent } }
    var kind: RawField.Kind
    var end: Int
    var quotes = 0
    switch JSONLexer.byte(line, start) {
    case 0x22:
      var hasEscapes = false
      let quote = JSONLexer.closingQuote(line, start &+ 1, &hasEscapes)
      end = quote < 0 ? JSONLexer.failed : quote &+ 1
      quotes = 1
      kind = hasEscapes ? .escapedString : .string
    case 0x2D, 0x30...0x39:
      end = JSONLexer.endOfNumber(line, start)
      kind = .number
    case 0x7B:
      end =
        child >= 0 && depth &+ 1 < JSONLexer.depthLimit
        ? object(line, start, node: child, depth: depth &+ 1, &fields)
        : JSONLexer.endOfContainer(line, start, depth: depth &+ 1)
      kind = .object
    case 0x5B:
      end = JSONLexer.endOfContainer(line, start, depth: depth &+ 1)
      kind = .array
    case let first:
      end = JSONLexer.endOfLiteral(line, start)
      kind = first == 0x74 ? .isTrue : first == 0x66 ? .isFalse : .null
    }
    if end < 0 { return JSONLexer.failed }
    let column = tree.keys[key].column
    if column >= 0 {
      fields[column] = RawField(
        kind: kind, start: Int32(truncatingIfNeeded: start &+ quotes), end: Int32(truncatingIfNeeded: end &- quotes))
    }
    return end
  }

  /// A member found by the grammar: where its value begins, and its key.
  private struct Member {
    /// Stands for a key where the object ended instead; `value` is then the place after the brace.
    static let end = -2
    var value: Int
    var key: Int
  }

  /// Reads from the end of a value, or an opening brace, to the next member's value or the closing brace.
  @inline(never)
  private mutating func member(
    _ line: borrowing RawSpan, _ start: Int, isFirst: Bool, node: Int, after slot: inout Int
  ) -> Member {
    let count = line.byteCount
    let failure = Member(value: JSONLexer.failed, key: Member.end)
    var index = isFirst ? start &+ 1 : JSONLexer.skipSpace(line, start)
    if isFirst {
      index = JSONLexer.skipSpace(line, index)
      guard index < count else { return failure }
      if JSONLexer.byte(line, index) == 0x7D { return Member(value: index &+ 1, key: Member.end) }
    } else {
      guard index < count else { return failure }
      if JSONLexer.byte(line, index) == 0x7D { return Member(value: index &+ 1, key: Member.end) }
      guard JSONLexer.byte(line, index) == 0x2C else { return failure }
      index = JSONLexer.skipSpace(line, index &+ 1)
    }
    guard index < count, JSONLexer.byte(line, index) == 0x22 else { return failure }
    var hasEscapes = false
    let name = index &+ 1
    let quote = JSONLexer.closingQuote(line, name, &hasEscapes)
    if quote < 0 { return failure }
    index = JSONLexer.skipSpace(line, quote &+ 1)
    guard index < count, JSONLexer.byte(line, index) == 0x3A else { return failure }
    index = JSONLexer.skipSpace(line, index &+ 1)
    guard index < count else { return failure }
    let key = tree.key(of: node, line, name, quote, hasEscapes: hasEscapes)
    slot = order.learn(after: slot, line, start, index, node: node, key: key)
    return Member(value: index, key: key)
  }
}
