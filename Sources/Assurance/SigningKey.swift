import CSodium

/// An Ed25519 key of a host, with which checkpoints are signed where no operator's SSH key is at hand.
public struct SigningKey: Sendable {
  /// The 32 bytes that the key is made from; whoever has them can sign.
  public let seed: [UInt8]
  /// The public key, 32 bytes.
  public let publicKey: [UInt8]
  private let secret: [UInt8]

  /// Makes the key of a seed; nil unless it has 32 bytes and libsodium can be used.
  public init?(seed: [UInt8]) {
    guard seed.count == 32, Digest256.libraryIsReady else { return nil }
    var publicKey = [UInt8](repeating: 0, count: 32)
    var secret = [UInt8](repeating: 0, count: 64)
    guard leeway_ed25519_keys(&publicKey, &secret, seed) == 0 else { return nil }
    self.seed = seed
    self.publicKey = publicKey
    self.secret = secret
  }

  /// A new key from the operating system's randomness; nil where libsodium cannot be used.
  public static func random() -> SigningKey? {
    guard Digest256.libraryIsReady else { return nil }
    return SigningKey(seed: randomBytes(32))
  }

  /// Random bytes of the operating system.
  public static func randomBytes(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    leeway_random_bytes(&bytes, count)
    return bytes
  }

  /// The signature of some bytes, 64 bytes.
  public func sign(_ bytes: [UInt8]) -> [UInt8] {
    var signature = [UInt8](repeating: 0, count: 64)
    _ = leeway_ed25519_sign(&signature, bytes, bytes.count, secret)
    return signature
  }

  /// Whether a signature of some bytes is that of a public key.
  public static func verify(_ signature: [UInt8], of bytes: [UInt8], by publicKey: [UInt8]) -> Bool {
    guard signature.count == 64, publicKey.count == 32, Digest256.libraryIsReady else { return false }
    return leeway_ed25519_verify(signature, bytes, bytes.count, publicKey) == 0
  }
}

/// Bytes as hexadecimal digits and back.
public enum Hexadecimal {
  /// The digits, two a byte.
  public static func text(_ bytes: [UInt8]) -> String {
    let digits: StaticString = "0123456789abcdef"
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count * 2)
    for byte in bytes {
      output.append(digits.utf8Start[Int(byte >> 4)])
      output.append(digits.utf8Start[Int(byte & 15)])
    }
    return String(decoding: output, as: UTF8.self)
  }

  /// Reads lower-case digits; nil for other text.
  public static func bytes(_ text: some StringProtocol) -> [UInt8]? {
    let units = Array(text.utf8)
    guard units.count % 2 == 0 else { return nil }
    var output: [UInt8] = []
    for index in stride(from: 0, to: units.count, by: 2) {
      guard let high = digit(units[index]), let low = digit(units[index + 1]) else { return nil }
      output.append(high << 4 | low)
    }
    return output
  }

  private static func digit(_ unit: UInt8) -> UInt8? {
    switch unit {
    case 0x30...0x39: unit - 0x30
    case 0x61...0x66: unit - 0x57
    default: nil
    }
  }
}
