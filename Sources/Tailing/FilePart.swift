import CPosix
import Glibc

/// A part of a file that is read beside following it.
public enum FilePart {
  /// The bytes of a regular file in a range, fewer where it ends before; nil where it cannot be read.
  public static func read(_ path: TailPath, _ range: Range<Int64>) -> [UInt8]? {
    guard let descriptor = descriptor(path) else { return nil }
    defer { Glibc.close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: range.count)
    var used = 0
    while used < bytes.count {
      let count = bytes.withUnsafeMutableBytes { room in
        leeway_file_read(
          descriptor, room.baseAddress?.advanced(by: used), room.count - used, range.lowerBound + Int64(used))
      }
      guard count >= 0 else { return nil }
      if count == 0 { break }
      used += Int(count)
    }
    bytes.removeLast(bytes.count - used)
    return bytes
  }

  /// Whether a file is compressed, so that its bytes are not those of its lines.
  public static func isGzip(_ path: TailPath) -> Bool {
    (read(path, 0..<3) ?? []).withUnsafeBytes(HeadInspection.isGzip)
  }

  /// The path from the root that leads to a file over no link; the path itself where there is no such file.
  public static func canonical(_ path: TailPath) -> TailPath {
    guard let target = path.withCString({ realpath($0, nil) }) else { return path }
    defer { free(target) }
    return TailPath(bytes: UnsafeRawBufferPointer(start: target, count: strlen(target)))
  }

  private static func descriptor(_ path: TailPath) -> Int32? {
    if let opened = try? OpenFiles.open(path) { return opened.descriptor }
    // The path of a source may be a link.
    return (try? OpenFiles.open(canonical(path)))?.descriptor
  }
}
