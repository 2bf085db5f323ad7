/// FNV-1a over words of 64 bits with a final mix: stable between processes, unlike the standard library's `Hasher`, so that
/// hashes can be stored and compared after a restart.
///
/// Offset basis and prime: Fowler, Noll and Vo; the final mix is SplitMix64's. Not proof against forged collisions,
/// which could at most hide or fake a repetition in the forger's own traces.
public struct ContentHash: Sendable {
  private var state: UInt64 = 0xCBF2_9CE4_8422_2325

  /// Creates the hash of nothing.
  public init() {}

  /// Adds a text; its end counts, so that ("ab", "c") and ("a", "bc") differ.
  public mutating func combine(_ text: String) {
    var text = text
    text.withUTF8 { combine(UnsafeRawBufferPointer($0)) }
  }

  /// Eight bytes a step: texts of agents' calls are hashed by the gigabyte.
  private mutating func combine(_ bytes: UnsafeRawBufferPointer) {
    let prime: UInt64 = 0x0000_0100_0000_01B3
    var index = 0
    while index + 8 <= bytes.count {
      state = (state ^ UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))) &* prime
      state ^= state >> 32
      index += 8
    }
    while index < bytes.count {
      state = (state ^ UInt64(bytes[index])) &* prime
      index += 1
    }
    // A byte that UTF-8 never holds, and the length, keep the end apart from what follows.
    state = (state ^ 0xFF ^ UInt64(truncatingIfNeeded: bytes.count) << 8) &* prime
  }

  /// Adds a number.
  public mutating func combine(_ value: UInt64) {
    state = (state ^ value) &* 0x0000_0100_0000_01B3
    state ^= state >> 29
  }

  /// The hash of all that was added.
  public var value: UInt64 {
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// The hash of some texts.
  public static func of(_ parts: String...) -> UInt64 {
    var hash = ContentHash()
    for part in parts { hash.combine(part) }
    return hash.value
  }

  /// The hash of one text.
  public static func of(_ text: String) -> UInt64 {
    var hash = ContentHash()
    hash.combine(text)
    return hash.value
  }
}

extension UInt64 {
  /// Sixteen lower-case hexadecimal digits.
  public var hexadecimal: String {
    let text = String(self, radix: 16)
    return String(repeating: "0", count: 16 - text.utf8.count) + text
  }
}

extension String {
  /// The text itself when it is short; else its beginning and a hash of the whole, so that hostile identifiers stay
  /// bounded and distinct.
  public func boundedIdentifier(_ limit: Int = 128) -> String {
    guard utf8.count > limit else { return self }
    return prefix(utf8: limit - 17) + "~" + ContentHash.of(self).hexadecimal
  }
}
