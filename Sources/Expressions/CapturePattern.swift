import CPosix

/// A regular expression with named groups that takes a line apart: `^(?<ip>[^ ]+) (?<method>[A-Z]+)`.
///
/// Groups are written `(?<name>…)` or `(?P<name>…)`; `(?:…)` and `(…)` group without a name, `\d` is a digit. All else
/// is POSIX extended syntax. Other `(?…)` forms and lazy repetition are refused, as they would mean something else.
///
/// `@unchecked Sendable`: the stored properties are constants, and the compiled pattern is only read after `init`;
/// glibc's `regexec` takes it as `const` and guards its own caches with a lock inside the pattern.
public final class CapturePattern: @unchecked Sendable {
  /// Bytes of a subject that are looked at; what follows is ignored.
  public static let subjectLimit = TextPattern.subjectLimit

  /// The pattern as it was written.
  public let text: String
  /// The names of the named groups, in order.
  public let names: [String]

  private let pattern: OpaquePointer
  /// The number of each named group among all groups.
  private let numbers: [Int]
  private let groupCount: Int

  /// Compiles a pattern, or says why it cannot be used.
  public init(_ text: String) throws(PatternError) {
    let translated = try CapturePattern.translate(text)
    try TextPattern.check(translated.text)
    guard !translated.names.isEmpty else {
      throw PatternError(pattern: text, reason: "it names no field; write (?<name>…) around each")
    }
    var message = [CChar](repeating: 0, count: 160)
    guard let compiled = leeway_pattern_compile_groups(translated.text, &message, message.count) else {
      let bytes = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      throw PatternError(pattern: text, reason: String(decoding: bytes, as: UTF8.self))
    }
    self.text = text
    names = translated.names
    numbers = translated.numbers
    groupCount = translated.groups + 1
    pattern = compiled
  }

  deinit {
    leeway_pattern_free(pattern)
  }

  /// Fills `ranges` with the start and the end of each named group's text, -1 for one that took no part; false where
  /// the pattern does not occur.
  public func match(_ bytes: borrowing RawSpan, into ranges: inout [Int32]) -> Bool {
    let length = min(bytes.byteCount, CapturePattern.subjectLimit)
    var all = [Int32](repeating: -1, count: groupCount * 2)
    let isFound = all.withUnsafeMutableBufferPointer { buffer in
      length == 0
        ? leeway_pattern_groups(pattern, "", 0, buffer.baseAddress, groupCount)
        : bytes.withUnsafeBytes {
          leeway_pattern_groups(pattern, $0.baseAddress, length, buffer.baseAddress, groupCount)
        }
    }
    guard isFound else { return false }
    ranges.removeAll(keepingCapacity: true)
    for number in numbers {
      ranges.append(all[number * 2])
      ranges.append(all[number * 2 + 1])
    }
    return true
  }

  private struct Translation {
    var text = ""
    var names: [String] = []
    var numbers: [Int] = []
    var groups = 0
  }

  /// The pattern in POSIX syntax, with the names of its groups.
  private static func translate(_ text: String) throws(PatternError) -> Translation {
    func refused(_ reason: String) -> PatternError { PatternError(pattern: text, reason: reason) }
    guard text.utf8.count <= TextPattern.lengthLimit else {
      throw refused("it is longer than \(TextPattern.lengthLimit) bytes")
    }
    var result = Translation()
    let characters = Array(text)
    var index = 0
    var bracket: Int?
    func follows(_ word: String, at place: Int) -> Bool { characters[place...].starts(with: word) }
    while index < characters.count {
      let character = characters[index]
      if let start = bracket {
        // A closing bracket that comes first stands for itself.
        let isFirst = index == start + 1 || index == start + 2 && characters[start + 1] == "^"
        if character == "]", !isFirst { bracket = nil }
        result.text.append(character)
        index += 1
      } else if character == "\\", index + 1 < characters.count {
        result.text += characters[index + 1] == "d" ? "[0-9]" : String(characters[index...(index + 1)])
        index += 2
      } else if character == "[" {
        bracket = index
        result.text.append(character)
        index += 1
      } else if character == "(" {
        result.groups += 1
        result.text.append("(")
        index += 1
        guard index < characters.count, characters[index] == "?" else { continue }
        if follows("?:", at: index) {
          index += 2
          continue
        }
        let opening = follows("?<", at: index) ? 2 : follows("?P<", at: index) ? 3 : 0
        guard opening > 0, let end = characters[index...].firstIndex(of: ">") else {
          throw refused("(?… is only known as (?<name>…) and (?:…)")
        }
        let name = String(characters[(index + opening)..<end])
        guard let first = name.first, first.isASCII, first.isLetter || first == "_", name.utf8.count <= 64,
          name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ".") })
        else { throw refused("'\(name)' is no name for a group; use letters, digits and _") }
        guard !result.names.contains(name) else { throw refused("two groups are named '\(name)'") }
        result.names.append(name)
        result.numbers.append(result.groups)
        index = end + 1
      } else {
        if character == "?", index > 0, "*+?}".contains(characters[index - 1]) {
          throw refused("lazy repetition is not known here; write [^…]* instead of .*?")
        }
        result.text.append(character)
        index += 1
      }
    }
    return result
  }
}
