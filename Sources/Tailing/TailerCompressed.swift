import CPosix
import Domain
import Glibc

/// Files that a rotation compressed with gzip: known ones go on under their new identity, others are read from the start.
extension Tailer {
  /// The most files that are being decompressed at the same time.
  static let maximumGzipReaders = 4
  /// The bytes that one call decompresses on its way to an offset.
  static let skippedBytesPerCall = 8 << 20

  /// What an open gzip file begins with and how long it says that it is.
  struct CompressedContent {
    var path: TailPath
    var info: FileInfo
    var head: [UInt8]
    var state: GzipReader.State
    var statedLength: Int64?

    init(path: TailPath, descriptor: Int32, info: FileInfo) {
      self.path = path
      self.info = info
      (head, state) = GzipReader.head(descriptor, maximum: Fingerprint.maximumLength)
      statedLength = GzipReader.statedLength(descriptor, size: info.size)
    }

    /// The name of the file before it was compressed.
    var stem: [UInt8] { Array(path.name.dropLast(3)) }

    /// How surely this is what a file has become: 0 is not at all.
    func match(_ checkpoint: FileCheckpoint) -> Int {
      let proof = checkpoint.head
      let isNamesake = checkpoint.path.name == stem || checkpoint.location.name == stem
      guard proof.length > 0 else { return 0 }
      guard proof.length <= head.count,
        head.withUnsafeBytes({ Fingerprint(UnsafeRawBufferPointer(rebasing: $0[..<proof.length])) }) == proof
      else { return 0 }
      if let statedLength, statedLength == checkpoint.offset & 0xFFFF_FFFF { return 3 }
      if isNamesake { return 2 }
      return proof.length >= 64 ? 1 : 0
    }
  }

  /// The file's decompressor; nil when as many as may be are at work.
  func gzipReader(_ file: TrackedFile) -> GzipReader? {
    if let reader = file.gzip { return reader }
    if gzipFiles.count >= Tailer.maximumGzipReaders {
      guard let idle = gzipFiles.firstIndex(where: { !$0.isQueued }) else { return nil }
      gzipFiles.remove(at: idle).gzip = nil
    }
    file.gzip = GzipReader()
    if file.gzip != nil { gzipFiles.append(file) }
    return file.gzip
  }

  func closeGzip(_ file: TrackedFile) {
    guard file.gzip != nil else { return }
    file.gzip = nil
    gzipFiles.removeAll { $0 === file }
  }

  /// Whether a gzip file is, or is becoming, what a known file turns into; nothing is read of it then.
  func isClaimed(_ content: CompressedContent) -> Bool {
    // Nothing can be said of it before something can be decompressed.
    guard !content.head.isEmpty else { return true }
    // Nor before there is enough to compare, unless that is all there will be.
    if content.state == .incomplete, now - Timestamp(nanoseconds: content.info.modified) < options.grace { return true }
    let directory = content.path.directory
    let known = files.filter { file in
      !file.isForgotten && file.checkpoint.packedSize == nil && file.checkpoint.location.directory == directory
    }
    for file in known { noteFirstBytes(of: file) }
    guard let best = known.map({ (file: $0, match: content.match($0.checkpoint)) }).max(by: { $0.match < $1.match }),
      best.match > 0
    else { return false }
    let file = best.file
    if file.slot != nil || file.descriptor >= 0 && file.isUnreachable { return true }
    if case .success(let info) = FileInfo.at(file.checkpoint.location, following: false),
      file.checkpoint.identity.matches(info)
    {
      return true
    }
    becomeCompressed(file, content)
    return true
  }

  /// The gzip file that a file has become.
  func findCompressed(_ file: TrackedFile) -> CompressedContent? {
    var best: (content: CompressedContent, match: Int)?
    for sibling in siblings(in: file.checkpoint.location.directory).compressed where byKey[sibling.info.key] == nil {
      guard let opened = try? OpenFiles.open(sibling.path) else { continue }
      defer { close(opened.descriptor) }
      let content = CompressedContent(path: sibling.path, descriptor: opened.descriptor, info: opened.info)
      let match = content.match(file.checkpoint)
      if match > best?.match ?? 0 { best = (content, match) }
    }
    return best?.content
  }

  /// A file goes on as the gzip file that was made of it.
  func becomeCompressed(_ file: TrackedFile, _ content: CompressedContent) {
    let from = file.checkpoint.path
    let offset = file.checkpoint.offset
    if byKey[file.checkpoint.identity.key] === file { byKey[file.checkpoint.identity.key] = nil }
    openFiles.close(file)
    file.checkpoint.identity = FileIdentity(content.info)
    file.checkpoint.packedSize = content.info.size
    file.checkpoint.modified = content.info.modified
    file.checkpoint.size = max(offset, content.statedLength ?? 0)
    file.checkpoint.path = content.path
    file.checkpoint.location = content.path
    file.seenEnd = offset
    file.skipping = nil
    file.held = nil
    file.isUnreachable = false
    file.missingSince = nil
    file.missingRounds = 0
    file.isExhausted = false
    byKey[content.info.key] = file
    if let slot = directories[content.path.directory]?.slots[content.path.name] { attach(file, to: slot) }
    markChanged(file)
    events.append(.rotated(fileID: file.id, source: file.checkpoint.source, from: from, to: content.path))
    if let length = content.statedLength, length <= offset, offset < 1 << 32 {
      if !file.checkpoint.isFinished { finish(file) }
    } else {
      drain(file)
      enqueue(file)
    }
  }

  /// Notes size and time of a gzip file.
  func observeCompressed(_ file: TrackedFile, _ info: FileInfo) {
    let checkpoint = file.checkpoint
    let isResized = info.size != checkpoint.packedSize
    if isResized || info.modified != checkpoint.modified {
      file.checkpoint.packedSize = info.size
      file.checkpoint.modified = info.modified
      file.quietSince = elapsed
      if file.gzip?.state == .damaged || info.size < checkpoint.packedSize ?? 0 { closeGzip(file) }
      if checkpoint.isFinished, isResized { file.checkpoint.phase = .draining }
      if isResized { file.isExhausted = false }
      markChanged(file)
    }
    if !file.checkpoint.isFinished, !file.isExhausted { enqueue(file) }
  }

  /// Reading came to the end of what can be decompressed now.
  func reachedEndOfCompressed(_ file: TrackedFile, _ descriptor: Int32, seen: Int64) {
    file.seenEnd = seen
    file.toldError = nil
    file.checkpoint.size = max(file.checkpoint.size, seen)
    guard file.gzip?.state == .complete else {
      file.isExhausted = true
      return
    }
    file.checkpoint.size = seen
    if seen == file.checkpoint.offset {
      finish(file)
    } else {
      file.takesRest = true
      enqueue(file)
    }
  }

  /// A gzip file that has been quiet for the grace period although its end is missing or damaged.
  func giveUpCompressed(_ file: TrackedFile) {
    gap(
      file, to: max(file.checkpoint.size, file.seenEnd, file.checkpoint.offset + 1),
      file.gzip?.state == .damaged
        ? "the rest of the compressed file is damaged" : "the compressed file ends before its data does")
    finish(file)
  }
}
