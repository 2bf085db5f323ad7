public import Domain

/// Reads the time of a record from a field, whatever the source writes there.
///
/// Text: RFC 3339 with any offset, a space for the `T`, a comma for the decimal point, or no zone at all, and dates
/// alone; the time of web servers' access logs (`23/Nov/2025:16:00:00 +0100`) and error logs (`2025/11/23 16:00:00`), of
/// syslog (`Nov 23 16:00:00`) and of Python's loggers without a year (`11-23 16:00:00`). Numbers, also as text: seconds, milliseconds, microseconds or nanoseconds since the Unix epoch, told apart
/// by their size. Whatever is not between 2000 and 2100 is no time.
public struct TimestampReader: Sendable {
  private static let earliest: Int64 = 946_684_800_000_000_000
  private static let latest: Int64 = 4_102_444_800_000_000_000

  private let zone: ZoneRules
  /// An instant that is near to, and not long before, the times that are read: it gives times without a year theirs.
  public var reference: Timestamp?
  // The bytes `2026-11-23T03:12:` of the last text read, as two words and a byte, and the minute that they name,
  // before any offset.
  private var date: UInt64 = 0
  private var time: UInt64 = 0
  private var minute: Int64 = 0

  /// Creates a reader.
  ///
  /// - Parameters:
  ///   - zone: by which clocks a text without a zone is read.
  ///   - reference: see ``reference``.
  public init(zone: ZoneRules = .utc, reference: Timestamp? = nil) {
    self.zone = zone
    self.reference = reference
  }

  /// The instant that a field holds, or nil when it holds none.
  public mutating func read(
    _ column: Int, of table: borrowing FieldTable, in line: borrowing RawSpan
  ) -> Timestamp? {
    guard column >= 0, column < table.fields.count else { return nil }
    let field = table.fields[column]
    switch field.kind {
    case .string, .number:
      return read(line, from: Int(field.start), to: Int(field.end), isText: field.kind == .string)
    case .escapedString, .quotedString:
      guard let text = table.text(column, in: line) else { return nil }
      return read(text: text)
    default: return nil
    }
  }

  /// The instant that a text names, or nil when it names none.
  public mutating func read(text: String) -> Timestamp? {
    let bytes = Array(text.utf8)
    return read(bytes.span.bytes, from: 0, to: bytes.count, isText: true)
  }

  private mutating func read(_ line: borrowing RawSpan, from start: Int, to end: Int, isText: Bool) -> Timestamp? {
    guard start >= 0, start < end, end <= line.byteCount else { return nil }
    let instant: Int64?
    if isText, end - start >= 10, JSONLexer.byte(line, start + 4) == 0x2D {
      instant = calendar(line, start, end)
    } else if isText, let written = WrittenTime(line, start, end) {
      instant = self.instant(of: written, line, end)
    } else {
      instant = TimestampReader.epoch(line, start, end)
    }
    guard let instant, instant >= TimestampReader.earliest, instant < TimestampReader.latest else { return nil }
    return Timestamp(nanoseconds: instant)
  }

