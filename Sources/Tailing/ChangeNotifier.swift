import CPosix
import Glibc

/// inotify: tells which directories and files changed.
final class ChangeNotifier {
  /// What a batch of events says.
  enum Event {
    /// An entry of a watched directory, or (without a name) a watched file, was written to.
    case modified(watch: Int32, name: [UInt8]?)
    /// An entry came, went or changed its permissions.
    case named(watch: Int32, name: [UInt8]?)
    /// The watch is no more.
    case gone(watch: Int32)
    /// Events were lost.
    case overflow
  }

  let descriptor: Int32
  private var buffer = [UInt8](repeating: 0, count: 64 << 10)

  /// Nil, when there is no inotify to be had.
  init?() {
    descriptor = leeway_notify_create()
    if descriptor < 0 { return nil }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Watches a path; the watch, or a negative errno.
  func add(_ path: TailPath, isDirectory: Bool) -> Int32 {
    path.withCString { leeway_notify_add(descriptor, $0, isDirectory) }
  }

  /// Ends a watch.
  func remove(_ watch: Int32) {
    _ = inotify_rm_watch(descriptor, watch)
  }

  /// Takes what has happened, calling with each event; false when there was nothing.
  func drain(_ body: (Event) -> Void) -> Bool {
    let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
    guard count > 0 else { return false }
    buffer.withUnsafeBytes { bytes in
      var position = 0
      while position + 16 <= count {
        let watch = bytes.loadUnaligned(fromByteOffset: position, as: Int32.self)
        let mask = bytes.loadUnaligned(fromByteOffset: position + 4, as: UInt32.self)
        let length = Int(bytes.loadUnaligned(fromByteOffset: position + 12, as: UInt32.self))
        let start = position + 16
        position = start + length
        guard position <= count else { return }
        let name = length == 0 ? nil : Array(bytes[start..<position].prefix { $0 != 0 })
        if mask & leeway_notify_overflow_mask() != 0 {
          body(.overflow)
        } else if mask & leeway_notify_gone_mask() != 0 {
          body(.gone(watch: watch))
        } else if mask & leeway_notify_names_mask() != 0 {
          body(.named(watch: watch, name: name))
        } else {
          body(.modified(watch: watch, name: name))
        }
      }
    }
    return true
  }
}
