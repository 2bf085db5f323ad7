/// A path as the kernel knows it: bytes, not necessarily UTF-8.
///
/// Paths are compared and stored as bytes, so that a name with any bytes in it can be opened again; ``description``
/// is for people.
public struct TailPath: Hashable, Comparable, Sendable {
  /// The bytes, without a terminating NUL.
  public let bytes: [UInt8]

  /// Creates a path from bytes; they end before the first NUL, which no path holds.
  public init(bytes: some Sequence<UInt8>) {
    self.bytes = Array(bytes.prefix { $0 != 0 })
  }

  /// Creates a path from text.
  public init(_ text: String) {
    self.init(bytes: text.utf8)
  }

  /// The entry of a directory.
  init(directory: TailPath, name: some Sequence<UInt8>) {
    var bytes = directory.bytes
    if !bytes.isEmpty, bytes.last != UInt8(ascii: "/") { bytes.append(UInt8(ascii: "/")) }
    bytes.append(contentsOf: name)
    self.init(bytes: bytes)
  }

  /// What follows the last slash.
  var name: [UInt8] {
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return bytes }
    return Array(bytes[(slash + 1)...])
  }

  /// What comes before the last slash; `/` for an entry of the root, empty for a bare name.
  var directory: TailPath {
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return TailPath(bytes: []) }
    return TailPath(bytes: slash == 0 ? bytes[...0] : bytes[..<slash])
  }

  /// Calls with the path as C wants it; an empty path is the current directory.
  func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    var terminated = bytes.isEmpty ? [UInt8(ascii: ".")] : bytes
    terminated.append(0)
    return terminated.withUnsafeBytes { buffer in
      buffer.withMemoryRebound(to: CChar.self) { characters in
        guard let start = characters.baseAddress else { return "".withCString(body) }
        return body(start)
      }
    }
  }

  /// Orders paths by their bytes.
  public static func < (left: TailPath, right: TailPath) -> Bool { left.bytes.lexicographicallyPrecedes(right.bytes) }
}

extension TailPath: CustomStringConvertible {
  /// The path as text: control characters, backslashes and what is not UTF-8 are written `\xNN`.
  public var description: String {
    var text = ""
    var rest = bytes[...]
    func escape(_ byte: UInt8) -> String { "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16) }
    while let first = rest.first {
      let length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
      let piece = rest.prefix(length)
      if let decoded = String(validating: piece, as: UTF8.self), let scalar = decoded.unicodeScalars.first,
        decoded.unicodeScalars.count == 1, scalar.value >= 0x20, !(0x7F...0x9F).contains(scalar.value), first != 0x5C
      {
        text += decoded
        rest = rest.dropFirst(length)
      } else {
        text += escape(first)
        rest = rest.dropFirst()
      }
    }
    return text
  }
}