  /// Nanoseconds since the epoch of a calendar date, with or without a time of day.
  private mutating func calendar(_ line: borrowing RawSpan, _ start: Int, _ end: Int) -> Int64? {
    guard end - start >= 19 else {
      guard end - start == 10, let day = TimestampReader.day(line, start) else { return nil }
      let local = day * 86_400_000_000_000
      return local - zoneOffset(local)
    }
    let date = JSONLexer.word(line, start)
    let time = JSONLexer.word(line, start + 8)
    if date != self.date || time != self.time {
      guard let minute = TimestampReader.minute(line, start) else { return nil }
      self.date = date
      self.time = time
      self.minute = minute
    }
    if end - start == 24, let rest = TimestampReader.milliseconds(JSONLexer.word(line, start + 16)) {
      return minute + rest * 1_000_000
    }
    guard JSONLexer.byte(line, start + 16) == 0x3A, let second = TimestampReader.pair(line, start + 17), second <= 60
    else { return nil }
    // A leap second is read as the last second of its minute.
    var instant = minute + Int64(min(second, 59)) * 1_000_000_000
    var index = start + 19
    if index < end, JSONLexer.byte(line, index) == 0x2E || JSONLexer.byte(line, index) == 0x2C {
      index += 1
      let first = index
      var scale: Int64 = 100_000_000
      while index < end, JSONLexer.byte(line, index) &- 0x30 < 10 {
        instant += Int64(JSONLexer.byte(line, index) &- 0x30) * scale
        scale /= 10
        index += 1
      }
      guard index > first else { return nil }
    }
    if index + 1 == end, JSONLexer.byte(line, index) == 0x5A { return instant }
    guard let offset = offset(line, index, end, local: instant) else { return nil }
    return instant - offset
  }

