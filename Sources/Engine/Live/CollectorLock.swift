import Glibc
import Storage

/// The right to collect into a state directory, held by at most one process; the kernel gives it back when that
/// process ends, however it ends.
public struct CollectorLock: ~Copyable {
  private let descriptor: Int32

  /// Takes the lock; nil when another process holds it.
  ///
  /// - Parameter directory: the state directory, which must exist.
  public init?(directory: String) {
    descriptor = StateFile.open("collector.lock", in: directory, O_RDWR | O_CREAT | O_NOFOLLOW)
    guard descriptor >= 0 else { return nil }
    // Somebody who merely looks whether the lock is held has it for a moment.
    for attempt in 0... {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { break }
      guard attempt < 10 else {
        close(descriptor)
        return nil
      }
      usleep(5_000)
    }
    let text = Array("\(getpid())\n".utf8)
    ftruncate(descriptor, 0)
    _ = pwrite(descriptor, text, text.count, 0)
  }

  /// Whether any process holds the lock of a state directory, this one included.
  public static func isHeld(directory: String) -> Bool {
    let descriptor = open(directory + "/collector.lock", O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0
  }

  deinit { close(descriptor) }
}
