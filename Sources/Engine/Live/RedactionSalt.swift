import Glibc
import Storage

/// The random bytes that make a state directory's hashes worth nothing elsewhere; made once, readable by those only who
/// use the directory.
public enum RedactionSalt {
  /// How many bytes a salt has.
  static let length = 32

  /// The salt of a state directory; nil when there is none and none can be made.
  ///
  /// - Parameter creates: whether to make one where there is none.
  public static func load(directory: String, creates: Bool) -> [UInt8]? {
    let path = directory + "/redaction.salt"
    if let salt = read(path) { return salt }
    guard creates else { return nil }
    var salt = [UInt8](repeating: 0, count: length)
    guard getentropy(&salt, length) == 0 else { return nil }
    // Written aside and linked, so that no other process ever sees half a salt.
    let draft = "\(path).\(getpid())"
    let descriptor = StateFile.open(
      "redaction.salt.\(getpid())", in: directory, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
    guard descriptor >= 0 else { return nil }
    let isWritten = write(descriptor, salt, length) == length && fsync(descriptor) == 0
    close(descriptor)
    defer { unlink(draft) }
    guard isWritten else { return nil }
    if link(draft, path) == 0 { return salt }
    return read(path)
  }

  private static func read(_ path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var salt = [UInt8](repeating: 0, count: length)
    return Glibc.read(descriptor, &salt, length) == length ? salt : nil
  }
}
