import Domain

/// Reads what is there of a JSON document that was cut off: the members that are whole, and the last text as far as it goes.
///
/// Emitters and Leeway itself cut long arguments; where a call writes to stands before what it writes, as a rule.
enum CutDocument {
  private static let depthLimit = 128

  /// The document closed where it was cut; nil where that makes none.
  static func read(_ text: String) -> JSON? {
    let bytes = Array(text.utf8)
    guard bytes.first == 0x7B || bytes.first == 0x5B else { return nil }
    // What closes each open bracket, and where the text could be cut after a whole member.
    var closers: [UInt8] = []
    var whole: (end: Int, closers: [UInt8])?
    var isInString = false
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if isInString {
        if byte == 0x5C {
          index += 1
        } else if byte == 0x22 {
          isInString = false
        }
      } else {
        switch byte {
        case 0x22: isInString = true
        case 0x7B, 0x5B:
          guard closers.count < depthLimit else { return nil }
          closers.append(byte == 0x7B ? 0x7D : 0x5D)
        case 0x7D, 0x5D: if closers.popLast() != byte { return nil }
        case 0x2C: whole = (index, closers)
        default: break
        }
      }
      index += 1
    }
    guard !closers.isEmpty else { return nil }
    if isInString {
      var end = bytes.count
      // An escape that was cut in the middle: `\`, or `\u` with fewer than four digits.
      for back in 1...min(6, max(1, end)) where end >= back && bytes[end - back] == 0x5C {
        end -= back
        break
      }
      while end > 0, bytes[end - 1] & 0xC0 == 0x80 || bytes[end - 1] >= 0xC0 { end -= 1 }
      if let document = try? JSON(parsing: bytes[..<end] + [0x22] + closers.reversed()) { return document }
    } else if let document = try? JSON(parsing: bytes + closers.reversed()) {
      return document
    }
    return whole.flatMap { try? JSON(parsing: bytes[..<$0.end] + $0.closers.reversed()) }
  }
}
