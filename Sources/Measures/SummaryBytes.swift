/// The numbers of stored summaries as bytes: varints, seven bits a byte, and whole or eight-byte doubles. Every store is
/// checked against the buffer's end.
enum SummaryBytes {
  /// The most bytes that a number takes.
  static let longestNumber = 10

  @inline(__always)
  static func put(byte: UInt8, _ out: inout MutableRawSpan, _ place: inout Int) {
    out.storeBytes(of: byte, toByteOffset: place, as: UInt8.self)
    place &+= 1
  }

  /// Seven bits a byte, lowest first.
  @inline(__always)
  static func put(varint value: UInt64, _ out: inout MutableRawSpan, _ place: inout Int) {
    var rest = value
    while rest >= 0x80 {
      put(byte: UInt8(truncatingIfNeeded: rest) | 0x80, &out, &place)
      rest &>>= 7
    }
    put(byte: UInt8(truncatingIfNeeded: rest), &out, &place)
  }

  @inline(__always)
  static func put(count: Int, _ out: inout MutableRawSpan, _ place: inout Int) {
    put(varint: UInt64(max(0, count)), &out, &place)
  }

  @inline(__always)
  static func put(signed value: Int64, _ out: inout MutableRawSpan, _ place: inout Int) {
    put(varint: UInt64(bitPattern: (value &<< 1) ^ (value &>> 63)), &out, &place)
  }

  /// A whole number below 2^52 as a varint with its lowest bit set, any other as a zero and eight bytes.
  @inline(__always)
  static func put(_ value: Double, _ out: inout MutableRawSpan, _ place: inout Int) {
    if value.magnitude < 0x1p52 {
      let whole = Int64(value)
      if Double(whole) == value, whole != 0 || value.sign == .plus {
        put(varint: UInt64(bitPattern: (whole &<< 1) ^ (whole &>> 63)) &<< 1 | 1, &out, &place)
        return
      }
    }
    put(byte: 0, &out, &place)
    out.storeBytes(of: value.bitPattern.littleEndian, toByteOffset: place, as: UInt64.self)
    place &+= 8
  }

  /// A text's length and bytes.
  static func put(_ text: String, _ out: inout MutableRawSpan, _ place: inout Int) {
    put(count: text.utf8.count, &out, &place)
    for byte in text.utf8 { put(byte: byte, &out, &place) }
  }
}

/// A buffer of stored summaries that is made room in once a summary, not once a byte.
struct SummaryWriter: Sendable {
  private var storage: [UInt8] = []
  /// How many bytes have been written.
  private(set) var count = 0

  /// What has been written.
  var bytes: [UInt8] { Array(storage[..<count]) }

  /// The bytes of a range that has been written.
  @inline(__always)
  func withBytes<Result>(
    _ range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    try storage.span.bytes.extracting(range).withUnsafeBytes(body)
  }

  /// The bytes of a range that has been written.
  func bytes(_ range: Range<Int>) -> [UInt8] { Array(storage[range]) }

  /// Lets `body` write at most `bound` bytes from a place on, which it moves.
  @inline(__always)
  mutating func write(atMost bound: Int, _ body: (inout MutableRawSpan, inout Int) -> Void) {
    if storage.count - count < bound { makeRoom(bound) }
    var place = count
    var span = storage.mutableSpan
    var bytes = span.mutableBytes
    body(&bytes, &place)
    count = place
  }

  @inline(never)
  private mutating func makeRoom(_ bound: Int) {
    let wanted = max(count + bound, storage.count * 2, 256)
    storage.append(contentsOf: repeatElement(0, count: wanted - storage.count))
  }

  /// Adds bytes as they are.
  mutating func append(_ bytes: borrowing RawSpan) {
    let length = bytes.byteCount
    if storage.count - count < length { makeRoom(length) }
    for offset in 0..<length {
      storage[count + offset] = bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }
    count += length
  }

  /// Forgets everything but keeps the room, unless it is shared with a copy.
  mutating func clear() { count = 0 }
}
