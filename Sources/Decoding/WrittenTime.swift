import Domain

/// A date and a time of day as loggers write them that do not follow RFC 3339; the year and the zone may be missing.
struct WrittenTime {
  /// Nil where the text has none.
  var year: Int?
  private var month = 0
  private var day = 0
  /// Nanoseconds from midnight.
  private var timeOfDay: Int64 = 0
  /// Where the zone begins, which may be the end of the text.
  private(set) var zone = 0

  /// Reads the text from `start` to `end`; nil when it has none of the known forms.
  init?(_ line: borrowing RawSpan, _ start: Int, _ end: Int) {
    guard start >= 0, end <= line.byteCount, let time = date(line, start, end) else { return nil }
    guard let zone = timeOfDay(line, time, end) else { return nil }
    self.zone = zone
  }

  /// The longest such text at a place in a line: where it ends, without a zone. Nil where there is none.
  static func end(_ line: borrowing RawSpan, at start: Int) -> Int? {
    WrittenTime(line, start, min(line.byteCount, start + 40))?.zone
  }

  /// Nanoseconds from 1970 by the clocks that wrote the time; nil where the year has no such day.
  func nanoseconds(year: Int) -> Int64? {
    guard (1999...2101).contains(year), day <= CivilTime.daysIn(month: month, year: year) else { return nil }
    return Int64(CivilTime.daysFromEpoch(year: year, month: month, day: day)) * 86_400_000_000_000 + timeOfDay
  }

  /// Reads the date and gives the place of the time of day.
  private mutating func date(_ line: borrowing RawSpan, _ start: Int, _ end: Int) -> Int? {
    func byte(_ offset: Int) -> UInt8 { start + offset < end ? JSONLexer.byte(line, start + offset) : 0 }
    func pair(_ offset: Int) -> Int? { start + offset + 2 <= end ? TimestampReader.pair(line, start + offset) : nil }
    // 23/Nov/2025:16:00:00
    if byte(2) == 0x2F, byte(6) == 0x2F, byte(11) == 0x3A, let day = pair(0),
      let month = WrittenTime.month(line, start + 3, end), let century = pair(7), let rest = pair(9)
    {
      return set(century * 100 + rest, month, day) ? start + 12 : nil
    }
    // 2025/11/23 16:00:00
    if byte(4) == 0x2F, byte(7) == 0x2F, byte(10) == 0x20, let century = pair(0), let rest = pair(2),
      let month = pair(5), let day = pair(8)
    {
      return set(century * 100 + rest, month, day) ? start + 11 : nil
    }
    // 11-23 16:00:00
    if byte(2) == 0x2D, byte(5) == 0x20, let month = pair(0), let day = pair(3) {
      return set(nil, month, day) ? start + 6 : nil
    }
    // Nov 23 16:00:00, Nov  3 16:00:00
    if byte(3) == 0x20, byte(6) == 0x20, let month = WrittenTime.month(line, start, end) {
      let tens = byte(4) == 0x20 ? 0x30 : byte(4)
      guard tens &- 0x30 < 10, byte(5) &- 0x30 < 10 else { return nil }
      return set(nil, month, Int(tens - 0x30) * 10 + Int(byte(5) - 0x30)) ? start + 7 : nil
    }
    return nil
  }

  private mutating func set(_ year: Int?, _ month: Int, _ day: Int) -> Bool {
    (self.year, self.month, self.day) = (year, month, day)
    return (1...12).contains(month) && (1...31).contains(day)
  }

  /// Reads `16:00:00`, with a fraction after a point or comma, and gives the place after it.
  private mutating func timeOfDay(_ line: borrowing RawSpan, _ start: Int, _ end: Int) -> Int? {
    guard start + 8 <= end, let hour = TimestampReader.pair(line, start), hour <= 23,
      JSONLexer.byte(line, start + 2) == 0x3A, let minute = TimestampReader.pair(line, start + 3), minute <= 59,
      JSONLexer.byte(line, start + 5) == 0x3A, let second = TimestampReader.pair(line, start + 6), second <= 60
    else { return nil }
    timeOfDay = Int64(hour * 3_600 + minute * 60 + min(second, 59)) * 1_000_000_000
    var index = start + 8
    guard index + 1 < end, JSONLexer.byte(line, index) == 0x2E || JSONLexer.byte(line, index) == 0x2C,
      JSONLexer.byte(line, index + 1) &- 0x30 < 10
    else { return index }
    index += 1
    var scale: Int64 = 100_000_000
    while index < end, JSONLexer.byte(line, index) &- 0x30 < 10 {
      timeOfDay += Int64(JSONLexer.byte(line, index) - 0x30) * scale
      scale /= 10
      index += 1
    }
    return index
  }

  private static func month(_ line: borrowing RawSpan, _ start: Int, _ end: Int) -> Int? {
    guard start + 3 <= end else { return nil }
    var name: UInt32 = 0
    for offset in 0..<3 { name = name << 8 | UInt32(JSONLexer.byte(line, start + offset) | 0x20) }
    switch name {
    case 0x6A_616E: return 1
    case 0x66_6562: return 2
    case 0x6D_6172: return 3
    case 0x61_7072: return 4
    case 0x6D_6179: return 5
    case 0x6A_756E: return 6
    case 0x6A_756C: return 7
    case 0x61_7567: return 8
    case 0x73_6570: return 9
    case 0x6F_6374: return 10
    case 0x6E_6F76: return 11
    case 0x64_6563: return 12
    default: return nil
    }
  }
}
