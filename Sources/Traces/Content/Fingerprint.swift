import CSodium

/// Tells two secrets apart without telling them.
enum Fingerprint {
  /// The first 12 hexadecimal digits of the SHA-256 of some bytes.
  static func of(_ bytes: some Sequence<UInt8>) -> String {
    let content = Array(bytes)
    var digest = [UInt8](repeating: 0, count: 32)
    digest.withUnsafeMutableBufferPointer { output in
      content.withUnsafeBufferPointer { leeway_sha256(output.baseAddress, nil, 0, $0.baseAddress, $0.count) }
    }
    return digest.prefix(6).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
  }
}