  /// The milliseconds that `:12.345Z` stands for, which is how most records' times end; nil for all else.
  @inline(__always)
  private static func milliseconds(_ text: UInt64) -> Int64? {
    // What is left of `:00.000Z` are the digits, each in its byte, and nothing else.
    let digits = text ^ 0x5A30_3030_2E30_303A
    let others = ((digits &+ 0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080
    guard others == 0, digits & 0xFF00_0000_FF00_00FF == 0 else { return nil }
    func digit(_ place: UInt64) -> Int64 { Int64(truncatingIfNeeded: (digits &>> (8 &* place)) & 0xF) }
    let second = digit(1) &* 10 &+ digit(2)
    guard second < 60 else { return nil }
    return second &* 1_000 &+ digit(4) &* 100 &+ digit(5) &* 10 &+ digit(6)
  }

  /// Nanoseconds since the epoch of a time in another form than RFC 3339's.
  private func instant(of written: WrittenTime, _ line: borrowing RawSpan, _ end: Int) -> Int64? {
    if let year = written.year {
      guard let local = written.nanoseconds(year: year), let offset = offset(line, written.zone, end, local: local)
      else { return nil }
      return local - offset
    }
    // The latest year in which the time is not more than a day ahead of the reference.
    guard let reference else { return nil }
    let latest = CivilTime(reference).year + 1
    for year in stride(from: latest, through: latest - 9, by: -1) {
      guard let local = written.nanoseconds(year: year), let offset = offset(line, written.zone, end, local: local),
        local - offset <= reference.nanoseconds + 86_400_000_000_000
      else { continue }
      return local - offset
    }
    return nil
  }

  /// How far the configured clocks are ahead of UTC, in nanoseconds, when they show `local`.
  private func zoneOffset(_ local: Int64) -> Int64 {
    Int64(zone.offset(local: local / 1_000_000_000)) * 1_000_000_000
  }

  /// Nanoseconds ahead of UTC by the zone that fills the rest of the text.
  private func offset(_ line: borrowing RawSpan, _ start: Int, _ end: Int, local: Int64) -> Int64? {
    var index = start
    if index == end { return zoneOffset(local) }
    if JSONLexer.byte(line, index) == 0x20 { index += 1 }
    guard index < end else { return nil }
    let sign = JSONLexer.byte(line, index)
    switch (sign, end - index) {
    case (0x5A, 1), (0x7A, 1): return 0
    case (0x55, 3): return JSONLexer.byte(line, index + 1) == 0x54 && JSONLexer.byte(line, index + 2) == 0x43 ? 0 : nil
    case (0x2B, 3...), (0x2D, 3...):
      guard let hours = TimestampReader.pair(line, index + 1), hours <= 23 else { return nil }
      index += 3
      if index < end, JSONLexer.byte(line, index) == 0x3A { index += 1 }
      var minutes = 0
      if index < end {
        guard index + 2 == end, let pair = TimestampReader.pair(line, index), pair <= 59 else { return nil }
        minutes = pair
      }
      return Int64(hours * 60 + minutes) * (sign == 0x2B ? 60_000_000_000 : -60_000_000_000)
    default: return nil
    }
  }

  /// Nanoseconds from the epoch to the minute of `2026-11-23T03:12`, which begins at `start`.
  private static func minute(_ line: borrowing RawSpan, _ start: Int) -> Int64? {
    let separator = JSONLexer.byte(line, start + 10)
    guard let day = day(line, start), separator == 0x54 || separator == 0x74 || separator == 0x20,
      let hour = pair(line, start + 11), JSONLexer.byte(line, start + 13) == 0x3A, hour <= 23,
      let minute = pair(line, start + 14), minute <= 59
    else { return nil }
    return (day * 1_440 + Int64(hour * 60 + minute)) * 60_000_000_000
  }

  /// Days from the epoch to the date of `2026-11-23`, which begins at `start`; only for years that can be plausible.
  static func day(_ line: borrowing RawSpan, _ start: Int) -> Int64? {
    guard let century = pair(line, start), let rest = pair(line, start + 2), JSONLexer.byte(line, start + 4) == 0x2D,
      let month = pair(line, start + 5), JSONLexer.byte(line, start + 7) == 0x2D, let day = pair(line, start + 8)
    else { return nil }
    let year = century * 100 + rest
    guard (1999...2100).contains(year), (1...12).contains(month),
      (1...CivilTime.daysIn(month: month, year: year)).contains(day)
    else { return nil }
    return Int64(CivilTime.daysFromEpoch(year: year, month: month, day: day))
  }

  /// The number of the two digits at a place.
  @inline(__always)
  static func pair(_ line: borrowing RawSpan, _ index: Int) -> Int? {
    guard index &+ 2 <= line.byteCount else { return nil }
    let tens = JSONLexer.byte(line, index) &- 0x30
    let ones = JSONLexer.byte(line, index &+ 1) &- 0x30
    return tens < 10 && ones < 10 ? Int(tens) * 10 + Int(ones) : nil
  }

  /// Nanoseconds since the epoch of a number whose size tells its unit; whole numbers never pass through a `Double`.
  private static func epoch(_ line: borrowing RawSpan, _ start: Int, _ end: Int) -> Int64? {
    var whole: Int64 = 0
    var index = start
    while index < end, JSONLexer.byte(line, index) &- 0x30 < 10 {
      guard index - start < 18 || whole <= 410_244_480_000_000_000 else { return nil }
      whole = whole * 10 + Int64(JSONLexer.byte(line, index) &- 0x30)
      index += 1
    }
    guard index > start, index - start <= 19 else { return nil }
    var fractionEnd = index
    if index < end, JSONLexer.byte(line, index) == 0x2E {
      fractionEnd += 1
      while fractionEnd < end, JSONLexer.byte(line, fractionEnd) &- 0x30 < 10 { fractionEnd += 1 }
      guard fractionEnd > index + 1 else { return nil }
    }
    if fractionEnd < end {
      // An exponent: rare enough for the general reader.
      guard let value = DecimalNumber.parse(line, start, end), value >= 0, value < 4.2e18,
        let unit = unit(Int64(value))
      else { return nil }
      return Int64(value * Double(unit))
    }
    guard let unit = unit(whole) else { return nil }
    var instant = whole * unit
    var scale = unit / 10
    for place in index..<end where place > index {
      instant += Int64(JSONLexer.byte(line, place) &- 0x30) * scale
      scale /= 10
    }
    return instant
  }

  /// Nanoseconds in the unit in which `value` lies between 2000 and 2100; the four ranges do not touch.
  private static func unit(_ value: Int64) -> Int64? {
    for unit: Int64 in [1_000_000_000, 1_000_000, 1_000, 1]
    where value >= earliest / unit && value < latest / unit { return unit }
    return nil
  }
}
