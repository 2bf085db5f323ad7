/// A host as a policy compares it: lower case, without port, trailing dot and disguise.
///
/// An IPv4 address is one however it is written (decimal, octal, hexadecimal, with fewer parts, or mapped into IPv6),
/// as the URL standard of the WHATWG reads it. Internationalised names are compared as they are written.
public struct HostName: Hashable, Sendable, CustomStringConvertible {
  /// The name or address.
  public let description: String

  /// Takes a host, which may end in a port; nil when nothing is left.
  public init?(_ raw: some StringProtocol) {
    self.init(bytes: Array(raw.utf8.prefix(HostName.byteLimit)))
  }

  /// How much of a host is looked at; names have at most 253 bytes.
  private static let byteLimit = 300

  /// Takes a host as UTF-8.
  private init?(bytes raw: some Collection<UInt8>) {
    var isPlain = true
    var host: [UInt8] = []
    host.reserveCapacity(raw.count)
    for byte in raw.prefix(HostName.byteLimit) {
      if byte >= 0x80 || byte == 0x25 { isPlain = false }
      host.append(byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte)
    }
    if !isPlain { host = HostName.undisguised(host) }
    if host.first == 0x5B {
      guard let close = host.firstIndex(of: 0x5D) else { return nil }
      host = Array(host[1..<close])
    } else if let colon = host.firstIndex(of: 0x3A), host.lastIndex(of: 0x3A) == colon {
      host.removeSubrange(colon...)
    }
    while host.last == 0x2E { host.removeLast() }
    guard let first = host.first else { return nil }
    let text = String(decoding: host, as: UTF8.self)
    if first >= 0x30, first <= 0x39, let address = HostName.address4(text) {
      description = HostName.dotted(address)
    } else if host.contains(0x3A), let groups = HostName.address6(text) {
      let isMapped = groups[..<5].allSatisfy { $0 == 0 } && (groups[5] == 0xFFFF || groups[5] == 0)
      let isShort = groups[6] != 0 || groups[7] > 1
      description =
        isMapped && isShort
        ? HostName.dotted(UInt32(groups[6]) << 16 | UInt32(groups[7]))
        : groups.map { String($0, radix: 16) }.joined(separator: ":")
    } else {
      description = text
    }
  }

  /// Percent escapes and the dots of other scripts read as a resolver reads them, in lower case.
  private static func undisguised(_ host: [UInt8]) -> [UInt8] {
    var text = String(decoding: host, as: UTF8.self).lowercased()
    for dot in ["\u{3002}", "\u{FF0E}", "\u{FF61}"] { text = text.replacing(dot, with: ".") }
    return Array(percentDecoded(text).utf8)
  }

  /// The host of a URL's part between `://` and the path. Two programs may read a disguised one differently: then both
  /// hosts are given.
  static func hosts(ofAuthority authority: some StringProtocol) -> [HostName] {
    let bytes = Array(authority.utf8)
    let whole = HostName(bytes: afterUser(bytes[...]))
    guard let slash = bytes.firstIndex(of: 0x5C) else { return [whole].compactMap(\.self) }
    return [whole, HostName(bytes: afterUser(bytes[..<slash]))].compactMap(\.self)
  }

  /// What stands after the last `@`; one at the end does not count.
  private static func afterUser(_ authority: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var authority = authority
    while authority.last == 0x40 { authority.removeLast() }
    return authority.lastIndex(of: 0x40).map { authority[($0 + 1)...] } ?? authority
  }

  /// Whether it is this machine, a private network, or a name that only a local network knows.
  var isLocal: Bool {
    if !description.contains("."), !description.contains(":") { return true }
    if description == "0:0:0:0:0:0:0:1" { return true }
    if let address = HostName.address4(description) {
      let (first, second) = (address >> 24, address >> 16 & 0xFF)
      return first == 127 || first == 10 || address == 0 || (first == 192 && second == 168)
        || (first == 172 && second >= 16 && second < 32)
    }
    return [".internal", ".local", ".localhost", ".lan", ".home.arpa"].contains { description.hasSuffix($0) }
  }

