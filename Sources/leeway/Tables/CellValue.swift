import Domain
import Drift

/// What a field of a row says, whatever kind of file it stands in: text that is a number counts as one.
enum CellValue {
  /// Absent, `null`, empty, or no number (`NaN`).
  case missing
  /// A number; it may be infinite.
  case number(Double)
  /// Anything else.
  case text

  /// Reads a field. Digits after a leading zero, as in `007`, are a code and not a number.
  @inline(__always)
  init(_ field: RawField, in line: borrowing RawSpan) {
    switch field.kind {
    case .absent, .null, .object, .array: self = .missing
    case .isTrue, .isFalse: self = .text
    case .number, .string:
      let (start, end) = (Int(field.start), Int(field.end))
      if start == end {
        self = .missing
      } else if end - start > 1, CellValue.byte(line, start) == 0x30, CellValue.byte(line, start + 1) &- 0x30 < 10 {
        self = .text
      } else if let number = DecimalNumber.parse(line, start, end) {
        self = .number(number)
      } else {
        self = CellValue.special(line, start, end)
      }
    case .quotedString, .escapedString: self = field.start == field.end ? .missing : .text
    }
  }

  private static func byte(_ line: borrowing RawSpan, _ index: Int) -> UInt8 {
    line.unsafeLoad(fromByteOffset: index, as: UInt8.self)
  }

  /// Words for numbers that have no digits, and numbers beyond the largest.
  private static func special(_ line: borrowing RawSpan, _ start: Int, _ end: Int) -> CellValue {
    guard end - start <= 400 else { return .text }
    let text = line.extracting(start..<end).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    switch text.lowercased() {
    case "nan", "+nan", "-nan", "null": return .missing
    case "inf", "+inf", "infinity", "+infinity": return .number(.infinity)
    case "-inf", "-infinity": return .number(-.infinity)
    default:
      guard text.utf8.allSatisfy({ $0 &- 0x30 < 10 || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains($0) }),
        let number = Double(text)
      else { return .text }
      return .number(number)
    }
  }
}
