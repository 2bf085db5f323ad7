import Compression
import Testing

@Suite struct ZIPArchiveTests {
  /// One member, stored or deflated as one stored block, with its local header and its entry in the directory.
  static func archive(
    _ members: [(name: String, content: [UInt8])], method: Int = 0, flags: Int = 0, size: Int? = nil,
    data: [UInt8]? = nil, withDirectory: Bool = true
  ) -> [UInt8] {
    func bytes(_ value: Int, _ width: Int) -> [UInt8] {
      (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    var file: [UInt8] = []
    var directory: [UInt8] = []
    for member in members {
      let crc = Int(CRC32.of(member.content))
      let name = Array(member.name.utf8)
      var body = data ?? member.content
      if method == 8, data == nil {
        body = [1] + bytes(member.content.count, 2) + bytes(~member.content.count, 2) + member.content
      }
      let common =
        bytes(20, 2) + bytes(flags, 2) + bytes(method, 2) + bytes(0, 4) + bytes(crc, 4) + bytes(body.count, 4)
        + bytes(size ?? member.content.count, 4) + bytes(name.count, 2) + bytes(0, 2)
      directory += bytes(0x0201_4B50, 4) + bytes(20, 2) + common + bytes(0, 2) + bytes(0, 2) + bytes(0, 2) + bytes(0, 4)
      directory += bytes(file.count, 4) + name
      file += bytes(0x0403_4B50, 4) + common + name + body
    }
    guard withDirectory else { return file }
    let start = file.count
    return file + directory + bytes(0x0605_4B50, 4) + bytes(0, 4) + bytes(members.count, 2) + bytes(members.count, 2)
      + bytes(directory.count, 4) + bytes(start, 4) + bytes(0, 2)
  }

  @Test(arguments: [0, 8], [true, false])
  func `stored and deflated members are read, also before the directory is written`(
    method: Int, withDirectory: Bool
  ) throws {
    let members = [(name: "a.json", content: Array("{}".utf8)), (name: "b/c.json", content: Array("[1,2]".utf8))]
    let archive = try ZIPArchive(Self.archive(members, method: method, withDirectory: withDirectory))
    #expect(archive.isIncomplete == !withDirectory)
    #expect(archive.members.map(\.name) == ["a.json", "b/c.json"])
    for (member, expected) in zip(archive.members, members) {
      #expect(try archive.read(member, limit: 100) == expected.content)
    }
  }

  @Test func `zstd, encryption, a wrong checksum and a lying size are refused by name`() throws {
    let content = [(name: "a", content: Array("hello".utf8))]
    func error(_ bytes: [UInt8], limit: Int = 100) throws -> ZIPError? {
      let archive = try ZIPArchive(bytes)
      let member = try #require(archive.members.first)
      return #expect(throws: ZIPError.self) { try archive.read(member, limit: limit) }
    }
    #expect(try error(Self.archive(content, method: 93)) == .method("a", 93))
    #expect(ZIPError.method("a", 93).description.contains("zstd"))
    #expect(try error(Self.archive(content, flags: 1)) == .encrypted("a"))
    #expect(try error(Self.archive(content, data: Array("jello".utf8))) == .checksum("a"))
    #expect(try error(Self.archive(content, size: 1 << 30)) == .tooLarge("a", 100))
    #expect(try error(Self.archive(content), limit: 4) == .tooLarge("a", 4))
    #expect(try error(Self.archive(content, method: 8, data: [0xFF, 0xFF])) == .damagedMember("a"))
    #expect(throws: ZIPError.notAnArchive) { try ZIPArchive(Array("no archive".utf8)) }
  }

  /// 10 MB of zeros by deflate's fixed codes: one literal zero, then copies of 258 bytes at distance 1.
  static func bomb() -> [UInt8] {
    var bits: [UInt8] = []
    var byte: UInt8 = 0
    var used: UInt8 = 0
    func put(_ value: Int, _ width: Int, reversed: Bool = false) {
      for index in 0..<width {
        let bit = (value >> (reversed ? width - 1 - index : index)) & 1
        byte |= UInt8(bit) << used
        used += 1
        if used == 8 {
          bits.append(byte)
          byte = 0
          used = 0
        }
      }
    }
    put(1, 1)
    put(1, 2)
    put(0x30, 8, reversed: true)
    for _ in 0..<40_000 {
      put(0xC5, 8, reversed: true)
      put(0, 5, reversed: true)
    }
    put(0, 7, reversed: true)
    if used > 0 { bits.append(byte) }
    return bits
  }

  @Test func `a bomb is refused at the limit, whatever size it claims`() throws {
    let bomb = Self.bomb()
    let archive = try ZIPArchive(Self.archive([(name: "bomb", content: [])], method: 8, size: 10, data: bomb))
    let member = try #require(archive.members.first)
    #expect(throws: ZIPError.tooLarge("bomb", 1 << 20)) { try archive.read(member, limit: 1 << 20) }
  }

  @Test func `an archive damaged anywhere is an error or other bytes, never a trap`() throws {
    let whole = Self.archive([(name: "a.json", content: Array("{\"a\":[1,2,3]}".utf8))], method: 8)
    var random = SystemRandomNumberGenerator()
    var read = 0
    for index in 0..<20_000 {
      var bytes = whole
      if index < whole.count { bytes.removeLast(index) }
      for _ in 0..<(index % 4) where !bytes.isEmpty {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      guard let archive = try? ZIPArchive(bytes) else { continue }
      for member in archive.members where (try? archive.read(member, limit: 1_000)) != nil { read += 1 }
    }
    #expect(read > 0)
  }

  @Test func `gzip members are inflated piece by piece`() throws {
    // `printf hello | gzip -n`, twice.
    let hello: [UInt8] = [
      0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0, 0x86, 0xA6, 0x10, 0x36, 5, 0, 0, 0,
    ]
    let input = hello + hello
    var inflater = try Inflater(.gzip)
    var output: [UInt8] = []
    var position = 0
    var room = [UInt8](repeating: 0, count: 3)
    while position < input.count {
      let end = min(position + 7, input.count)
      let step = try input.withUnsafeBytes { bytes in
        try room.withUnsafeMutableBytes { room in
          try inflater.step(UnsafeRawBufferPointer(rebasing: bytes[position..<end]), into: room)
        }
      }
      position += step.consumed
      output += room[0..<step.produced]
      if step.isEnd { try inflater.reset() }
      if step.consumed == 0, step.produced == 0, !step.isEnd, end == input.count { break }
    }
    #expect(String(decoding: output, as: UTF8.self) == "hellohello")
  }
}
