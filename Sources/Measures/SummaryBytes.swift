/// Appends numbers in the compact form of stored summaries.
struct SummaryWriter {
  private(set) var bytes: [UInt8] = []

  mutating func append(_ byte: UInt8) { bytes.append(byte) }

  /// Seven bits a byte, lowest first.
  mutating func append(varint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  mutating func append(count: Int) { append(varint: UInt64(max(0, count))) }

  mutating func append(signed value: Int64) {
    append(varint: UInt64(bitPattern: (value << 1) ^ (value >> 63)))
  }

  /// A whole number below 2^52 as a varint with its lowest bit set, any other as a zero and eight bytes.
  mutating func append(_ value: Double) {
    if value.magnitude < 0x1p52, value == value.rounded(.towardZero), !(value == 0 && value.sign == .minus) {
      let whole = Int64(value)
      append(varint: UInt64(bitPattern: (whole << 1) ^ (whole >> 63)) << 1 | 1)
    } else {
      bytes.append(0)
      for shift in stride(from: 0, to: 64, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> UInt64(shift)))
      }
    }
  }

  mutating func append(_ text: String) {
    append(count: text.utf8.count)
    bytes.append(contentsOf: text.utf8)
  }
}

/// Why stored bytes are not a summary.
public struct SummaryError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The byte at which reading stopped.
  public var offset: Int
  /// What should have been there.
  public var expected: String

  /// `not a stored summary: expected a count at byte 3`.
  public var description: String { "not a stored summary: expected \(expected) at byte \(offset)" }
}

/// Reads what ``SummaryWriter`` wrote; every read is checked.
struct SummaryReader {
  private let bytes: [UInt8]
  private var offset = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { offset == bytes.count }

  func failure(_ expected: String) -> SummaryError { SummaryError(offset: offset, expected: expected) }

  mutating func byte() throws(SummaryError) -> UInt8 {
    guard offset < bytes.count else { throw failure("another byte") }
    offset += 1
    return bytes[offset - 1]
  }

  mutating func varint() throws(SummaryError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let next = try byte()
      guard shift < 63 || next <= 1 else { throw failure("a number of at most 64 bits") }
      value |= UInt64(next & 0x7F) << shift
      if next < 0x80 { return value }
      shift += 7
    }
  }

  mutating func count() throws(SummaryError) -> Int {
    let value = try varint()
    guard value <= UInt64(Int.max) else { throw failure("a count") }
    return Int(value)
  }

  mutating func signed() throws(SummaryError) -> Int64 {
    let value = try varint()
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  mutating func double() throws(SummaryError) -> Double {
    let tagged = try varint()
    if tagged & 1 == 1 {
      let folded = tagged >> 1
      return Double(Int64(bitPattern: folded >> 1) ^ -Int64(bitPattern: folded & 1))
    }
    guard tagged == 0 else { throw failure("a number's tag") }
    var pattern: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 8) { pattern |= UInt64(try byte()) << shift }
    let value = Double(bitPattern: pattern)
    guard value.isFinite else { throw failure("a finite number") }
    return value
  }

  /// A sum that can be added to without overflow.
  mutating func sum() throws(SummaryError) -> Double {
    let value = try double()
    guard value.magnitude <= 1e160 else { throw failure("a sum within 1e160") }
    return value
  }

  mutating func text(limit: Int) throws(SummaryError) -> String {
    let length = try count()
    guard length <= limit, length <= bytes.count - offset else { throw failure("a text of at most \(limit) bytes") }
    offset += length
    return String(decoding: bytes[offset - length..<offset], as: UTF8.self)
  }
}
