import CPosix
import Glibc

/// Ends a tailer's wait from another thread.
public struct TailerWaker: Sendable {
  private let descriptor: WakeDescriptor

  init(_ descriptor: WakeDescriptor) {
    self.descriptor = descriptor
  }

  /// Makes the present or the next wait return at once; safe from any thread, also after the tailer is gone.
  public func wake() {
    if descriptor.number >= 0 { leeway_wake_raise(descriptor.number) }
  }
}

/// Owns the descriptor, which stays open as long as anybody could write to it.
final class WakeDescriptor: Sendable {
  let number: Int32

  init() {
    number = leeway_wake_create()
  }

  /// Makes the next wait block again; whether it had been woken.
  func clear() -> Bool { leeway_wake_clear(number) }

  deinit {
    if number >= 0 { close(number) }
  }
}
