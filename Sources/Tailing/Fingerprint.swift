/// A short proof of what some bytes were: their number and a 64-bit hash that is the same in every run.
///
/// It guards against mistaking one file for another, not against somebody who crafts collisions in their own log.
public struct Fingerprint: Hashable, Sendable {
  /// The number of bytes.
  public let length: Int
  /// The hash of the bytes.
  public let hash: UInt64

  /// The bytes of which at most so many are looked at.
  public static let maximumLength = 1_024
  /// No bytes.
  public static let empty = Fingerprint(UnsafeRawBufferPointer(start: nil, count: 0))

  /// Restores a stored fingerprint.
  public init(length: Int, hash: UInt64) {
    self.length = length
    self.hash = hash
  }

  /// The fingerprint of bytes.
  init(_ bytes: UnsafeRawBufferPointer) {
    var state: UInt64 = 0x6C65_6577_6179_3031 &+ UInt64(bytes.count)
    func mix(_ word: UInt64) {
      let product = (state ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
      state = (product.high ^ product.low) &+ word
    }
    var index = 0
    while index + 8 <= bytes.count {
      mix(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)))
      index += 8
    }
    var rest: UInt64 = 0
    while index < bytes.count {
      rest = rest << 8 | UInt64(bytes[index])
      index += 1
    }
    mix(rest)
    mix(0xD6E8_FEB8_6659_FD93)
    length = bytes.count
    hash = state
  }
}
