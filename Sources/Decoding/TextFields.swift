import Domain

/// The fields of a line of plain text: its whole text, and a level and a time where they stand near its beginning.
enum TextFields {
  /// The names, in the order in which ``read(_:into:)`` fills the fields.
  static let names = ["message", "level", "ts"]

  private static let levels: Set<String> = [
    "TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "WARNING", "ERROR", "ERR", "FATAL", "CRITICAL", "CRIT", "PANIC",
    "SEVERE",
    "EMERG", "ALERT",
  ]
  /// Bytes of the first line in which a level is looked for.
  private static let levelReach = 160

  /// Reads one event.
  static func read(_ event: borrowing RawSpan, into fields: inout [RawField]) {
    let count = event.byteCount
    let end = min(count, ByteSearch.first(0x0A, in: event, from: 0, to: count))
    let time = time(event, end)
    let level = level(event, end)
    fields.removeAll(keepingCapacity: true)
    fields.append(place(0..<count))
    fields.append(level.map(place) ?? .absent)
    fields.append(time.map(place) ?? .absent)
  }

  static func place(_ range: Range<Int>) -> RawField {
    RawField(
      kind: .string, start: Int32(truncatingIfNeeded: range.lowerBound),
      end: Int32(truncatingIfNeeded: range.upperBound))
  }

  /// Where the first line says when it was written.
  static func time(_ line: borrowing RawSpan, _ end: Int) -> Range<Int>? {
    if let found = time(line, at: 0, end) { return found }
    var index = 0
    // `[time] …`, `<34>time …`, `INFO time …`, `app[12]: time` and the time within the brackets of access logs.
    for _ in 0..<4 {
      while index < end, JSONLexer.byte(line, index) != 0x20, JSONLexer.byte(line, index) != 0x5B,
        JSONLexer.byte(line, index) != 0x3E
      { index += 1 }
      index += 1
      guard index < end else { return nil }
      if let found = time(line, at: index, end) { return found }
    }
    return nil
  }

  private static func time(_ line: borrowing RawSpan, at start: Int, _ end: Int) -> Range<Int>? {
    var index = start
    if start + 19 <= end, JSONLexer.byte(line, start + 4) == 0x2D, JSONLexer.byte(line, start + 13) == 0x3A,
      TimestampReader.day(line, start) != nil, JSONLexer.byte(line, start + 16) == 0x3A
    {
      index = start + 19
      if index + 1 < end, JSONLexer.byte(line, index) == 0x2E || JSONLexer.byte(line, index) == 0x2C,
        JSONLexer.byte(line, index + 1) &- 0x30 < 10
      {
        index += 1
        while index < end, JSONLexer.byte(line, index) &- 0x30 < 10 { index += 1 }
      }
    } else {
      guard let zone = WrittenTime.end(line, at: start), zone <= end else { return nil }
      index = zone
    }
    return start..<zoneEnd(line, index, end)
  }

  /// The end of a zone at `start`: `Z`, `+01:00`, ` +0100`, ` UTC`; `start` where there is none.
  private static func zoneEnd(_ line: borrowing RawSpan, _ start: Int, _ end: Int) -> Int {
    guard start < end else { return start }
    var index = start
    if JSONLexer.byte(line, index) | 0x20 == 0x7A { return index + 1 }
    if JSONLexer.byte(line, index) == 0x20 { index += 1 }
    guard index + 3 <= end else { return start }
    if HeadObject.text(line, index, index + 3) == "UTC" { return index + 3 }
    guard JSONLexer.byte(line, index) == 0x2B || JSONLexer.byte(line, index) == 0x2D,
      TimestampReader.pair(line, index + 1) != nil
    else { return start }
    index += 3
    if index + 3 <= end, JSONLexer.byte(line, index) == 0x3A { index += 1 }
    return index + 2 <= end && TimestampReader.pair(line, index) != nil ? index + 2 : start
  }

  /// A level in capitals, or in any case within brackets or before a colon or after `level=`.
  static func level(_ line: borrowing RawSpan, _ end: Int) -> Range<Int>? {
    let end = min(end, levelReach)
    var index = 0
    while index < end {
      guard isLetter(JSONLexer.byte(line, index)) else {
        index += 1
        continue
      }
      let start = index
      var isUpper = true
      while index < end, isLetter(JSONLexer.byte(line, index)) {
        if JSONLexer.byte(line, index) & 0x20 != 0 { isUpper = false }
        index += 1
      }
      guard index - start >= 3, index - start <= 8 else { continue }
      let before = start > 0 ? JSONLexer.byte(line, start - 1) : 0x20
      let after = index < end ? JSONLexer.byte(line, index) : 0x20
      guard !isWord(before), !isWord(after) else { continue }
      let isMarked = before == 0x5B || before == 0x3D || after == 0x3A && start < 40
      if isUpper || isMarked, levels.contains(HeadObject.text(line, start, index).uppercased()) { return start..<index }
    }
    return nil
  }

  private static func isLetter(_ byte: UInt8) -> Bool { byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A }

  private static func isWord(_ byte: UInt8) -> Bool {
    isLetter(byte) || byte &- 0x30 < 10 || byte == 0x5F || byte == 0x2D || byte == 0x2E || byte == 0x2F
  }
}
