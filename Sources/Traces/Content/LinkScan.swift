import Domain

/// A URL in a text.
struct Link: Hashable, Sendable {
  /// The URL, cut at ``LinkScan/lengthLimit``.
  var text: String
  /// What stands between `://` and the path.
  var authority: String
  /// The path with everything after it, from the `/` or `?` on.
  var rest: String

  /// The hosts that it may lead to; more than one where two programs may read it differently.
  var hosts: [HostName] { HostName.hosts(ofAuthority: authority) }
}

/// Finds URLs, e-mail addresses and absolute paths in texts of any kind.
enum LinkScan {
  static let limit = 32
  static let lengthLimit = 2_048
  static let byteLimit = 65_536

  /// The URLs of a text, in order.
  static func links(in text: String) -> [Link] {
    let bytes = Array(text.utf8.prefix(byteLimit))
    var links: [Link] = []
    var index = 0
    while index + 3 < bytes.count, links.count < limit {
      guard bytes[index] == 0x3A, bytes[index + 1] == 0x2F, bytes[index + 2] == 0x2F else {
        index += 1
        continue
      }
      var start = index
      while start > 0, index - start < 12, isScheme(bytes[start - 1]) { start -= 1 }
      var end = index + 3
      // An IPv6 address stands in brackets, which else end a URL.
      if end < bytes.count, bytes[end] == 0x5B,
        let close = bytes[end...].prefix(64).firstIndex(of: 0x5D),
        bytes[(end + 1)..<close].allSatisfy({ isLetterOrDigit($0) || $0 == 0x3A || $0 == 0x2E || $0 == 0x25 })
      {
        end = close + 1
      }
      while end < bytes.count, end - start < lengthLimit, !endsURL(bytes[end]) { end += 1 }
      while end > index + 3, [0x2E, 0x2C, 0x3B, 0x21].contains(bytes[end - 1]) { end -= 1 }
      let pathStart = bytes[(index + 3)..<end].firstIndex { [0x2F, 0x3F, 0x23].contains($0) } ?? end
      if start < index, pathStart > index + 3 {
        links.append(
          Link(
            text: String(decoding: bytes[start..<end], as: UTF8.self),
            authority: String(decoding: bytes[(index + 3)..<pathStart], as: UTF8.self),
            rest: String(decoding: bytes[pathStart..<end], as: UTF8.self)))
      }
      index = max(end, index + 3)
    }
    return links
  }

  /// The e-mail addresses of a text, in order.
  static func addresses(in text: String) -> [(user: String, host: String)] {
    let bytes = Array(text.utf8.prefix(byteLimit))
    var addresses: [(user: String, host: String)] = []
    for index in bytes.indices where bytes[index] == 0x40 && addresses.count < limit {
      var start = index
      while start > 0, index - start < 64, isName(bytes[start - 1]) || bytes[start - 1] == 0x2B { start -= 1 }
      var end = index + 1
      while end < bytes.count, end - index < 254, isName(bytes[end]) { end += 1 }
      while end > index + 1, bytes[end - 1] == 0x2E { end -= 1 }
      let host = bytes[(index + 1)..<end]
      guard start < index, host.contains(0x2E) else { continue }
      addresses.append(
        (String(decoding: bytes[start..<index], as: UTF8.self), String(decoding: host, as: UTF8.self)))
    }
    return addresses
  }

  /// Hashes of what an instruction could point to: URLs, their hosts, e-mail addresses, and paths of two parts or more.
  static func tokens(in text: String, limit: Int) -> [UInt32] {
    var tokens: [UInt32] = []
    func add(_ token: String) {
      guard tokens.count < limit else { return }
      let hash = UInt32(truncatingIfNeeded: ContentHash.of(token.lowercased()))
      if !tokens.contains(hash) { tokens.append(hash) }
    }
    for link in links(in: text) {
      add("url " + link.text)
      for host in link.hosts { add("host " + host.description) }
    }
    for address in addresses(in: text) { add("mail " + address.user + "@" + address.host) }
    for path in paths(in: text) { add("path " + path) }
    return tokens
  }

  private static func paths(in text: String) -> [String] {
    let bytes = Array(text.utf8.prefix(byteLimit))
    var paths: [String] = []
    var index = 0
    while index < bytes.count, paths.count < limit {
      let byte = bytes[index]
      let isStart = byte == 0x2F || (byte == 0x7E && index + 1 < bytes.count && bytes[index + 1] == 0x2F)
      guard isStart, index == 0 || startsPath(after: bytes[index - 1]) else {
        index += 1
        continue
      }
      var end = index + 1
      while end < bytes.count, end - index < 256, isName(bytes[end]) || bytes[end] == 0x2F { end += 1 }
      while end > index, [0x2E, 0x2F].contains(bytes[end - 1]) { end -= 1 }
      if bytes[index..<end].count(where: { $0 == 0x2F }) >= 2 || byte == 0x7E, end - index > 4 {
        paths.append(String(decoding: bytes[index..<end], as: UTF8.self))
      }
      index = max(end, index + 1)
    }
    return paths
  }

  private static func isScheme(_ byte: UInt8) -> Bool {
    isLetterOrDigit(byte) || byte == 0x2B || byte == 0x2D || byte == 0x2E
  }

  private static func isName(_ byte: UInt8) -> Bool {
    isLetterOrDigit(byte) || byte == 0x2D || byte == 0x2E || byte == 0x5F || byte >= 0x80
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: false
    }
  }

  private static func startsPath(after byte: UInt8) -> Bool {
    byte <= 0x20 || "\"'`(<>=,;[{".utf8.contains(byte)
  }

  private static func endsURL(_ byte: UInt8) -> Bool {
    byte <= 0x20 || "\"'`<>|)]}".utf8.contains(byte)
  }
}
