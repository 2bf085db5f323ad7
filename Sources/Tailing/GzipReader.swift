import CPosix
import CZlib
import Glibc

/// Reads what a gzip file decompresses to, front to back, in bounded memory: what was asked for last and the KiB before.
final class GzipReader {
  /// How a stretch of reading ended.
  enum State {
    /// There is more to come.
    case reading
    /// The compressed bytes end within a member: the file is still being written, or was cut off.
    case incomplete
    /// Everything has been decompressed.
    case complete
    /// What follows is no gzip data.
    case damaged
  }

  private let inflater: OpaquePointer
  private var input = [UInt8](repeating: 0, count: 64 << 10)
  private var unread = 0..<0
  /// Where in the compressed file the next input is read.
  private var source: Int64 = 0
  private var isWithinMember = false
  private var hasMember = false
  /// The newest decompressed bytes, and the offset of the first.
  private var recent: [UInt8] = []
  private var recentStart: Int64 = 0
  private(set) var state = State.reading

  private static let pieceSize = 64 << 10

  /// Nil when memory is short.
  init?() {
    guard let inflater = leeway_inflater_create(1) else { return nil }
    self.inflater = inflater
  }

  deinit {
    leeway_inflater_free(inflater)
  }

  /// The end of what has been decompressed.
  private var end: Int64 { recentStart + Int64(recent.count) }

  /// Decompresses up to an offset, at most so many bytes at once; whether it got there or cannot get farther.
  func advance(to offset: Int64, _ descriptor: Int32, atMost limit: Int) -> Bool {
    let last = end + Int64(limit)
    state = state == .incomplete ? .reading : state
    while end < offset, state == .reading {
      guard end < last else { return false }
      keep(from: min(end, offset))
      step(descriptor)
    }
    return true
  }

  /// Reads decompressed bytes at an offset that is not before what is kept; the bytes read, or an errno negated.
  func read(_ buffer: UnsafeMutableRawBufferPointer, _ descriptor: Int32, at offset: Int64) -> Int64 {
    guard offset >= recentStart else { return -Int64(ESPIPE) }
    keep(from: offset)
    state = state == .incomplete ? .reading : state
    while end < offset + Int64(buffer.count), state == .reading { step(descriptor) }
    guard offset < end else { return 0 }
    let first = Int(offset - recentStart)
    let count = min(buffer.count, recent.count - first)
    recent.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[first..<(first + count)])) }
    return Int64(count)
  }

  /// Lets go of what lies more than a KiB before an offset.
  private func keep(from offset: Int64) {
    let excess = Int(min(offset, end) - recentStart) - Fingerprint.maximumLength
    guard excess > GzipReader.pieceSize else { return }
    recent.removeFirst(excess)
    recentStart += Int64(excess)
  }

  /// Decompresses one piece.
  private func step(_ descriptor: Int32) {
    if unread.isEmpty {
      let count = input.withUnsafeMutableBytes { leeway_file_read(descriptor, $0.baseAddress, $0.count, source) }
      guard count > 0 else {
        state = isWithinMember || !hasMember ? .incomplete : .complete
        return
      }
      source += count
      unread = 0..<Int(count)
    }
    if !isWithinMember {
      // Zeros may pad a file behind its last member.
      if hasMember, input[unread.lowerBound] == 0 {
        unread = (input[unread].firstIndex { $0 != 0 } ?? unread.upperBound)..<unread.upperBound
        return
      }
      _ = leeway_inflater_reset(inflater)
      isWithinMember = true
    }
    let before = recent.count
    var consumed = 0
    var produced = 0
    recent.append(contentsOf: repeatElement(0, count: GzipReader.pieceSize))
    let result = recent.withUnsafeMutableBytes { output in
      input.withUnsafeBytes { bytes in
        leeway_inflater_step(
          inflater, bytes.baseAddress?.advanced(by: unread.lowerBound).assumingMemoryBound(to: UInt8.self),
          unread.count,
          &consumed, output.baseAddress?.advanced(by: before).assumingMemoryBound(to: UInt8.self),
          GzipReader.pieceSize, &produced)
      }
    }
    recent.removeLast(GzipReader.pieceSize - produced)
    unread = (unread.lowerBound + consumed)..<unread.upperBound
    switch result {
    case Int32(LEEWAY_INFLATE_END.rawValue):
      isWithinMember = false
      hasMember = true
    case ..<0: state = .damaged
    default:
      // No progress with input left would be damage that zlib does not name.
      if consumed == 0, produced == 0, !unread.isEmpty { state = .damaged }
    }
  }

  /// The first decompressed bytes of an open file, and how reading them ended.
  static func head(_ descriptor: Int32, maximum: Int) -> (bytes: [UInt8], state: State) {
    guard let reader = GzipReader() else { return ([], .incomplete) }
    var bytes = [UInt8](repeating: 0, count: maximum)
    let count = bytes.withUnsafeMutableBytes { reader.read($0, descriptor, at: 0) }
    return (Array(bytes.prefix(Int(max(0, count)))), reader.state)
  }

  /// The decompressed length that the end of a file of this size states, modulo 4 GiB; nil when it is too short.
  static func statedLength(_ descriptor: Int32, size: Int64) -> Int64? {
    guard size >= 18 else { return nil }
    var length: UInt32 = 0
    let count = withUnsafeMutableBytes(of: &length) { leeway_file_read(descriptor, $0.baseAddress, 4, size - 4) }
    return count == 4 ? Int64(UInt32(littleEndian: length)) : nil
  }
}
