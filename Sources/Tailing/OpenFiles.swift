import CPosix
import Glibc

/// The open descriptors: at most so many, the least recently used closed first.
final class OpenFiles {
  private let maximum: Int
  private var opened: [TrackedFile] = []
  private var clock: UInt64 = 0

  init(maximum: Int) {
    self.maximum = max(1, maximum)
  }

  /// The number of open files.
  var count: Int { opened.count }

  /// The file's descriptor, opened when it was not. The path must still lead to this very file: another one gives
  /// ESTALE.
  func open(_ file: TrackedFile) throws(SystemError) -> Int32 {
    clock += 1
    file.lastUse = clock
    if file.descriptor >= 0 { return file.descriptor }
    let opened = try OpenFiles.open(file.checkpoint.location)
    guard file.checkpoint.identity.matches(opened.info),
      file.checkpoint.identity.birth != 0 || file.checkpoint.identity.generation == 0
        || leeway_file_generation(opened.descriptor) == file.checkpoint.identity.generation
    else {
      Glibc.close(opened.descriptor)
      throw SystemError(code: ESTALE)
    }
    adopt(opened.descriptor, for: file)
    return opened.descriptor
  }

  /// Takes over a descriptor for a file that has none.
  func adopt(_ descriptor: Int32, for file: TrackedFile) {
    close(file)
    if opened.count >= maximum { evict() }
    clock += 1
    file.lastUse = clock
    file.descriptor = descriptor
    opened.append(file)
  }

  /// Closes the file's descriptor, if it is open.
  func close(_ file: TrackedFile) {
    guard file.descriptor >= 0 else { return }
    Glibc.close(file.descriptor)
    file.descriptor = -1
    if let index = opened.firstIndex(where: { $0 === file }) {
      opened.swapAt(index, opened.count - 1)
      opened.removeLast()
    }
  }

  private func evict() {
    // A file without a path could not be opened again.
    if let oldest = opened.filter({ !$0.isUnreachable }).min(by: { $0.lastUse < $1.lastUse }) { close(oldest) }
  }

  /// Opens a path and describes what was opened; the last component must not be a symbolic link.
  static func open(_ path: TailPath) throws(SystemError) -> (descriptor: Int32, info: FileInfo) {
    let descriptor = path.withCString { leeway_file_open($0) }
    guard descriptor >= 0 else { throw SystemError(code: -descriptor) }
    guard let info = FileInfo.of(descriptor: descriptor), info.isRegular else {
      Glibc.close(descriptor)
      throw SystemError(code: ESTALE)
    }
    return (descriptor, info)
  }
}
