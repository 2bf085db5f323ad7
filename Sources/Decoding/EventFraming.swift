public import Expressions

/// Cuts lines of text into events: a stack trace belongs to the line that it follows.
///
/// With a pattern, every line that matches begins an event. Without one, a line goes on with the event before it when it
/// is indented or blank, or is part of a trace: `Traceback (most recent call last):` and what follows up to the
/// exception's name, `Caused by: …`, `… more`, a closing bracket alone.
public struct EventFraming: Sendable {
  /// An event is cut after so many bytes.
  public static let byteLimit = 256 << 10
  /// An event is cut after so many lines.
  public static let lineLimit = 2_000

  private let start: TextPattern?

  /// Creates a framing; `start` says which lines begin an event, nil judges by their looks.
  public init(start: TextPattern? = nil) {
    self.start = start
  }

  /// The event that begins at `start`: where its text ends, and where the next one begins. Nil while it may go on.
  ///
  /// - Parameter isFinal: whether nothing will follow soon, so that the last event is whole.
  public func next(_ bytes: RawSpan, from start: Int, isFinal: Bool) -> (end: Int, next: Int)? {
    let count = bytes.byteCount
    guard start < count else { return nil }
    var trace = Trace()
    var lineStart = start
    var lines = 0
    while true {
      let feed = ByteSearch.first(0x0A, in: bytes, from: lineStart, to: count)
      guard feed < count || isFinal else { return nil }
      trace.note(bytes, lineStart, EventFraming.trimmed(bytes, lineStart, feed))
      let next = min(count, feed + 1)
      lines += 1
      guard next < count else {
        return isFinal || lines >= EventFraming.lineLimit ? (EventFraming.trimmed(bytes, start, feed), next) : nil
      }
      let isFull = lines >= EventFraming.lineLimit || next - start >= EventFraming.byteLimit
      if isFull || !goesOn(bytes, next, trace) { return (EventFraming.trimmed(bytes, start, feed), next) }
      lineStart = next
    }
  }

  /// Whether the line at `lineStart` belongs to the event before it.
  private func goesOn(_ bytes: borrowing RawSpan, _ lineStart: Int, _ trace: Trace) -> Bool {
    let feed = ByteSearch.first(0x0A, in: bytes, from: lineStart, to: bytes.byteCount)
    let end = EventFraming.trimmed(bytes, lineStart, feed)
    if let start { return !start.matches(bytes.extracting(lineStart..<end)) }
    guard end > lineStart else { return true }
    let first = JSONLexer.byte(bytes, lineStart)
    if first == 0x20 || first == 0x09 { return true }
    if end - lineStart <= 2, first == 0x7D || first == 0x5D || first == 0x29 { return true }
    return trace.goesOn(bytes, lineStart, end)
  }

  /// The end without line breaks and blanks.
  private static func trimmed(_ bytes: borrowing RawSpan, _ start: Int, _ end: Int) -> Int {
    var end = end
    while end > start, JSONLexer.byte(bytes, end - 1) <= 0x20 { end -= 1 }
    return end
  }
}

/// How far a stack trace has come.
private struct Trace {
  private var hasTraceback = false
  private var isBridged = false
  private var hasException = false

  private static let openings = ["Traceback (most recent call last)"]
  private static let bridges = ["During handling of the above exception", "The above exception was the direct cause"]
  private static let followers = ["Caused by: ", "Suppressed: ", "... ", "at "]

  /// Takes note of a line of the event.
  mutating func note(_ bytes: borrowing RawSpan, _ start: Int, _ end: Int) {
    guard end > start else { return }
    if Trace.begins(bytes, start, end, Trace.openings) {
      hasTraceback = true
      hasException = false
      isBridged = false
    } else if Trace.begins(bytes, start, end, Trace.bridges) {
      isBridged = true
    } else if hasTraceback, Trace.isException(bytes, start, end) {
      hasException = true
    }
  }

  func goesOn(_ bytes: borrowing RawSpan, _ start: Int, _ end: Int) -> Bool {
    if Trace.begins(bytes, start, end, Trace.openings) { return !hasTraceback || isBridged }
    if Trace.begins(bytes, start, end, Trace.bridges) { return hasException }
    if Trace.begins(bytes, start, end, Trace.followers) { return true }
    return !hasException && Trace.isException(bytes, start, end)
  }

  private static func begins(_ bytes: borrowing RawSpan, _ start: Int, _ end: Int, _ words: [String]) -> Bool {
    for word in words {
      let word = word.utf8
      guard end - start >= word.count else { continue }
      var place = start
      var matches = true
      for byte in word {
        if JSONLexer.byte(bytes, place) != byte {
          matches = false
          break
        }
        place += 1
      }
      if matches { return true }
    }
    return false
  }

  /// `ValueError: …`, `java.lang.IllegalStateException`, `KeyboardInterrupt`.
  private static func isException(_ bytes: borrowing RawSpan, _ start: Int, _ end: Int) -> Bool {
    var index = start
    while index < end {
      let byte = JSONLexer.byte(bytes, index)
      let lower = byte | 0x20
      guard
        lower >= 0x61 && lower <= 0x7A || byte >= 0x30 && byte <= 0x39 || byte == 0x2E || byte == 0x5F || byte == 0x24
      else { break }
      index += 1
    }
    guard index - start >= 5, index - start <= 200, index == end || JSONLexer.byte(bytes, index) == 0x3A else {
      return false
    }
    let name = HeadObject.text(bytes, start, index)
    return ["Error", "Exception", "Interrupt", "Exit", "Warning", "Throwable", "Panic", "Timeout", "Group"]
      .contains { name.hasSuffix($0) }
  }
}
