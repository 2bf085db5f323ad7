/// Where one field's value stands in a line's bytes.
@frozen
public struct RawField: Hashable, Sendable {
  /// What the value's first byte says it is.
  @frozen
  public enum Kind: UInt8, Sendable {
    /// The record lacks the field.
    case absent
    /// `null`.
    case null
    /// `true`.
    case isTrue
    /// `false`.
    case isFalse
    /// A number; the range is its text.
    case number
    /// A string without escapes; the range is what stands between the quotes.
    case string
    /// A string with escapes; the range is what stands between the quotes.
    case escapedString
    /// A string in which two quotes stand for one, as in CSV; the range is what stands between the outer quotes.
    case quotedString
    /// An object; the range is its text with the braces.
    case object
    /// An array; the range is its text with the brackets.
    case array
  }

  /// What the value is.
  public var kind: Kind
  /// The first byte of the value, counted from the start of the line.
  public var start: Int32
  /// One past the last byte of the value.
  public var end: Int32

  /// Creates a field's place.
  @inlinable
  public init(kind: Kind, start: Int32, end: Int32) {
    self.kind = kind
    self.start = start
    self.end = end
  }

  /// A field that the record lacks.
  public static let absent = RawField(kind: .absent, start: 0, end: 0)
}

/// The fields of one record by the columns of a ``FieldPlan``, as places in the record's line.
///
/// A table is reused from line to line: a decoder fills it, and metrics and predicates read it together with the line
/// that it was filled from. Nothing is copied until a value is asked for as a `String`.
public struct FieldTable: Sendable {
  /// The fields by column.
  public var fields: [RawField]

  /// Creates a table for a plan, every field absent.
  public init(columns: Int) {
    fields = Array(repeating: .absent, count: columns)
  }

  /// The number that a field holds: a JSON number, or a string whose whole text is one number; nil for all else and
  /// for values that are not finite.
  @inlinable
  public func number(_ column: Int, in line: borrowing RawSpan) -> Double? {
    let field = fields[column]
    switch field.kind {
    case .number, .string: return DecimalNumber.parse(line, Int(field.start), Int(field.end))
    default: return nil
    }
  }

  /// The text that a field holds: a string's text with its escapes resolved, a number as it is written, `true` or
  /// `false`; nil for absent, null, objects and arrays.
  public func text(_ column: Int, in line: borrowing RawSpan) -> String? {
    let field = fields[column]
    switch field.kind {
    case .string, .number: return FieldTable.decode(line, Int(field.start), Int(field.end))
    case .isTrue: return "true"
    case .isFalse: return "false"
    case .escapedString:
      var quoted: [UInt8] = [0x22]
      for index in Int(field.start)..<Int(field.end) {
        quoted.append(line.unsafeLoad(fromByteOffset: index, as: UInt8.self))
      }
      quoted.append(0x22)
      return (try? JSON(parsing: quoted))?.string ?? FieldTable.decode(line, Int(field.start), Int(field.end))
    case .quotedString:
      let text = FieldTable.decode(line, Int(field.start), Int(field.end))
      var resolved: [UInt8] = []
      var wasQuote = false
      for byte in text.utf8 {
        wasQuote = byte == 0x22 && !wasQuote
        if !wasQuote { resolved.append(byte) }
      }
      if wasQuote { resolved.append(0x22) }
      return String(decoding: resolved, as: UTF8.self)
    case .absent, .null, .object, .array: return nil
    }
  }

  private static func decode(_ line: borrowing RawSpan, _ start: Int, _ end: Int) -> String {
    guard start >= 0, end <= line.byteCount, start <= end else { return "" }
    return line.extracting(start..<end).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  }
}

/// Reads decimal numbers from bytes without making a `String` in the usual case.
public enum DecimalNumber {
  /// The number written in the given range, or nil when the range is not exactly one finite JSON number (a leading
  /// `+` and leading zeros are accepted, since CSV and logfmt writers use them).
  @inlinable
  @inline(__always)
  public static func parse(_ bytes: borrowing RawSpan, _ start: Int, _ end: Int) -> Double? {
    guard start >= 0, end <= bytes.byteCount, start < end else { return nil }
    return parseShort(bytes, start, end) ?? parseLong(bytes, start, end)
  }

