import CPosix
public import Domain
import Glibc

/// What else a consumer may want to know of a file that it reads.
extension Tailer {
  /// The first bytes of a followed file, for consumers that go on in the middle of it; empty where it cannot be read.
  public func head(of fileID: Int64, limit: Int) -> [UInt8] {
    guard let file = files.first(where: { $0.id == fileID }), file.descriptor >= 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: max(0, limit))
    let count = bytes.withUnsafeMutableBytes { leeway_file_read(file.descriptor, $0.baseAddress, $0.count, 0) }
    bytes.removeLast(bytes.count - max(0, Int(count)))
    return bytes
  }

  /// When a followed file was last written; nil where that is not known.
  public func modified(_ fileID: Int64) -> Timestamp? {
    guard let file = files.first(where: { $0.id == fileID }), file.descriptor >= 0 else { return nil }
    return FileInfo.of(descriptor: file.descriptor).map { Timestamp(nanoseconds: $0.modified) }
  }
}
