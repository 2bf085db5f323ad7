import CPosix
import Glibc

/// Comparisons of content by samples.
enum ContentCheck {
  /// Whether a file holds what was read of another up to its checkpoint: the same head, and the same bytes before the
  /// offset. Nothing is known of a file that was empty.
  static func continues(_ checkpoint: FileCheckpoint, at path: TailPath, size: Int64) -> Bool {
    guard size >= checkpoint.offset, checkpoint.head.length > 0,
      let opened = try? OpenFiles.open(path)
    else { return false }
    defer { close(opened.descriptor) }
    return fingerprint(opened.descriptor, 0, checkpoint.head.length) == checkpoint.head
      && fingerprint(
        opened.descriptor, checkpoint.offset - Int64(checkpoint.marker.length), checkpoint.marker.length)
        == checkpoint.marker
  }

  /// How like the beginning of what was read a shorter file is.
  enum Likeness {
    case different
    case same
    /// It is too short to tell.
    case unknown
  }

  /// Whether a file that is shorter than what was read of another holds the beginning of that.
  static func likeness(to checkpoint: FileCheckpoint, at path: TailPath, size: Int64) -> Likeness {
    guard size > 0, size < checkpoint.offset, checkpoint.head.length > 0 else { return .different }
    guard let head = checkpoint.headProof(within: size) else { return .unknown }
    guard let opened = try? OpenFiles.open(path) else { return .different }
    defer { close(opened.descriptor) }
    guard fingerprint(opened.descriptor, 0, head.length) == head else { return .different }
    guard let mark = checkpoint.marks.last(within: size) else { return .same }
    let length = mark.fingerprint.length
    return fingerprint(opened.descriptor, mark.offset - Int64(length), length) == mark.fingerprint ? .same : .different
  }

  /// Whether an open file still holds what was read of it.
  static func holds(_ checkpoint: FileCheckpoint, _ descriptor: Int32) -> Bool {
    guard checkpoint.offset > 0 else {
      return fingerprint(descriptor, 0, checkpoint.head.length) == checkpoint.head
    }
    let marker = checkpoint.marker
    return fingerprint(descriptor, checkpoint.offset - Int64(marker.length), marker.length) == marker
  }

  /// Whether a file of this size is, as far as its first and last KiB say, the beginning of another.
  static func isBeginning(_ path: TailPath, size: Int64, of descriptor: Int32) -> Bool {
    guard let whole = FileInfo.of(descriptor: descriptor), whole.size >= size, size > 0,
      let opened = try? OpenFiles.open(path)
    else { return false }
    defer { close(opened.descriptor) }
    let length = Int(min(size, Int64(Fingerprint.maximumLength)))
    for offset in [0, size - Int64(length)] {
      guard let part = fingerprint(opened.descriptor, offset, length),
        part == fingerprint(descriptor, offset, length)
      else { return false }
    }
    return true
  }

  /// Puts the first bytes of what a file delivers into a checkpoint; false when they cannot be read.
  static func takeHead(_ descriptor: Int32, _ length: Int, into checkpoint: inout FileCheckpoint) -> Bool {
    withUnsafeTemporaryAllocation(byteCount: max(1, length), alignment: 8) { buffer in
      guard leeway_file_read(descriptor, buffer.baseAddress, length, 0) == Int64(length) else { return false }
      checkpoint.setHead(UnsafeRawBufferPointer(rebasing: buffer[..<length]))
      return true
    }
  }

  /// The fingerprint of a stretch; nil when it cannot be read whole.
  static func fingerprint(_ descriptor: Int32, _ offset: Int64, _ length: Int) -> Fingerprint? {
    guard offset >= 0, (0...Fingerprint.maximumLength).contains(length) else { return nil }
    return withUnsafeTemporaryAllocation(byteCount: max(1, length), alignment: 8) { buffer in
      guard leeway_file_read(descriptor, buffer.baseAddress, length, offset) == Int64(length) else { return nil }
      return Fingerprint(UnsafeRawBufferPointer(rebasing: buffer[..<length]))
    }
  }

  /// The end of the last whole line before a position, looked for in the MiB before it; nil when there is none.
  static func lineEnd(_ descriptor: Int32, before position: Int64) -> Int64? {
    let size = 64 << 10
    return withUnsafeTemporaryAllocation(byteCount: size, alignment: 8) { buffer in
      var end = position
      for _ in 0..<16 where end > 0 {
        let start = max(0, end - Int64(size))
        let length = Int(end - start)
        guard leeway_file_read(descriptor, buffer.baseAddress, length, start) == Int64(length) else { return nil }
        let newline = leeway_last_newline(buffer.baseAddress, length)
        if newline >= 0 { return start + newline + 1 }
        end = start
      }
      return end == 0 ? 0 : nil
    }
  }
}
