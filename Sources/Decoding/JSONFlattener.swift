public import Domain

/// Reads all fields of lines that each hold one JSON object, whatever they are called: nested objects become columns
/// with dotted names, in the order in which they first appear. Arrays are passed over.
///
/// Unlike the rest of the program it accepts `NaN`, `Infinity` and `-Infinity` as values, since numeric tools write
/// them. Memory is bounded: ``columnLimit`` columns, objects to a depth of eight; what lies beyond is passed over.
public struct JSONFlattener: Sendable {
  /// The most columns that are told apart.
  public static let columnLimit = 1_024

  private static let depthLimit = 8

  private struct Member: Sendable {
    /// The name as it is written, between its quotes.
    var spelling: [UInt8]
    var path: String
    var column: Int?
    var children: [[UInt8]: Int] = [:]
    /// The child that came first, and the sibling that came next, on the line before.
    var firstChild = -1
    var follower = -1
  }

  /// The dotted names of the columns.
  public private(set) var names: [String] = []
  /// Whether there were fields beyond the limits.
  public private(set) var hasMore = false

  private var members = [Member(spelling: [], path: "")]
  private var columns: [String: Int] = [:]

  /// Creates a flattener that knows no columns.
  public init() {}

  /// Fills `table`, by column, with the places of the fields of `line`. Gives false when the line is not exactly one
  /// JSON object.
  public mutating func scan(_ line: borrowing RawSpan, into table: inout FieldTable) -> Bool {
    for column in table.fields.indices { table.fields[column] = .absent }
    while table.fields.count < names.count { table.fields.append(.absent) }
    guard line.byteCount <= Int(Int32.max) else { return false }
    let start = JSONLexer.skipSpace(line, 0)
    guard start < line.byteCount, JSONLexer.byte(line, start) == 0x7B else { return false }
    let end = object(line, start, member: 0, depth: 0, &table)
    return end >= 0 && JSONLexer.skipSpace(line, end) == line.byteCount
  }

  private mutating func object(
    _ line: borrowing RawSpan, _ start: Int, member parent: Int, depth: Int, _ table: inout FieldTable
  ) -> Int {
    let count = line.byteCount
    var previous = -1
    var index = JSONLexer.skipSpace(line, start &+ 1)
    if index < count, JSONLexer.byte(line, index) == 0x7D { return index &+ 1 }
    while true {
      guard index < count, JSONLexer.byte(line, index) == 0x22 else { return JSONLexer.failed }
      var hasEscapes = false
      let quote = JSONLexer.closingQuote(line, index &+ 1, &hasEscapes)
      guard quote >= 0 else { return JSONLexer.failed }
      let colon = JSONLexer.skipSpace(line, quote &+ 1)
      guard colon < count, JSONLexer.byte(line, colon) == 0x3A else { return JSONLexer.failed }
      let value = JSONLexer.skipSpace(line, colon &+ 1)
      guard value < count else { return JSONLexer.failed }
      let child = member(line, index &+ 1, quote, under: parent, after: previous)
      let first = JSONLexer.byte(line, value)
      if first == 0x7B, child >= 0, depth < JSONFlattener.depthLimit {
        index = object(line, value, member: child, depth: depth &+ 1, &table)
      } else if first == 0x7B || first == 0x5B {
        if first == 0x7B { hasMore = true }
        index = JSONLexer.endOfContainer(line, value, depth: depth)
      } else {
        index = scalar(line, value, first, member: child, &table)
      }
      if index < 0 { return JSONLexer.failed }
      if child >= 0 { previous = child }
      index = JSONLexer.skipSpace(line, index)
      guard index < count else { return JSONLexer.failed }
      let byte = JSONLexer.byte(line, index)
      if byte == 0x7D { return index &+ 1 }
      guard byte == 0x2C else { return JSONLexer.failed }
      index = JSONLexer.skipSpace(line, index &+ 1)
    }
  }

  private mutating func scalar(
    _ line: borrowing RawSpan, _ value: Int, _ first: UInt8, member: Int, _ table: inout FieldTable
  ) -> Int {
    var kind = RawField.Kind.number
    var (start, end) = (value, value)
    switch first {
    case 0x22:
      var hasEscapes = false
      start = value &+ 1
      end = JSONLexer.closingQuote(line, start, &hasEscapes)
      kind = hasEscapes ? .escapedString : .string
    case 0x6E: (kind, end) = (.null, JSONLexer.endOfLiteral(line, value))
    case 0x74: (kind, end) = (.isTrue, JSONLexer.endOfLiteral(line, value))
    case 0x66: (kind, end) = (.isFalse, JSONLexer.endOfLiteral(line, value))
    default:
      end = JSONLexer.endOfNumber(line, value)
      if end < 0 { (kind, end) = (.string, JSONFlattener.endOfSpecialNumber(line, value)) }
    }
    guard end >= 0 else { return JSONLexer.failed }
    if member >= 0, let column = column(of: member) {
      while table.fields.count <= column { table.fields.append(.absent) }
      table.fields[column] = RawField(
        kind: kind, start: Int32(truncatingIfNeeded: start), end: Int32(truncatingIfNeeded: end))
    }
    return first == 0x22 ? end &+ 1 : end
  }

  /// The end of the `NaN`, `Infinity` or `-Infinity` that begins at a place.
  private static func endOfSpecialNumber(_ line: borrowing RawSpan, _ start: Int) -> Int {
    for word in ["NaN", "Infinity", "-Infinity"] where line.byteCount >= start + word.utf8.count {
      let isEqual = word.utf8.enumerated().allSatisfy { JSONLexer.byte(line, start + $0) == $1 }
      if isEqual { return start + word.utf8.count }
    }
    return JSONLexer.failed
  }

  /// The member that a name stands for; -1 beyond the limit. Lines mostly repeat the order of the line before.
  private mutating func member(
    _ line: borrowing RawSpan, _ start: Int, _ end: Int, under parent: Int, after previous: Int
  ) -> Int {
    let expected = previous >= 0 ? members[previous].follower : members[parent].firstChild
    if expected >= 0, isSpelled(expected, line, start, end) { return expected }
    let spelling = line.extracting(start..<end).withUnsafeBytes { Array($0) }
    let found: Int
    if let known = members[parent].children[spelling] {
      found = known
    } else {
      guard members.count < 4 * JSONFlattener.columnLimit else {
        hasMore = true
        return -1
      }
      let name = (try? JSON(parsing: [0x22] + spelling + [0x22]))?.string ?? String(decoding: spelling, as: UTF8.self)
      let path = parent == 0 ? name : members[parent].path + "." + name
      found = members.count
      members.append(Member(spelling: spelling, path: path))
      members[parent].children[spelling] = found
    }
    if previous >= 0 { members[previous].follower = found } else { members[parent].firstChild = found }
    return found
  }

  @inline(__always)
  private func isSpelled(_ member: Int, _ line: borrowing RawSpan, _ start: Int, _ end: Int) -> Bool {
    let count = end &- start
    guard members[member].spelling.count == count else { return false }
    for index in 0..<count where members[member].spelling[index] != JSONLexer.byte(line, start &+ index) {
      return false
    }
    return true
  }

  private mutating func column(of member: Int) -> Int? {
    if let column = members[member].column { return column }
    let path = members[member].path
    if let known = columns[path] {
      members[member].column = known
      return known
    }
    guard names.count < JSONFlattener.columnLimit else {
      hasMore = true
      return nil
    }
    members[member].column = names.count
    columns[path] = names.count
    names.append(path)
    return names.count - 1
  }
}
