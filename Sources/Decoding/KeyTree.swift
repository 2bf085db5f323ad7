import Domain

/// The wanted paths of a plan as a tree of member names: one node for each object that holds wanted members.
struct KeyTree: Sendable {
  /// One wanted member name of one node.
  struct Key: Sendable {
    /// The name's UTF-8.
    var name: [UInt8]
    /// The column that wants the value itself, or -1.
    var column: Int
    /// The node of wanted members within the value, or -1.
    var child: Int
    /// The columns of all wanted members within the value, at any depth.
    var inner: [Int]
  }

  /// All wanted names.
  private(set) var keys: [Key] = []
  /// The names of each node, as indices into ``keys``; node 0 is the record.
  private(set) var nodes: [[Int]] = [[]]

  /// Builds the tree of a plan.
  init(plan: FieldPlan) {
    for (column, path) in plan.paths.enumerated() {
      var node = 0
      for (level, component) in path.components.enumerated() {
        let name = Array(component.utf8)
        let isLast = level == path.components.count - 1
        let key: Int
        if let known = nodes[node].first(where: { keys[$0].name == name }) {
          key = known
        } else {
          key = keys.count
          keys.append(Key(name: name, column: -1, child: -1, inner: []))
          nodes[node].append(key)
        }
        if isLast {
          keys[key].column = column
        } else {
          keys[key].inner.append(column)
          if keys[key].child < 0 {
            keys[key].child = nodes.count
            nodes.append([])
          }
          node = keys[key].child
        }
      }
    }
  }

  /// The wanted key of a node whose name stands in `line` from `start` to `end`, or -1.
  func key(of node: Int, _ line: borrowing RawSpan, _ start: Int, _ end: Int, hasEscapes: Bool) -> Int {
    for key in nodes[node] {
      if hasEscapes {
        if KeyTree.matchesUnescaped(line, start, end, keys[key].name) { return key }
      } else if keys[key].name.count == end &- start, KeyTree.matches(line, start, keys[key].name) {
        return key
      }
    }
    return -1
  }

  private static func matches(_ line: borrowing RawSpan, _ start: Int, _ name: [UInt8]) -> Bool {
    for (offset, byte) in name.enumerated() where JSONLexer.byte(line, start &+ offset) != byte { return false }
    return true
  }

  /// Compares a name that holds escapes, which the lexer has already found to be well formed.
  private static func matchesUnescaped(
    _ line: borrowing RawSpan, _ start: Int, _ end: Int, _ name: [UInt8]
  ) -> Bool {
    var index = start
    var matched = 0
    func take(_ byte: UInt8) -> Bool {
      guard matched < name.count, name[matched] == byte else { return false }
      matched += 1
      return true
    }
    while index < end {
      let byte = JSONLexer.byte(line, index)
      guard byte == 0x5C, index + 1 < end else {
        guard take(byte) else { return false }
        index += 1
        continue
      }
      let escape = JSONLexer.byte(line, index + 1)
      index += 2
      switch escape {
      case 0x62: guard take(0x08) else { return false }
      case 0x66: guard take(0x0C) else { return false }
      case 0x6E: guard take(0x0A) else { return false }
      case 0x72: guard take(0x0D) else { return false }
      case 0x74: guard take(0x09) else { return false }
      case 0x75:
        let (scalar, next) = scalar(line, index, end)
        index = next
        for unit in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
          guard take(unit) else { return false }
        }
      default: guard take(escape) else { return false }
      }
    }
    return matched == name.count
  }

  /// The scalar of the escape whose digits begin at `index`, with its low surrogate where one follows.
  private static func scalar(_ line: borrowing RawSpan, _ index: Int, _ end: Int) -> (Unicode.Scalar, Int) {
    guard let unit = JSONLexer.hexadecimal(line, index) else { return ("\u{FFFD}", end) }
    let next = index + 4
    if unit & 0xFC00 == 0xD800, next + 6 <= end, JSONLexer.byte(line, next) == 0x5C,
      JSONLexer.byte(line, next + 1) == 0x75, let low = JSONLexer.hexadecimal(line, next + 2),
      low & 0xFC00 == 0xDC00
    {
      return (Unicode.Scalar(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00)) ?? "\u{FFFD}", next + 6)
    }
    return (Unicode.Scalar(unit) ?? "\u{FFFD}", next)
  }
}
