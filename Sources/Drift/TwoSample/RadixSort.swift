/// Sorts numbers by their bits, eleven at a time: linear, and within one buffer of the same length.
enum RadixSort {
  private static let digitBits = 11
  private static let digits = 6
  private static let radix = 1 << digitBits

  /// Sorts ascending; the contents of `scratch` are of no meaning before and after. There must be no NaN.
  static func sort(_ values: inout [Double], scratch: inout [Double]) {
    guard values.count > 512 else { return values.sort() }
    let count = values.count
    if scratch.count < count { scratch = [Double](repeating: 0, count: count) }
    var places = [Int](repeating: 0, count: digits * radix)
    values.withUnsafeMutableBufferPointer { values in
      scratch.withUnsafeMutableBufferPointer { scratch in
        places.withUnsafeMutableBufferPointer { places in
          for index in 0..<count {
            var key = key(values[index])
            for digit in 0..<digits {
              places[digit &* radix &+ Int(truncatingIfNeeded: key & 0x7FF)] &+= 1
              key &>>= 11
            }
          }
          var (from, to) = (values, scratch)
          for digit in 0..<digits {
            let base = digit &* radix
            let shift = UInt64(digit &* digitBits)
            // A digit that all values share moves nothing.
            if places[base &+ Int(truncatingIfNeeded: (key(from[0]) &>> shift) & 0x7FF)] == count { continue }
            var start = 0
            for cell in base..<(base &+ radix) {
              let size = places[cell]
              places[cell] = start
              start &+= size
            }
            for index in 0..<count {
              let value = from[index]
              let cell = base &+ Int(truncatingIfNeeded: (key(value) &>> shift) & 0x7FF)
              to[places[cell]] = value
              places[cell] &+= 1
            }
            swap(&from, &to)
          }
          if from.baseAddress != values.baseAddress {
            for index in 0..<count { values[index] = from[index] }
          }
        }
      }
    }
  }

  /// Bits whose unsigned order is the numbers' order.
  @inline(__always)
  private static func key(_ value: Double) -> UInt64 {
    let bits = value.bitPattern
    return bits ^ (UInt64(bitPattern: Int64(bitPattern: bits) &>> 63) | 0x8000_0000_0000_0000)
  }
}
