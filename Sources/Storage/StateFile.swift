import Glibc

/// The files of a state directory, and who may use them.
///
/// They are for their owner alone (0600), unless the directory was set up for a group: one with the set-group-ID bit that
/// its group may write to (`install -d -m 2770 -g oncall DIR`) holds files that this group may read and write (0660), so
/// that operators with accounts of their own share it.
public enum StateFile {
  /// Opens a file, which is created where `flags` hold `O_CREAT`; -1 with `errno` where it cannot be.
  public static func open(_ name: String, in directory: String, _ flags: Int32) -> Int32 {
    let descriptor = Glibc.open("\(directory)/\(name)", flags | O_CLOEXEC, 0o600)
    guard descriptor >= 0, flags & O_CREAT != 0, isShared(directory) else { return descriptor }
    var file = stat()
    if fstat(descriptor, &file) == 0, file.st_mode & S_IFMT == S_IFREG, file.st_uid == geteuid(),
      file.st_mode & 0o777 == 0o600
    {
      fchmod(descriptor, 0o660)
    }
    return descriptor
  }

  /// Whether a directory was set up for a group.
  static func isShared(_ directory: String) -> Bool {
    var information = stat()
    guard stat(directory, &information) == 0 else { return false }
    return information.st_mode & S_ISGID != 0 && information.st_mode & S_IWGRP != 0
  }
}
