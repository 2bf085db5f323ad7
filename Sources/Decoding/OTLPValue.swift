import Domain

/// The value encodings of OTLP in JSON, with the variants that exporters write.
enum OTLPValue {
  /// The longest text that is kept of one attribute, in bytes.
  static let textLimit = 65_536

  /// A member by its name in lower camel case, else in snake case.
  static func member(_ json: JSON, _ name: String, _ snake: String) -> JSON? { json[name] ?? json[snake] }

  /// The elements of a member that is a list; nil where there is none.
  static func list(_ json: JSON, _ name: String, _ snake: String) -> [JSON]? { member(json, name, snake)?.array }

  /// A 64-bit integer, written as text or as a number; whole numbers never pass through a `Double`.
  static func integer(_ json: JSON?) -> Int64? {
    switch json {
    case .string(let text): Int64(text)
    case .integer(let value): value
    case .number(let value): Int64(exactly: value)
    default: nil
    }
  }

  /// A time in nanoseconds; absent and zero are none.
  static func time(_ json: JSON?) -> Timestamp? {
    guard let nanoseconds = integer(json), nanoseconds > 0 else { return nil }
    return Timestamp(nanoseconds: nanoseconds)
  }

  /// An identifier of so many bytes in lower-case hexadecimal, from hexadecimal or base64 text; empty ones and those
  /// of zeros only are none.
  static func identifier(_ json: JSON?, bytes count: Int) -> String? {
    guard case .string(let text)? = json, text.utf8.count <= 64, !text.isEmpty else { return nil }
    let characters = Array(text.utf8)
    var hexadecimal: [UInt8]?
    if characters.count == count * 2 {
      hexadecimal = lowerHexadecimal(characters)
    } else if let decoded = base64(characters), decoded.count == count {
      let digits: StaticString = "0123456789abcdef"
      hexadecimal = decoded.flatMap { [digits.utf8Start[Int($0 >> 4)], digits.utf8Start[Int($0 & 15)]] }
    }
    guard let hexadecimal, hexadecimal.contains(where: { $0 != 0x30 }) else { return nil }
    return String(decoding: hexadecimal, as: UTF8.self)
  }

  private static func lowerHexadecimal(_ characters: [UInt8]) -> [UInt8]? {
    var digits = characters
    for (index, character) in characters.enumerated() {
      switch character {
      case 0x30...0x39, 0x61...0x66: continue
      case 0x41...0x46: digits[index] = character | 0x20
      default: return nil
      }
    }
    return digits
  }

  private static func base64(_ characters: [UInt8]) -> [UInt8]? {
    var output: [UInt8] = []
    var bits: UInt32 = 0
    var width = 0
    var padding = 0
    for character in characters {
      let value: UInt8
      switch character {
      case 0x41...0x5A: value = character - 0x41
      case 0x61...0x7A: value = character - 0x47
      case 0x30...0x39: value = character + 4
      case 0x2B, 0x2D: value = 62
      case 0x2F, 0x5F: value = 63
      case 0x3D:
        padding += 1
        continue
      default: return nil
      }
      guard padding == 0 else { return nil }
      bits = (bits << 6 | UInt32(value)) & 0xFF_FFFF
      width += 6
      if width >= 8 {
        width -= 8
        output.append(UInt8(truncatingIfNeeded: bits >> UInt32(width)))
      }
    }
    return padding <= 2 ? output : nil
  }

  /// An attribute's value as the JSON that it stands for.
  static func plain(_ value: JSON?) -> JSON {
    guard case .object(let object)? = value, let member = object.members.last else { return .null }
    switch member.name {
    case "stringValue", "string_value", "bytesValue", "bytes_value", "boolValue", "bool_value": return member.value
    case "intValue", "int_value": return integer(member.value).map(JSON.integer) ?? .null
    case "doubleValue", "double_value":
      if case .string(let text) = member.value { return Double(text).map(JSON.number) ?? .null }
      return member.value
    case "arrayValue", "array_value": return .array((member.value["values"]?.array ?? []).map { plain($0) })
    case "kvlistValue", "kvlist_value":
      return .object(
        JSONObject(
          (member.value["values"]?.array ?? []).compactMap { entry in
            entry["key"]?.string.map { (name: $0, value: plain(entry["value"])) }
          }))
    default: return .null
    }
  }

  /// The text cut to the limit, at the end of a character.
  static func cut(_ text: String) -> String {
    guard text.utf8.count > textLimit else { return text }
    var prefix = Array(text.utf8.prefix(textLimit))
    // A character that the cut went through would show as a replacement mark.
    var tail = 0
    while let last = prefix.last, last & 0xC0 == 0x80, tail < 3 {
      prefix.removeLast()
      tail += 1
    }
    if let lead = prefix.last, lead >= 0xC0 { prefix.removeLast() }
    return String(decoding: prefix, as: UTF8.self)
  }
}
