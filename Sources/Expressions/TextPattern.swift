import CPosix

/// A compiled POSIX extended regular expression that says whether it occurs in some bytes.
///
/// Such patterns are matched by a finite automaton: without back-references, which are refused, the time is bounded by
/// the subject's length, and the subject is cut at ``subjectLimit``.
///
/// `@unchecked Sendable`: the only stored property is a constant pointer to a pattern that nothing changes after
/// `init`; glibc's `regexec` takes it as `const` and guards its own caches with a lock inside the pattern, as POSIX
/// demands of it.
public final class TextPattern: @unchecked Sendable {
  /// Bytes of a subject that are looked at; what follows is ignored.
  public static let subjectLimit = 4_096
  /// Bytes that a pattern may have.
  public static let lengthLimit = 1_024

  private let pattern: OpaquePointer

  /// Compiles a pattern, or says why it cannot be used.
  public init(_ text: String) throws(PatternError) {
    try TextPattern.check(text)
    var message = [CChar](repeating: 0, count: 160)
    guard let compiled = leeway_pattern_compile(text, &message, message.count) else {
      let bytes = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      throw PatternError(pattern: text, reason: String(decoding: bytes, as: UTF8.self))
    }
    pattern = compiled
  }

  deinit {
    leeway_pattern_free(pattern)
  }

  /// Whether the pattern occurs anywhere in the first ``subjectLimit`` bytes.
  public func matches(_ bytes: borrowing RawSpan) -> Bool {
    let length = min(bytes.byteCount, TextPattern.subjectLimit)
    guard length > 0 else { return leeway_pattern_matches(pattern, "", 0) }
    return bytes.withUnsafeBytes { leeway_pattern_matches(pattern, $0.baseAddress, length) }
  }

  /// Whether the pattern occurs anywhere in the text; see ``matches(_:)-(RawSpan)``.
  public func matches(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { matches($0.span.bytes) }
  }

  /// Refuses what would be slow, large, or silently mean something else than in other dialects.
  static func check(_ text: String) throws(PatternError) {
    func refused(_ reason: String) -> PatternError { PatternError(pattern: text, reason: reason) }
    let bytes = Array(text.utf8)
    if bytes.isEmpty { throw refused("it is empty") }
    if bytes.count > lengthLimit { throw refused("it is longer than \(lengthLimit) bytes") }
    if bytes.contains(0) { throw refused("it holds a NUL byte") }
    var repeats = 1
    var groups = 0
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if byte == UInt8(ascii: "(") { groups += 1 }
      if byte == UInt8(ascii: "\\"), index < bytes.count {
        let escaped = bytes[index]
        index += 1
        switch escaped {
        case UInt8(ascii: "1")...UInt8(ascii: "9"): throw refused("back-references are not allowed")
        case UInt8(ascii: "d"): throw refused(#"\d is not known here; write [0-9]"#)
        case UInt8(ascii: "w"), UInt8(ascii: "W"), UInt8(ascii: "s"), UInt8(ascii: "S"), UInt8(ascii: "b"),
          UInt8(ascii: "B"):
          continue
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0"):
          throw refused("\\\(Character(Unicode.Scalar(escaped))) is not known here")
        default: continue
        }
      } else if byte == UInt8(ascii: "{") {
        // The largest number before the closing brace multiplies the size of the automaton.
        var largest = 1
        var number = 0
        while index < bytes.count, bytes[index] != UInt8(ascii: "}") {
          let digit = bytes[index]
          if digit >= 0x30, digit <= 0x39 {
            number = min(number * 10 + Int(digit - 0x30), 100_000)
            largest = max(largest, number)
          } else {
            number = 0
          }
          index += 1
        }
        repeats = min(repeats * largest, 1_000_000)
      }
    }
    if repeats * bytes.count > 100_000 { throw refused("its counted repetitions {…} are too many") }
    if groups > 64 { throw refused("it has more than 64 groups") }
  }
}
