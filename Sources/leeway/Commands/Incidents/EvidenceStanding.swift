import Assurance
import Incidents
import Tailing

/// What became of a line that an incident rests on: it is read again, and its hash compared.
struct EvidenceStanding {
  /// Where the line is now.
  enum Kind: String {
    /// Where it was.
    case intact
    /// In a rotated file beside the one where it was.
    case moved
    /// In the store, since somebody holds it.
    case held
    /// Something else stands in its place.
    case changed
    /// Neither the file nor a copy is there.
    case gone
  }

  let kind: Kind
  /// The file that it stands in now.
  let path: String?
  /// The line, where it is as it was.
  let bytes: [UInt8]?

  /// Whether the line can be shown as it was.
  var isThere: Bool { bytes != nil }
  /// The line as text.
  var text: String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

  /// Rotated files beside the one that was named.
  private static let siblingLimit = 64
  private static let longest = 32 << 20

  /// Looks for a line.
  ///
  /// - Parameter held: a copy that was kept.
  init(of line: EvidenceLine, held: [UInt8]? = nil) {
    let own = Self.read(line, from: line.file)
    if let bytes = own.bytes {
      (kind, path, self.bytes) = (.intact, line.file, bytes)
      return
    }
    let parts = line.file.split(separator: "/", omittingEmptySubsequences: false)
    let (folder, name) = (parts.dropLast().joined(separator: "/"), parts.last.map(String.init) ?? "")
    let siblings = (try? InputFile.names(in: folder.isEmpty ? "/" : folder)) ?? []
    let stem = name.split(separator: ".").first.map(String.init) ?? name
    for sibling in siblings.lazy.filter({ $0 != name && $0.hasPrefix(stem) }).prefix(Self.siblingLimit) {
      let path = "\(folder)/\(sibling)"
      if let bytes = Self.read(line, from: path).bytes {
        (kind, self.path, self.bytes) = (.moved, path, bytes)
        return
      }
    }
    if let held, Digest256.sha256(held).hex == line.hash {
      (kind, path, bytes) = (.held, nil, held)
    } else {
      (kind, path, bytes) = (own.isThere ? .changed : .gone, nil, nil)
    }
  }

  private static func read(_ line: EvidenceLine, from path: String) -> (isThere: Bool, bytes: [UInt8]?) {
    guard line.offset >= 0, line.length >= 0, line.length <= longest, line.offset <= Int64.max - Int64(line.length),
      let bytes = FilePart.read(TailPath(path), line.offset..<(line.offset + Int64(line.length)))
    else { return (false, nil) }
    guard bytes.count == line.length else { return (!bytes.isEmpty, nil) }
    return (true, Digest256.sha256(bytes).hex == line.hash ? bytes : nil)
  }
}
