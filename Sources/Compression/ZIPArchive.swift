/// Why a member of an archive cannot be read.
public enum ZIPError: Error, Hashable, Sendable, CustomStringConvertible {
  /// No archive, or one whose directory is damaged.
  case notAnArchive
  /// The member's place lies outside of the archive, or its header is damaged.
  case damagedMember(String)
  /// The member is compressed in a way that is not read.
  case method(String, Int)
  /// The member is encrypted.
  case encrypted(String)
  /// The member would grow beyond the limit, or beyond any honest ratio.
  case tooLarge(String, Int)
  /// The bytes are not those that the archive promises.
  case checksum(String)

  /// What is wrong, for people.
  public var description: String {
    switch self {
    case .notAnArchive: "no ZIP archive, or its directory is damaged"
    case .damagedMember(let name): "\(name): its place in the archive is damaged"
    case .method(let name, 93): "\(name): compressed with zstd (method 93), which is not read: write it with deflate"
    case .method(let name, let method): "\(name): compressed with method \(method), which is not read"
    case .encrypted(let name): "\(name): encrypted"
    case .tooLarge(let name, let limit): "\(name): grows beyond \(limit >> 20) MiB or beyond a ratio of 1000"
    case .checksum(let name): "\(name): its checksum does not match"
    }
  }
}

/// A ZIP archive in memory: its members, and their bytes, bounded in number, size and ratio.
///
/// Source: PKWARE's APPNOTE 6.3.10. Read are the methods stored and deflate, archives beyond 4 GiB (ZIP64) and, where
/// the directory at the end is missing because the archive is still being written, the members' own headers.
public struct ZIPArchive: Sendable {
  /// A member of the archive.
  public struct Member: Hashable, Sendable {
    /// Its name, cut to 1024 bytes.
    public var name: String
    /// Bytes in the archive.
    public var compressedSize: Int
    /// Bytes that it says it grows to.
    public var size: Int
    var method: Int
    var flags: Int
    var crc: UInt32
    var headerOffset: Int
    /// Whether sizes and checksum are only known after the data.
    var isStreamed: Bool
  }

  /// Members beyond this many are left out.
  public static let memberLimit = 100_000
  /// No member grows beyond this ratio: deflate reaches 1032 with nothing but zeros.
  public static let ratioLimit = 1_000

  /// The members, in the order of the directory.
  public let members: [Member]
  /// Whether the directory at the end was missing, so that members may be too.
  public let isIncomplete: Bool
  private let bytes: [UInt8]

  /// Reads the directory of an archive.
  public init(_ bytes: [UInt8]) throws(ZIPError) {
    self.bytes = bytes
    if let members = ZIPArchive.directory(bytes) {
      self.members = members
      isIncomplete = false
    } else {
      members = ZIPArchive.localMembers(bytes)
      isIncomplete = true
      guard !members.isEmpty else { throw .notAnArchive }
    }
  }

  private static func integer(_ bytes: [UInt8], _ offset: Int, _ width: Int) -> Int? {
    guard offset >= 0, offset <= bytes.count - width else { return nil }
    var value: UInt64 = 0
    for index in 0..<width { value |= UInt64(bytes[offset + index]) << UInt64(8 * index) }
    return Int(exactly: value)
  }

  private static func isSignature(_ bytes: [UInt8], _ offset: Int, _ signature: Int) -> Bool {
    integer(bytes, offset, 4) == signature
  }

  /// The members by the central directory; nil where there is none that holds together.
  private static func directory(_ bytes: [UInt8]) -> [Member]? {
    guard bytes.count >= 22 else { return nil }
    let earliest = max(0, bytes.count - 22 - 65_535)
    var end = bytes.count - 22
    while end >= earliest, !isSignature(bytes, end, 0x0605_4B50) { end -= 1 }
    guard end >= earliest, var count = integer(bytes, end + 10, 2), var offset = integer(bytes, end + 16, 4) else {
      return nil
    }
    if count == 0xFFFF || offset == 0xFFFF_FFFF, isSignature(bytes, end - 20, 0x0706_4B50),
      let record = integer(bytes, end - 12, 8), isSignature(bytes, record, 0x0606_4B50),
      let longCount = integer(bytes, record + 32, 8), let longOffset = integer(bytes, record + 48, 8)
    {
      count = longCount
      offset = longOffset
    }
    var members: [Member] = []
    for _ in 0..<min(count, memberLimit) {
      guard isSignature(bytes, offset, 0x0201_4B50), let flags = integer(bytes, offset + 8, 2),
        let method = integer(bytes, offset + 10, 2), let crc = integer(bytes, offset + 16, 4),
        var compressed = integer(bytes, offset + 20, 4), var size = integer(bytes, offset + 24, 4),
        let nameLength = integer(bytes, offset + 28, 2), let extraLength = integer(bytes, offset + 30, 2),
        let commentLength = integer(bytes, offset + 32, 2), var header = integer(bytes, offset + 42, 4),
        offset + 46 + nameLength + extraLength + commentLength <= bytes.count
      else { return nil }
      let extra = offset + 46 + nameLength
      var place = extra
      while place + 4 <= extra + extraLength, let tag = integer(bytes, place, 2),
        let length = integer(bytes, place + 2, 2)
      {
        if tag == 1 {
          var field = place + 4
          for (is32, set) in [
            (size == 0xFFFF_FFFF, 0), (compressed == 0xFFFF_FFFF, 1), (header == 0xFFFF_FFFF, 2),
          ] where is32 {
            guard let value = integer(bytes, field, 8) else { return nil }
            switch set {
            case 0: size = value
            case 1: compressed = value
            default: header = value
            }
            field += 8
          }
        }
        place += 4 + length
      }
      members.append(
        Member(
          name: name(bytes, offset + 46, nameLength), compressedSize: compressed, size: size, method: method,
          flags: flags, crc: UInt32(truncatingIfNeeded: crc), headerOffset: header, isStreamed: false))
      offset += 46 + nameLength + extraLength + commentLength
    }
    return members
  }

