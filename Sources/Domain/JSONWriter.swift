extension JSON {
  /// The document on one line without spaces, object members in their own order.
  public var text: String { String(decoding: bytes(sorted: false), as: UTF8.self) }

  /// The canonical form of RFC 8785 (JCS) for documents with ASCII names and without fractions: names sorted, no
  /// spaces, the shortest escapes, no escaped slash.
  public var canonical: String { String(decoding: canonicalBytes, as: UTF8.self) }

  /// The bytes of ``canonical``.
  public var canonicalBytes: [UInt8] { bytes(sorted: true) }

  private func bytes(sorted: Bool) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(256)
    write(into: &output, sorted: sorted)
    return output
  }

  /// Appends the document's text to `output`.
  public func write(into output: inout [UInt8], sorted: Bool = false) {
    switch self {
    case .null: output.append(contentsOf: "null".utf8)
    case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
    case .integer(let value): output.append(contentsOf: String(value).utf8)
    case .number(let value): output.append(contentsOf: JSON.text(of: value).utf8)
    case .string(let value): JSON.write(string: value, into: &output)
    case .array(let elements):
      output.append(0x5B)
      for (index, element) in elements.enumerated() {
        if index > 0 { output.append(0x2C) }
        element.write(into: &output, sorted: sorted)
      }
      output.append(0x5D)
    case .object(let object):
      let members =
        sorted && !JSON.isSorted(object.members)
        ? object.members.sorted { JSON.precedes($0.name, $1.name) } : object.members
      output.append(0x7B)
      for (index, member) in members.enumerated() {
        if index > 0 { output.append(0x2C) }
        JSON.write(string: member.name, into: &output)
        output.append(0x3A)
        member.value.write(into: &output, sorted: sorted)
      }
      output.append(0x7D)
    }
  }

  private static func text(of value: Double) -> String {
    if !value.isFinite { return "null" }
    if value == value.rounded(), abs(value) < 9_007_199_254_740_992 { return String(Int64(value)) }
    return value.description
  }

  private static func isSorted(_ members: [(name: String, value: JSON)]) -> Bool {
    for index in members.indices.dropFirst() where !precedes(members[index - 1].name, members[index].name) {
      return false
    }
    return true
  }

  /// Whether a name comes before another in the order of their UTF-16 code units, which is that of RFC 8785. The order of
  /// UTF-8 differs from it only between U+E000…U+FFFF and what lies beyond, which UTF-16 writes with surrogates.
  static func precedes(_ one: String, _ other: String) -> Bool {
    var rest = other.utf8.makeIterator()
    for byte in one.utf8 {
      guard let against = rest.next() else { return false }
      if byte == against { continue }
      let (isBeyond, isOtherBeyond) = (byte >= 0xF0, against >= 0xF0)
      if isBeyond != isOtherBeyond, min(byte, against) >= 0xEE { return isBeyond }
      return byte < against
    }
    return rest.next() != nil
  }

  private static func write(string: String, into output: inout [UInt8]) {
    output.append(0x22)
    var string = string
    string.withUTF8 { bytes in
      var start = 0
      for index in bytes.indices {
        let byte = bytes[index]
        guard byte < 0x20 || byte == 0x22 || byte == 0x5C else { continue }
        output.append(contentsOf: bytes[start..<index])
        write(escaped: byte, into: &output)
        start = index + 1
      }
      output.append(contentsOf: bytes[start...])
    }
    output.append(0x22)
  }

  private static func write(escaped byte: UInt8, into output: inout [UInt8]) {
    let hex: StaticString = "0123456789abcdef"
    output.append(0x5C)
    switch byte {
    case 0x22, 0x5C: output.append(byte)
    case 0x08: output.append(0x62)
    case 0x09: output.append(0x74)
    case 0x0A: output.append(0x6E)
    case 0x0C: output.append(0x66)
    case 0x0D: output.append(0x72)
    default:
      output.append(contentsOf: "u00".utf8)
      output.append(hex.utf8Start[Int(byte >> 4)])
      output.append(hex.utf8Start[Int(byte & 15)])
    }
  }
}
