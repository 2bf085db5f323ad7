/// A colour of 24 bits.
public struct RGB: Hashable, Sendable {
  /// 0 to 255.
  public let red: UInt8
  /// 0 to 255.
  public let green: UInt8
  /// 0 to 255.
  public let blue: UInt8

  /// Creates a colour from its parts.
  public init(red: UInt8, green: UInt8, blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// Creates a colour from `0xRRGGBB`; higher bits are ignored.
  public init(_ value: UInt32) {
    self.init(
      red: UInt8(truncatingIfNeeded: value >> 16), green: UInt8(truncatingIfNeeded: value >> 8),
      blue: UInt8(truncatingIfNeeded: value))
  }

  /// Reads `#RRGGBB`, in either case; anything else gives nil.
  public init?(hex text: some StringProtocol) {
    guard text.utf8.count == 7, text.hasPrefix("#"), text.dropFirst().allSatisfy(\.isHexDigit),
      let value = UInt32(text.dropFirst(), radix: 16)
    else { return nil }
    self.init(value)
  }

  /// `#RRGGBB`, upper-case.
  public var hex: String {
    let value = UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue)
    let digits = String(value, radix: 16, uppercase: true)
    return "#" + String(repeating: "0", count: 6 - digits.count) + digits
  }

  /// The nearest of the fixed xterm colours 16 to 255, by squared distance of the parts.
  public var nearest256: UInt8 {
    func level(_ part: UInt8) -> Int { part < 48 ? 0 : part < 115 ? 1 : (Int(part) - 35) / 40 }
    let steps: [Int] = [0, 95, 135, 175, 215, 255]
    let (r, g, b) = (level(red), level(green), level(blue))
    let cube = distance(steps[r], steps[g], steps[b])
    let mean = (Int(red) + Int(green) + Int(blue)) / 3
    let gray = min(max((mean - 3) / 10, 0), 23)
    let grayLevel = 8 + 10 * gray
    return distance(grayLevel, grayLevel, grayLevel) < cube ? UInt8(232 + gray) : UInt8(16 + 36 * r + 6 * g + b)
  }

  /// The nearest of the sixteen colours, taking xterm's default palette.
  public var nearest16: UInt8 {
    let palette: [UInt32] = [
      0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5, 0x7F7F7F, 0xFF0000, 0x00FF00,
      0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
    ]
    var best: UInt8 = 0
    var bestDistance = Int.max
    for (index, value) in palette.enumerated() {
      let color = RGB(value)
      let candidate = distance(Int(color.red), Int(color.green), Int(color.blue))
      if candidate < bestDistance {
        best = UInt8(index)
        bestDistance = candidate
      }
    }
    return best
  }

  private func distance(_ r: Int, _ g: Int, _ b: Int) -> Int {
    let (dr, dg, db) = (Int(red) - r, Int(green) - g, Int(blue) - b)
    return dr * dr + dg * dg + db * db
  }
}

/// A colour at every depth that an output may have.
public struct ThemeColor: Hashable, Sendable {
  /// With 24 bits.
  public var rgb: RGB
  /// In the xterm palette of 256.
  public var c256: UInt8
  /// In the terminal's own sixteen, 0 to 15.
  public var c16: UInt8

  /// Creates a colour; the indices that are left out are the nearest ones.
  public init(_ rgb: RGB, c256: UInt8? = nil, c16: UInt8? = nil) {
    self.rgb = rgb
    self.c256 = c256 ?? rgb.nearest256
    self.c16 = min(c16 ?? rgb.nearest16, 15)
  }
}
