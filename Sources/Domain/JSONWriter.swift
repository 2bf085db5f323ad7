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
        sorted
        ? object.members.sorted { $0.name.utf16.lexicographicallyPrecedes($1.name.utf16) } : object.members
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

  private static func write(string: String, into output: inout [UInt8]) {
    let hex: StaticString = "0123456789abcdef"
    output.append(0x22)
    for byte in string.utf8 {
      switch byte {
      case 0x22: output.append(contentsOf: [0x5C, 0x22])
      case 0x5C: output.append(contentsOf: [0x5C, 0x5C])
      case 0x08: output.append(contentsOf: [0x5C, 0x62])
      case 0x09: output.append(contentsOf: [0x5C, 0x74])
      case 0x0A: output.append(contentsOf: [0x5C, 0x6E])
      case 0x0C: output.append(contentsOf: [0x5C, 0x66])
      case 0x0D: output.append(contentsOf: [0x5C, 0x72])
      case 0..<0x20:
        output.append(contentsOf: "\\u00".utf8)
        output.append(hex.utf8Start[Int(byte >> 4)])
        output.append(hex.utf8Start[Int(byte & 15)])
      default: output.append(byte)
      }
    }
    output.append(0x22)
  }
}
