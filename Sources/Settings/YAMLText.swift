import Yams

/// Composes YAML into elements, within bounds that keep hostile text from taking time, memory or stack.
enum YAMLText {
  /// Bytes that a configuration may have.
  static let byteLimit = 1 << 20
  /// Levels of nesting.
  static let depthLimit = 32
  /// Values in the document.
  static let valueLimit = 50_000

  /// Why text cannot be composed.
  struct Failure: Error {
    var position: Position
    var what: String
    var expected: String?
  }

  /// The root of the only document; nil when the text holds none.
  static func compose(_ text: String) throws(Failure) -> Element? {
    guard text.utf8.count <= byteLimit else {
      throw Failure(
        position: Position(line: 1, column: 1), what: "the file has \(text.utf8.count) bytes",
        expected: "at most \(byteLimit)")
    }
    try NestingGuard.check(text)
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw failure(error, in: text)
    } catch {
      throw Failure(position: Position(line: 1, column: 1), what: "the file is not YAML", expected: nil)
    }
    guard let root else { return nil }
    var budget = valueLimit
    return try element(root, depth: 0, budget: &budget)
  }

  private static func failure(_ error: YamlError, in text: String) -> Failure {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let about = context.map { " \($0.text.trimmedEnd)" } ?? ""
      return Failure(
        position: Position(line: mark.line, column: mark.column), what: "not YAML:\(about) \(problem.trimmedEnd)")
    case .duplicatedKeysInMapping(let keys, let context):
      let start = Position(line: max(1, context.mark.line), column: max(1, context.mark.column))
      return Failure(
        position: keys.first.flatMap { repetition(of: $0, in: text, from: start) } ?? start,
        what: "the key '\(keys.first ?? "")' is there more than once in the same mapping", expected: "it once")
    case .reader(let problem, _, _, _):
      return Failure(position: Position(line: 1, column: 1), what: "not YAML: \(problem)")
    default:
      return Failure(position: Position(line: 1, column: 1), what: "the file is not YAML")
    }
  }

  /// The second place where a mapping that starts at `start` seems to have a key; nil when there is none.
  private static func repetition(of key: String, in text: String, from start: Position) -> Position? {
    let key = Array(key.unicodeScalars)
    let marks: Set<Unicode.Scalar> = ["\"", "'", " "]
    var seen = 0
    for (index, line) in text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    where index + 1 >= start.line {
      let scalars = Array(line)
      let isFlow = index + 1 == start.line && start.column <= scalars.count && scalars[start.column - 1] == "{"
      let first = index + 1 == start.line ? start.column - 1 : 0
      guard scalars.count >= key.count, first <= scalars.count - key.count else { continue }
      for column in first...(scalars.count - key.count)
      where scalars[column...].starts(with: key) && (isFlow || seen > 0 || column + 1 >= start.column) {
        if column > 0, !marks.contains(scalars[column - 1]), scalars[column - 1] != "{", scalars[column - 1] != "," {
          continue
        }
        guard scalars[(column + key.count)...].first(where: { !marks.contains($0) }) == ":" else { continue }
        seen += 1
        if seen == 2 { return Position(line: index + 1, column: column + 1) }
      }
    }
    return nil
  }

  private static func element(_ node: Node, depth: Int, budget: inout Int) throws(Failure) -> Element {
    let position = Position(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    budget -= 1
    guard budget >= 0 else {
      throw Failure(position: position, what: "the file has too many values", expected: "at most \(valueLimit)")
    }
    guard depth < depthLimit else {
      throw Failure(position: position, what: "the nesting is too deep", expected: "at most \(depthLimit) levels")
    }
    switch node {
    case .scalar(let scalar):
      let style: Element.Style =
        switch scalar.style {
        case .singleQuoted: .singleQuoted
        case .doubleQuoted: .doubleQuoted
        case .literal, .folded: .block
        case .any, .plain: .plain
        }
      return Element(content: .scalar(scalar.string, style), position: position)
    case .sequence(let sequence):
      var elements: [Element] = []
      for child in sequence { elements.append(try element(child, depth: depth + 1, budget: &budget)) }
      return Element(content: .sequence(elements), position: position)
    case .mapping(let mapping):
      var members: [Element.Member] = []
      for (key, value) in mapping {
        let place = Position(line: key.mark?.line ?? position.line, column: key.mark?.column ?? position.column)
        guard case .scalar(let name) = key else {
          throw Failure(position: place, what: "a key is not a single word", expected: "a key such as 'name'")
        }
        let value = try element(value, depth: depth + 1, budget: &budget)
        members.append(Element.Member(key: name.string, position: place, value: value))
      }
      return Element(content: .mapping(members), position: position)
    case .alias:
      throw Failure(position: position, what: "an alias", expected: "the value written out")
    }
  }
}

/// Refuses text whose nesting or aliases could exhaust the stack or the time of a YAML reader, before one sees it.
///
/// The estimate is rough on the safe side: brackets count outside quotes on their line, and a line's indentation and
/// leading `-`, `?` and `:` bound the nesting of blocks.
enum NestingGuard {
  private static let bracketLimit = 100
  private static let indentationLimit = 200
  private static let indicatorLimit = 16

  static func check(_ text: String) throws(YAMLText.Failure) {
    var brackets = 0
    for (index, line) in Array(text.utf8).split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      var scan = LineScan(brackets: brackets)
      for (offset, byte) in line.enumerated() {
        let isAlias = scan.take(byte)
        if scan.isComment { break }
        let position = Position(line: index + 1, column: offset + 1)
        if isAlias {
          throw YAMLText.Failure(
            position: position, what: "an alias",
            expected: "the value written out, or quotes around text that begins with '*'")
        }
        if scan.brackets > bracketLimit || scan.indentation > indentationLimit || scan.indicators > indicatorLimit {
          throw YAMLText.Failure(
            position: position, what: "the nesting is too deep", expected: "at most \(YAMLText.depthLimit) levels")
        }
      }
      brackets = scan.brackets
    }
  }

  /// What is known of a line up to a byte.
  private struct LineScan {
    var brackets: Int
    var indentation = 0
    var indicators = 0
    var isComment = false
    private var quote: UInt8?
    private var isLeading = true
    /// Whether a value may begin here.
    private var isStart = true
    private var previous: UInt8 = 0x20

    init(brackets: Int) { self.brackets = brackets }

    /// Takes the next byte; true when it begins an alias.
    mutating func take(_ byte: UInt8) -> Bool {
      defer { previous = byte }
      if let open = quote {
        if byte == open { quote = nil }
        return false
      }
      let mayStart = isStart
      isStart = false
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
        let follows = [UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":")].contains(previous)
        if isLeading { indentation += 1 }
        if isLeading, follows { indicators += 1 }
        isStart = mayStart || follows
      case UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":"): break
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        brackets += 1
        isStart = true
        isLeading = false
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        brackets = max(0, brackets - 1)
        isLeading = false
      case UInt8(ascii: ","): isStart = true
      case UInt8(ascii: "#"): isComment = previous == 0x20 || previous == 0x09
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        if mayStart { quote = byte }
        isLeading = false
      default:
        isLeading = false
        return byte == UInt8(ascii: "*") && mayStart
      }
      return false
    }
  }
}

extension String {
  fileprivate var trimmedEnd: String {
    var text = self
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return text
  }
}