  private static func name(_ bytes: [UInt8], _ start: Int, _ length: Int) -> String {
    guard start >= 0, length >= 0, start + length <= bytes.count else { return "" }
    return String(decoding: bytes[start..<(start + min(length, 1_024))], as: UTF8.self)
  }

  /// The members by their own headers, one after the other, as far as they hold together.
  private static func localMembers(_ bytes: [UInt8]) -> [Member] {
    var members: [Member] = []
    var offset = 0
    while members.count < memberLimit, isSignature(bytes, offset, 0x0403_4B50),
      let flags = integer(bytes, offset + 6, 2), let method = integer(bytes, offset + 8, 2),
      let crc = integer(bytes, offset + 14, 4), let compressed = integer(bytes, offset + 18, 4),
      let size = integer(bytes, offset + 22, 4), let nameLength = integer(bytes, offset + 26, 2),
      let extraLength = integer(bytes, offset + 28, 2)
    {
      let start = offset + 30 + nameLength + extraLength
      guard start <= bytes.count else { break }
      let isStreamed = flags & 8 != 0
      let length = isStreamed ? nextHeader(bytes, after: start) - start : compressed
      // The last member may be cut off.
      guard length >= 0, start + length <= bytes.count else { break }
      members.append(
        Member(
          name: name(bytes, offset + 30, nameLength), compressedSize: length, size: size, method: method, flags: flags,
          crc: UInt32(truncatingIfNeeded: crc), headerOffset: offset, isStreamed: isStreamed))
      offset = start + length
    }
    return members
  }

  private static func nextHeader(_ bytes: [UInt8], after start: Int) -> Int {
    var index = start
    while index + 4 <= bytes.count {
      if bytes[index] == 0x50, bytes[index + 1] == 0x4B,
        isSignature(bytes, index, 0x0403_4B50) || isSignature(bytes, index, 0x0201_4B50)
      {
        return index
      }
      index += 1
    }
    return bytes.count
  }

  /// The bytes of a member, at most `limit` of them.
  public func read(_ member: Member, limit: Int) throws(ZIPError) -> [UInt8] {
    let label = member.name
    guard member.flags & 1 == 0 else { throw .encrypted(label) }
    guard member.method == 0 || member.method == 8 else { throw .method(label, member.method) }
    guard ZIPArchive.isSignature(bytes, member.headerOffset, 0x0403_4B50),
      let nameLength = ZIPArchive.integer(bytes, member.headerOffset + 26, 2),
      let extraLength = ZIPArchive.integer(bytes, member.headerOffset + 28, 2)
    else { throw .damagedMember(label) }
    let start = member.headerOffset + 30 + nameLength + extraLength
    guard start <= bytes.count, member.compressedSize >= 0, member.compressedSize <= bytes.count - start else {
      throw .damagedMember(label)
    }
    let compressed = start..<(start + member.compressedSize)
    let allowed = min(
      limit, max(member.compressedSize, 64).multipliedReportingOverflow(by: Self.ratioLimit).partialValue)
    guard member.isStreamed || member.size <= allowed else { throw .tooLarge(label, limit) }
    let content: [UInt8]
    if member.method == 0 {
      guard compressed.count <= allowed else { throw .tooLarge(label, limit) }
      content = Array(bytes[compressed])
    } else {
      content = try inflate(compressed, allowed: allowed, limit: limit, label: label)
    }
    guard member.isStreamed || CRC32.of(content) == member.crc else { throw .checksum(label) }
    return content
  }

  private func inflate(
    _ range: Range<Int>, allowed: Int, limit: Int, label: String
  ) throws(ZIPError) -> [UInt8] {
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    var position = range.lowerBound
    do {
      var inflater = try Inflater(.deflate)
      while true {
        let step = try bytes.withUnsafeBytes { input in
          try chunk.withUnsafeMutableBytes { room in
            try inflater.step(UnsafeRawBufferPointer(rebasing: input[position..<range.upperBound]), into: room)
          }
        }
        position += step.consumed
        guard output.count + step.produced <= allowed else { throw ZIPError.tooLarge(label, limit) }
        output.append(contentsOf: chunk[0..<step.produced])
        if step.isEnd { return output }
        if step.consumed == 0, step.produced == 0 { throw ZIPError.damagedMember(label) }
      }
    } catch let error as ZIPError {
      throw error
    } catch {
      throw .damagedMember(label)
    }
  }
}
