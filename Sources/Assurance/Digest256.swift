import CSodium

/// A SHA-256 digest: 32 bytes.
public struct Digest256: Hashable, Sendable, CustomStringConvertible {
  /// The 32 bytes.
  public let bytes: [UInt8]

  /// Creates a digest from its bytes; nil unless there are 32.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    self.bytes = bytes
  }

  /// Reads 64 lower-case hexadecimal digits; anything else is nil.
  public init?(hex: String) {
    self.init(hex: hex.utf8)
  }

  /// Reads 64 lower-case hexadecimal digits in ASCII; anything else is nil.
  init?(hex: some Collection<UInt8>) {
    guard hex.count == 64 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32)
    var high: UInt8?
    for unit in hex {
      let digit: UInt8
      switch unit {
      case 0x30...0x39: digit = unit - 0x30
      case 0x61...0x66: digit = unit - 0x57
      default: return nil
      }
      if let first = high {
        bytes.append(first << 4 | digit)
        high = nil
      } else {
        high = digit
      }
    }
    self.bytes = bytes
  }

  /// 32 bytes of zero: what the first entry of a chain names as its predecessor.
  public static let zero = Digest256(unchecked: [UInt8](repeating: 0, count: 32))

  /// SHA-256 of some bytes.
  public static func sha256(_ bytes: [UInt8]) -> Digest256 { sha256(prefix: [], bytes) }

  /// SHA-256 of a prefix followed by some bytes, without copying them together.
  static func sha256(prefix: [UInt8], _ bytes: [UInt8]) -> Digest256 {
    Digest256(
      unchecked: [UInt8](unsafeUninitializedCapacity: 32) { output, count in
        prefix.withUnsafeBufferPointer { prefix in
          bytes.withUnsafeBufferPointer { bytes in
            leeway_sha256(output.baseAddress, prefix.baseAddress, prefix.count, bytes.baseAddress, bytes.count)
          }
        }
        count = 32
      })
  }

  /// Whether libsodium can be used on this machine; hashing works without, keys and signatures do not.
  public static var libraryIsReady: Bool { leeway_sodium_init() >= 0 }

  private init(unchecked bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// 64 lower-case hexadecimal digits.
  public var hex: String {
    let digits: StaticString = "0123456789abcdef"
    var text: [UInt8] = []
    text.reserveCapacity(64)
    for byte in bytes {
      text.append(digits.utf8Start[Int(byte >> 4)])
      text.append(digits.utf8Start[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// 64 lower-case hexadecimal digits.
  public var description: String { hex }
}
