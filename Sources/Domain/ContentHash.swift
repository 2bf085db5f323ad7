/// FNV-1a over 64 bits with a final mix: stable between processes, unlike the standard library's `Hasher`, so that
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
    for byte in text.utf8 {
      state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }
    // A byte that UTF-8 never holds.
    state = (state ^ 0xFF) &* 0x0000_0100_0000_01B3
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
