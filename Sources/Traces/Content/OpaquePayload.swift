/// Recognises data that is carried out in the query or path of a URL.
enum OpaquePayload {
  static let minimum = 24

  /// Whether some part of a URL's path or query is base64 or hexadecimal that spells readable text. Signatures and
  /// hashes do not: their bytes are anything.
  static func isCarried(in rest: String) -> Bool {
    let separators = Set("/?&=#:;,.".utf8)
    var start: Int?
    let bytes = Array(rest.utf8.prefix(LinkScan.lengthLimit))
    for index in 0...bytes.count {
      // The padding of base64 is the sign between a query's name and value too, so it only ever ends a part.
      if index < bytes.count, !separators.contains(bytes[index]) {
        if start == nil { start = index }
      } else if let first = start {
        start = nil
        let part = Array(bytes[first..<index])
        if part.count >= minimum, isReadable(hexadecimal(part)) || isReadable(base64(part)) { return true }
      }
    }
    return false
  }

  private static func isReadable(_ bytes: [UInt8]?) -> Bool {
    guard let bytes, bytes.count >= 12 else { return false }
    return bytes.allSatisfy { ($0 >= 0x20 && $0 < 0x7F) || $0 == 0x0A || $0 == 0x09 || $0 == 0x0D }
  }

  private static func hexadecimal(_ part: [UInt8]) -> [UInt8]? {
    guard part.count % 2 == 0 else { return nil }
    var output: [UInt8] = []
    for index in stride(from: 0, to: part.count, by: 2) {
      guard let high = NormalPath.hexadecimal(part[index]), let low = NormalPath.hexadecimal(part[index + 1]) else {
        return nil
      }
      output.append(high << 4 | low)
    }
    return output
  }

  private static func base64(_ part: [UInt8]) -> [UInt8]? {
    var output: [UInt8] = []
    var bits: UInt32 = 0
    var width = 0
    for byte in part {
      let value: UInt8
      switch byte {
      case 0x41...0x5A: value = byte - 0x41
      case 0x61...0x7A: value = byte - 0x47
      case 0x30...0x39: value = byte + 4
      case 0x2B, 0x2D: value = 62
      case 0x2F, 0x5F: value = 63
      default: return nil
      }
      bits = (bits << 6 | UInt32(value)) & 0xFF_FFFF
      width += 6
      if width >= 8 {
        width -= 8
        output.append(UInt8(truncatingIfNeeded: bits >> UInt32(width)))
      }
    }
    return output
  }
}
