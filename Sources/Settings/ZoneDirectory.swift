import Domain
import Glibc

/// The time zones of this system.
enum ZoneDirectory {
  private static let directories = ["/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo"]
  private static let sizeLimit = 1 << 18

  /// The rules of a zone by its name, or of a fixed offset; nil where there is none.
  static func rules(named name: String) -> ZoneRules? {
    if let fixed = ZoneRules(fixed: name) { return fixed }
    let isName =
      name.utf8.count <= 64 && !name.contains("..") && !name.hasPrefix("/")
      && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_+-/".contains($0)) }
    guard isName, !name.isEmpty else { return nil }
    let own = getenv("TZDIR").map { [String(cString: $0)] } ?? []
    for directory in own + directories {
      if let bytes = read(directory + "/" + name), let rules = ZoneRules(name: name, tzif: bytes) { return rules }
    }
    return nil
  }

  private static func read(_ path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var information = stat()
    guard fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFREG,
      information.st_size <= sizeLimit
    else { return nil }
    var bytes = [UInt8](repeating: 0, count: Int(information.st_size))
    var length = 0
    while length < bytes.count {
      let wanted = bytes.count - length
      let count = bytes.withUnsafeMutableBytes { buffer in
        Glibc.read(descriptor, buffer.baseAddress?.advanced(by: length), wanted)
      }
      guard count > 0 else { return nil }
      length += count
    }
    return bytes
  }
}
