/// A calendar date and time of day in UTC, for reading and writing RFC 3339.
public struct CivilTime: Hashable, Sendable {
  /// Proleptic Gregorian year.
  public var year: Int
  /// 1 to 12.
  public var month: Int
  /// 1 to 31.
  public var day: Int
  /// 0 to 23.
  public var hour: Int
  /// 0 to 59.
  public var minute: Int
  /// 0 to 59.
  public var second: Int
  /// 0 to 999,999,999.
  public var nanosecond: Int

  /// The UTC calendar time of an instant.
  public init(_ instant: Timestamp) {
    let wholeSeconds = Timestamp.flooredQuotient(instant.nanoseconds, 1_000_000_000)
    nanosecond = Int(instant.nanoseconds - wholeSeconds * 1_000_000_000)
    let days = Timestamp.flooredQuotient(wholeSeconds, 86_400)
    let secondOfDay = Int(wholeSeconds - days * 86_400)
    hour = secondOfDay / 3_600
    minute = secondOfDay % 3_600 / 60
    second = secondOfDay % 60
    // Days to civil date by eras of 400 years, with March as the first month of the year.
    let shifted = Int(days) + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  /// Days from 1970-01-01 to the given proleptic Gregorian date.
  @inlinable
  public static func daysFromEpoch(year: Int, month: Int, day: Int) -> Int {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// The number of days in a month of a year.
  @inlinable
  public static func daysIn(month: Int, year: Int) -> Int {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)) ? 29 : 28
    default: 31
    }
  }
}

extension Timestamp {
  /// How many digits follow the decimal point of the seconds in RFC 3339 text.
  public enum Precision: Sendable {
    /// No fraction.
    case seconds
    /// Three digits, as in all JSON output.
    case milliseconds
    /// Six digits, as in audit entries.
    case microseconds
  }

  /// RFC 3339 text in UTC with a `Z`, such as `2026-11-23T03:12:44.120Z`; digits beyond the precision are cut off.
  public func formatted(_ precision: Precision = .milliseconds) -> String {
    let civil = CivilTime(self)
    var text = "\(padded(civil.year, 4))-\(padded(civil.month, 2))-\(padded(civil.day, 2))"
    text += "T\(padded(civil.hour, 2)):\(padded(civil.minute, 2)):\(padded(civil.second, 2))"
    switch precision {
    case .seconds: break
    case .milliseconds: text += "." + padded(civil.nanosecond / 1_000_000, 3)
    case .microseconds: text += "." + padded(civil.nanosecond / 1_000, 6)
    }
    return text + "Z"
  }

  /// The time of day in UTC, `03:12:44`.
  public var timeOfDay: String {
    let civil = CivilTime(self)
    return "\(padded(civil.hour, 2)):\(padded(civil.minute, 2)):\(padded(civil.second, 2))"
  }

  /// Reads RFC 3339 (`2026-11-23T03:12:44.120+01:00`; `t`, `z`, a space for the `T` and a comma for the point are
  /// accepted, as is a missing zone, which means UTC) or returns nil. Digits beyond nanoseconds are cut off; a leap
  /// second is read as the last second of its minute.
  public init?(rfc3339 text: some StringProtocol) {
    var text = String(text)
    let parsed = text.withUTF8 { bytes -> Timestamp? in
      Timestamp.parseRFC3339(bytes.span.bytes)
    }
    guard let parsed else { return nil }
    self = parsed
  }

  /// Reads RFC 3339 from bytes; see ``init(rfc3339:)``.
  public static func parseRFC3339(_ bytes: RawSpan) -> Timestamp? {
    let count = bytes.byteCount
    guard count >= 19, count <= 40 else { return nil }
    func digits(_ start: Int, _ length: Int) -> Int? {
      var value = 0
      for index in start..<start + length {
        let digit = Int(bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self)) - 48
        guard digit >= 0, digit <= 9 else { return nil }
        value = value * 10 + digit
      }
      return value
    }
    func byte(_ index: Int) -> UInt8 { bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self) }
    guard let year = digits(0, 4), byte(4) == 0x2D, let month = digits(5, 2), byte(7) == 0x2D,
      let day = digits(8, 2), byte(10) == 0x54 || byte(10) == 0x74 || byte(10) == 0x20,
      let hour = digits(11, 2), byte(13) == 0x3A, let minute = digits(14, 2), byte(16) == 0x3A,
      let second = digits(17, 2)
    else { return nil }
    guard (1...12).contains(month), day >= 1, day <= CivilTime.daysIn(month: month, year: year), hour <= 23,
      minute <= 59, second <= 60, year >= 1678, year <= 2261
    else { return nil }
    var index = 19
    var nanosecond = 0
    if index < count, byte(index) == 0x2E || byte(index) == 0x2C {
      index += 1
      var scale = 100_000_000
      let first = index
      while index < count, byte(index) >= 48, byte(index) <= 57 {
        nanosecond += (Int(byte(index)) - 48) * scale
        scale /= 10
        index += 1
      }
      guard index > first else { return nil }
    }
    var offset = 0
    if index < count {
      switch byte(index) {
      case 0x5A, 0x7A:
        index += 1
      case 0x2B, 0x2D:
        let sign = byte(index) == 0x2B ? 1 : -1
        let colon = index + 3 < count && byte(index + 3) == 0x3A ? 1 : 0
        guard index + 5 + colon <= count, let hours = digits(index + 1, 2),
          let minutes = digits(index + 3 + colon, 2), hours <= 23, minutes <= 59
        else { return nil }
        offset = sign * (hours * 3_600 + minutes * 60)
        index += 5 + colon
      default: return nil
      }
    }
    guard index == count else { return nil }
    let days = CivilTime.daysFromEpoch(year: year, month: month, day: day)
    let seconds = days * 86_400 + hour * 3_600 + minute * 60 + min(second, 59) - offset
    return Timestamp(nanoseconds: Int64(seconds) * 1_000_000_000 + Int64(nanosecond))
  }
}

func padded(_ value: Int, _ width: Int) -> String {
  let text = String(value)
  return text.count >= width ? text : String(repeating: "0", count: width - text.count) + text
}
