import Glibc

/// The right to collect into a state directory, held by at most one process; the kernel gives it back when that
/// process ends, however it ends.
public struct CollectorLock: ~Copyable {
  private let descriptor: Int32

  /// Takes the lock; nil when another process holds it.
  ///
  /// - Parameter directory: the state directory, which must exist.
  public init?(directory: String) {
    descriptor = open(directory + "/collector.lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { return nil }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      return nil
    }
    let text = Array("\(getpid())\n".utf8)
    ftruncate(descriptor, 0)
    _ = pwrite(descriptor, text, text.count, 0)
  }

  deinit { close(descriptor) }
}