  private static func dotted(_ address: UInt32) -> String {
    [24, 16, 8, 0].map { String(address >> UInt32($0) & 0xFF) }.joined(separator: ".")
  }

  /// An IPv4 address in any of its spellings; nil when the text is none.
  static func address4(_ text: String) -> UInt32? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...4).contains(parts.count) else { return nil }
    var numbers: [UInt64] = []
    for part in parts {
      guard let number = number(part) else { return nil }
      numbers.append(number)
    }
    guard let last = numbers.popLast(), numbers.allSatisfy({ $0 <= 255 }) else { return nil }
    guard last < UInt64(1) << UInt64(8 * (4 - numbers.count)) else { return nil }
    var address = last
    for (index, number) in numbers.enumerated() { address += number << UInt64(8 * (3 - index)) }
    return UInt32(truncatingIfNeeded: address)
  }

  private static func number(_ part: Substring) -> UInt64? {
    if part.hasPrefix("0x") { return part.count == 2 ? 0 : UInt64(part.dropFirst(2), radix: 16) }
    guard let first = part.utf8.first, first >= 0x30, first <= 0x39 else { return nil }
    return first == 0x30 && part.utf8.count > 1 ? UInt64(part, radix: 8) : UInt64(part)
  }

  private static func address6(_ text: String) -> [UInt16]? {
    let address = text.split(separator: "%", omittingEmptySubsequences: false).first ?? ""
    let gap = address.ranges(of: "::")
    guard gap.count <= 1 else { return nil }
    func groups(_ part: Substring) -> [UInt16]? {
      var groups: [UInt16] = []
      for piece in part.split(separator: ":") {
        if piece.contains("."), let last = address4(String(piece)) {
          groups += [UInt16(last >> 16), UInt16(last & 0xFFFF)]
        } else if let group = UInt16(piece, radix: 16) {
          groups.append(group)
        } else {
          return nil
        }
      }
      return groups
    }
    guard let range = gap.first else {
      let all = groups(address)
      return all?.count == 8 ? all : nil
    }
    guard let before = groups(address[..<range.lowerBound]), let after = groups(address[range.upperBound...]),
      before.count + after.count < 8
    else { return nil }
    return before + [UInt16](repeating: 0, count: 8 - before.count - after.count) + after
  }

  private static func percentDecoded(_ text: String) -> String {
    guard text.utf8.contains(0x25) else { return text }
    let bytes = Array(text.utf8)
    var output: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == 0x25, index + 2 < bytes.count, let high = NormalPath.hexadecimal(bytes[index + 1]),
        let low = NormalPath.hexadecimal(bytes[index + 2])
      {
        output.append(high << 4 | low)
        index += 3
      } else {
        output.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: output, as: UTF8.self).lowercased()
  }
}

/// A host, or every host below a domain, that an agent may send to.
public struct HostPattern: Hashable, Sendable {
  /// The pattern as it is written.
  public let text: String
  private let host: String
  private let isBelow: Bool

  /// Creates a pattern: a host, `*.domain` for the hosts below a domain, or `*` for all. Nil when it is none of them.
  public init?(_ text: String) {
    self.text = text
    if text == "*" {
      host = ""
      isBelow = true
    } else {
      isBelow = text.hasPrefix("*.")
      guard !text.contains(where: { "/@?# ".contains($0) }), !text.dropFirst().contains("*"),
        let name = HostName(isBelow ? text.dropFirst(2) : text[...]), !name.description.contains("*")
      else { return nil }
      host = name.description
    }
  }

  /// Whether the host is meant. A wildcard stands for whole labels: `*.good.com` is not `evil-good.com`.
  func matches(_ name: HostName) -> Bool {
    guard isBelow else { return name.description == host }
    return host.isEmpty || name.description.hasSuffix("." + host)
  }
}
