extension FileCheckpoint {
  /// The checkpoint as bytes for one column of a database: a version byte, then fields of fixed width in little-endian
  /// order and byte strings that begin with their length.
  public var encoded: [UInt8] {
    var bytes: [UInt8] = [2]
    func append(_ value: some FixedWidthInteger) {
      withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
    func append(_ string: some Collection<UInt8>) {
      append(UInt32(truncatingIfNeeded: string.count))
      bytes.append(contentsOf: string)
    }
    func append(_ fingerprint: Fingerprint) {
      append(UInt32(truncatingIfNeeded: fingerprint.length))
      append(fingerprint.hash)
    }
    append(fileID)
    append(identity.device)
    append(identity.inode)
    append(identity.birth)
    append(identity.generation)
    append(head)
    append(offset)
    append(marker)
    append(size)
    append(modified)
    append(phase.rawValue)
    append(predecessor ?? -1)
    append(packedSize ?? -1)
    append(UInt8(truncatingIfNeeded: headSteps.count))
    for hash in headSteps { append(hash) }
    append(UInt32(truncatingIfNeeded: marks.marks.count))
    for mark in marks.marks {
      append(mark.offset)
      append(mark.hash)
    }
    append(source.utf8)
    append(path.bytes)
    append(location.bytes)
    return bytes
  }

  /// Reads what ``encoded`` wrote; nil for anything else.
  public init?(encoded: some Sequence<UInt8>) {
    let bytes = Array(encoded)
    var position = 0
    func number<Integer: FixedWidthInteger>(_ type: Integer.Type) -> Integer? {
      let width = Integer.bitWidth / 8
      guard bytes.count - position >= width else { return nil }
      defer { position += width }
      return Integer(littleEndian: bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: position, as: type) })
    }
    func string() -> ArraySlice<UInt8>? {
      guard let length = number(UInt32.self), bytes.count - position >= Int(length) else { return nil }
      defer { position += Int(length) }
      return bytes[position..<(position + Int(length))]
    }
    func fingerprint() -> Fingerprint? {
      guard let length = number(UInt32.self), length <= UInt32(Fingerprint.maximumLength),
        let hash = number(UInt64.self)
      else { return nil }
      return Fingerprint(length: Int(length), hash: hash)
    }
    func headSteps() -> [UInt64]? {
      guard let count = number(UInt8.self), Int(count) <= FileCheckpoint.headStepLengths.count else { return nil }
      var hashes: [UInt64] = []
      for _ in 0..<count {
        guard let hash = number(UInt64.self) else { return nil }
        hashes.append(hash)
      }
      return hashes
    }
    func marks() -> ContentMarks? {
      guard let count = number(UInt32.self), count <= UInt32(ContentMarks.maximum) else { return nil }
      var marks: [ContentMarks.Mark] = []
      for _ in 0..<count {
        guard let offset = number(Int64.self), offset > marks.last?.offset ?? 0, let hash = number(UInt64.self) else {
          return nil
        }
        marks.append(ContentMarks.Mark(offset: offset, hash: hash))
      }
      return ContentMarks(marks)
    }
    guard let version = number(UInt8.self), (1...2).contains(version), let fileID = number(Int64.self),
      let device = number(UInt64.self),
      let inode = number(UInt64.self), let birth = number(Int64.self), let generation = number(UInt32.self),
      let head = fingerprint(), let offset = number(Int64.self), offset >= 0, let marker = fingerprint(),
      let size = number(Int64.self), let modified = number(Int64.self),
      let phase = number(UInt8.self).flatMap(Phase.init(rawValue:)), let predecessor = number(Int64.self),
      let packedSize = version == 1 ? -1 : number(Int64.self),
      let headSteps = version == 1 ? [] : headSteps(), let marks = version == 1 ? ContentMarks() : marks(),
      let name = string(), let source = String(validating: name, as: UTF8.self), let path = string(),
      let location = string(), position == bytes.count, Int64(marker.length) <= offset
    else { return nil }
    self.init(
      fileID: fileID, source: source, path: TailPath(bytes: path), location: TailPath(bytes: location),
      identity: FileIdentity(device: device, inode: inode, birth: birth, generation: generation), head: head,
      headSteps: headSteps, offset: offset, marker: marker, marks: marks, size: size, modified: modified, phase: phase,
      packedSize: packedSize < 0 ? nil : packedSize,
      predecessor: predecessor < 0 ? nil : predecessor)
  }
}
