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
