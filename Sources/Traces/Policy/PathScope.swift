/// A path as a policy compares it: without `.`, `..`, doubled slashes, percent escapes and `file://`.
///
/// Only the text is looked at: what a symbolic link points to is not known to a trace.
struct NormalPath: Hashable, Sendable {
  /// Where the path begins.
  enum Base: Hashable, Sendable {
    case root
    /// The home directory of the agent's user, or of the one that is named.
    case home(String)
    /// The directory that the agent works in, which a trace does not tell.
    case working
  }

  static let byteLimit = 4_096

  var base: Base
  var components: [String]
  /// Whether `..` leaves the directory that it begins in, or a NUL byte is in it.
  var escapes: Bool

  init(_ raw: String) {
    var bytes = Array(raw.utf8.prefix(NormalPath.byteLimit))
    // Escapes may be escaped again; what is left after three rounds is taken as it stands.
    for _ in 0..<3 {
      guard let decoded = NormalPath.decoded(bytes) else { break }
      bytes = decoded
    }
    var text = String(decoding: bytes, as: UTF8.self).replacing("\\", with: "/")
    while let last = text.unicodeScalars.last, last.value <= 0x20 { text.unicodeScalars.removeLast() }
    while let first = text.unicodeScalars.first, first.value <= 0x20 { text.unicodeScalars.removeFirst() }
    if text.lowercased().hasPrefix("file:") {
      text.removeFirst(5)
      if text.hasPrefix("//") {
        text.removeFirst(2)
        text = text.firstIndex(of: "/").map { String(text[$0...]) } ?? "/" + text
      }
    }
    for name in ["$HOME", "${HOME}"] where text.hasPrefix(name) {
      text = "~" + text.dropFirst(name.count)
    }
    escapes = text.utf8.contains(0)
    base = .working
    components = []
    var parts = text.split(separator: "/", omittingEmptySubsequences: true)[...]
    if text.hasPrefix("/") {
      base = .root
    } else if let first = parts.first, first.hasPrefix("~") {
      base = .home(String(first))
      parts = parts.dropFirst()
    }
    for part in parts where part != "." {
      if part != ".." {
        components.append(String(part))
      } else if components.popLast() == nil, base != .root {
        escapes = true
      }
    }
  }

  /// The path for people.
  var text: String {
    let joined = components.joined(separator: "/")
    switch base {
    case .root: return "/" + joined
    case .home(let name): return joined.isEmpty ? name : name + "/" + joined
    case .working: return (escapes ? "../" : "") + joined
    }
  }

  /// With every `%41` as the byte that it stands for; nil when there is none.
  private static func decoded(_ bytes: [UInt8]) -> [UInt8]? {
    guard bytes.contains(0x25) else { return nil }
    var output: [UInt8] = []
    var index = 0
    var changed = false
    while index < bytes.count {
      if bytes[index] == 0x25, index + 2 < bytes.count, let high = hexadecimal(bytes[index + 1]),
        let low = hexadecimal(bytes[index + 2])
      {
        output.append(high << 4 | low)
        index += 3
        changed = true
      } else {
        output.append(bytes[index])
        index += 1
      }
    }
    return changed ? output : nil
  }

  static func hexadecimal(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
  }
}

/// A directory or file that an agent may write to, with everything below it.
public struct PathScope: Hashable, Sendable {
  /// The scope as it is written.
  public let text: String
  let path: NormalPath

  /// Creates a scope; a `*` as its last part stands for everything below.
  public init(_ text: String) {
    self.text = text
    var path = NormalPath(text)
    if path.components.last == "*" || path.components.last == "**" { path.components.removeLast() }
    self.path = path
  }

  /// Whether the path is the scope or lies below it. A relative path lies in the directory that the agent works in,
  /// which is taken to be a scope unless the path leaves it.
  func contains(_ other: NormalPath) -> Bool {
    if other.escapes { return false }
    if other.base == .working, path.base != .working { return true }
    return other.base == path.base && other.components.starts(with: path.components)
  }
}