  /// The number of at most eight digits, with or without a point among them, that is not at the very end of the bytes;
  /// nil for all else.
  @inlinable
  @inline(__always)
  static func parseShort(_ bytes: borrowing RawSpan, _ start: Int, _ end: Int) -> Double? {
    if end &- start <= 8, start &+ 8 <= bytes.byteCount {
      // Up to eight characters at once: digits, moved to the high end, filled up with zeros.
      let text = UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self))
      let digits = (text ^ 0x3030_3030_3030_3030) &<< UInt64(64 &- 8 &* (end &- start))
      let others = ((digits &+ 0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080
      if others == 0 { return whole(digits) }
      // One of them may be a point with digits on both sides: those before it move up to the ones after it.
      let place = others.trailingZeroBitCount &- 7
      if others & (others &- 1) == 0, (digits &>> UInt64(place)) & 0xFF == 0x1E, place < 56,
        place > 64 &- 8 &* (end &- start)
      {
        let before = digits & ((1 &<< UInt64(place)) &- 1)
        let after = digits & ~((1 &<< UInt64(place &+ 8)) &- 1)
        return whole(before &<< 8 | after) / powersOfTen((56 &- place) &>> 3)
      }
    }
    return nil
  }

  @inlinable
  static func parseLong(_ bytes: borrowing RawSpan, _ start: Int, _ end: Int) -> Double? {
    var index = start
    var isNegative = false
    let first = bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self)
    if first == 0x2D || first == 0x2B {
      isNegative = first == 0x2D
      index += 1
    }
    var mantissa: UInt64 = 0
    let digitsStart = index
    while index < end {
      let digit = bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self) &- 0x30
      guard digit < 10 else { break }
      mantissa = mantissa &* 10 &+ UInt64(digit)
      index &+= 1
    }
    var digits = index &- digitsStart
    // Most numbers are whole and short: their digits are their value.
    if index == end, digits > 0, digits <= 15 {
      return isNegative ? -Double(mantissa) : Double(mantissa)
    }
    var fraction = 0
    var seenPoint = false
    if index < end, digits > 0, bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self) == 0x2E {
      seenPoint = true
      index &+= 1
      let fractionStart = index
      while index < end {
        let digit = bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self) &- 0x30
        guard digit < 10 else { break }
        mantissa = mantissa &* 10 &+ UInt64(digit)
        index &+= 1
      }
      fraction = index &- fractionStart
      digits &+= fraction
    }
    guard digits > 0, !(seenPoint && fraction == 0) else { return nil }
    // Below 2^53 over a power of ten that a Double holds exactly, one division is correctly rounded.
    if index == end, mantissa < 9_007_199_254_740_992, digits <= 18, fraction <= 18 {
      let value = Double(mantissa) / powersOfTen(fraction)
      return isNegative ? -value : value
    }
    return slow(bytes, start, end)
  }

  /// The number of eight decimal digits, the first in the lowest byte: added up in pairs, fours, eights.
  @inlinable
  static func whole(_ digits: UInt64) -> Double {
    let pairs = (digits &* 10 &+ digits &>> 8) & 0x00FF_00FF_00FF_00FF
    let fours = (pairs &* 100 &+ pairs &>> 16) & 0x0000_FFFF_0000_FFFF
    return Double((fours &* 10_000 &+ fours &>> 32) & 0xFFFF_FFFF)
  }

  @usableFromInline
  static func slow(_ bytes: borrowing RawSpan, _ start: Int, _ end: Int) -> Double? {
    guard end - start <= 400 else { return nil }
    for index in start..<end {
      switch bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self) {
      case 0x30...0x39, 0x2B, 0x2D, 0x2E, 0x45, 0x65: continue
      default: return nil
      }
    }
    let text = bytes.extracting(start..<end).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    guard text.utf8.last != 0x2E, let value = Double(text), value.isFinite else { return nil }
    return value
  }

  @inlinable
  static func powersOfTen(_ exponent: Int) -> Double {
    switch exponent {
    case 0: 1
    case 1: 10
    case 2: 100
    case 3: 1_000
    case 4: 10_000
    case 5: 100_000
    case 6: 1_000_000
    case 7: 10_000_000
    case 8: 100_000_000
    case 9: 1_000_000_000
    case 10: 10_000_000_000
    case 11: 100_000_000_000
    case 12: 1_000_000_000_000
    case 13: 10_000_000_000_000
    case 14: 100_000_000_000_000
    case 15: 1_000_000_000_000_000
    case 16: 10_000_000_000_000_000
    case 17: 100_000_000_000_000_000
    default: 1_000_000_000_000_000_000
    }
  }
}
