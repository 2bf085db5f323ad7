import Domain

/// Text that is put together as bytes, without strings in between.
struct ByteText: Sendable {
  var bytes: [UInt8] = []
  private var secondCached: Int64 = .min
  private var secondText: [UInt8] = []

  mutating func add(_ literal: StaticString) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
  }

  mutating func add(_ text: [UInt8]) { bytes.append(contentsOf: text) }

  mutating func add(_ text: String) { bytes.append(contentsOf: text.utf8) }

  mutating func add(_ flag: Bool) { add(flag ? "true" : "false") }

  /// A whole number that is not negative, padded with zeros to `width`.
  mutating func add(_ value: Int, width: Int = 1) {
    var rest = max(0, value)
    var divisor = 1
    var digits = 1
    while digits < width || rest / divisor >= 10 {
      divisor *= 10
      digits += 1
      if digits >= 19 { break }
    }
    while divisor > 0 {
      bytes.append(0x30 + UInt8(rest / divisor))
      rest %= divisor
      divisor /= 10
    }
  }

  /// A value in millionths, six digits after the point.
  mutating func add(millionths value: Int) {
    add(value / 1_000_000)
    bytes.append(0x2E)
    add(value % 1_000_000, width: 6)
  }

  /// `digits` lower-case hexadecimal digits from the low end of `value`.
  mutating func add(hexadecimal value: UInt64, digits: Int) {
    for position in stride(from: (digits - 1) * 4, through: 0, by: -4) {
      let digit = UInt8(truncatingIfNeeded: value >> UInt64(position) & 15)
      bytes.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
    }
  }

  /// RFC 3339 in UTC with milliseconds.
  mutating func add(_ time: Timestamp) {
    let second = time.floored(toNanoseconds: 1_000_000_000).nanoseconds
    if second != secondCached {
      secondCached = second
      secondText = Array(Timestamp(nanoseconds: second).formatted(.seconds).utf8.dropLast())
    }
    bytes.append(contentsOf: secondText)
    bytes.append(0x2E)
    add(Int((time.nanoseconds - second) / 1_000_000), width: 3)
    bytes.append(0x5A)
  }
}
