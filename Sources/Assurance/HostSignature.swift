public import Domain

/// A host's Ed25519 signature of a checkpoint, as it is kept beside it.
public struct HostSignature: Hashable, Sendable {
  /// The public key, 32 bytes.
  public var publicKey: [UInt8]
  /// The signature of the checkpoint's canonical bytes, 64 bytes.
  public var signature: [UInt8]

  /// Signs a checkpoint's bytes.
  public init(of bytes: [UInt8], by key: SigningKey) {
    publicKey = key.publicKey
    signature = key.sign(bytes)
  }

  /// Reads `{"alg": "ed25519", "key": …, "sig": …}`; nil for anything else.
  public init?(json: JSON) {
    guard json["alg"]?.string == "ed25519", let key = json["key"]?.string.flatMap(Hexadecimal.bytes), key.count == 32,
      let signature = json["sig"]?.string.flatMap(Hexadecimal.bytes), signature.count == 64
    else { return nil }
    publicKey = key
    self.signature = signature
  }

  /// `{"alg": "ed25519", "key": …, "sig": …}` in hexadecimal digits.
  public var json: JSON {
    ["alg": "ed25519", "key": .string(Hexadecimal.text(publicKey)), "sig": .string(Hexadecimal.text(signature))]
  }

  /// Whether it signs these bytes.
  public func signs(_ bytes: [UInt8]) -> Bool { SigningKey.verify(signature, of: bytes, by: publicKey) }
}
