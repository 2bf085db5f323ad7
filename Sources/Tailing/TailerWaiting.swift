import Glibc

/// Waiting for changes.
extension Tailer {
  /// Why a wait ended.
  public enum WaitOutcome: Hashable, Sendable {
    /// A file has something to read, or ``Tailer/needsReconcile`` says that the files have to be looked at.
    case changed
    /// ``TailerWaker/wake()`` was called.
    case woken
    /// Nothing happened in time.
    case timedOut
  }

  /// Blocks until a followed file changes, another thread wakes it, or the time is over. Changes that raise no event
  /// (some file systems, writers that map the file) are found by reconciling every second.
  public func wait(timeout: Duration) -> WaitOutcome {
    let deadline = ContinuousClock.now + max(.zero, timeout)
    while true {
      if takeNotifications() || needsReconcile { return .changed }
      let left = deadline - ContinuousClock.now
      let (seconds, attoseconds) = left.components
      // Rounded up, so that the last millisecond is slept rather than spun away.
      let milliseconds = left <= .zero ? 0 : min(seconds, 86_400) * 1_000 + attoseconds / 1_000_000_000_000_000 + 1
      var descriptors = [
        pollfd(fd: wakeDescriptor.number, events: Int16(POLLIN), revents: 0),
        pollfd(fd: notifier?.descriptor ?? -1, events: Int16(POLLIN), revents: 0),
      ]
      let count = poll(&descriptors, nfds_t(descriptors.count), Int32(milliseconds))
      if descriptors[0].revents != 0, wakeDescriptor.clear() { return .woken }
      if count == 0, left <= .milliseconds(1) { return .timedOut }
    }
  }

  /// Takes what inotify tells; whether there is anything to do.
  private func takeNotifications() -> Bool {
    guard let notifier else { return false }
    var isRelevant = false
    func touch(_ file: TrackedFile) {
      guard !file.isForgotten else { return }
      enqueue(file)
      isRelevant = true
    }
    while notifier.drain({ event in
      switch event {
      case .modified(let watch, let name):
        switch watches[watch] {
        case .file(let file): touch(file)
        case .directory(let directory):
          if let name, let file = directory.slots[name]?.occupant { touch(file) }
        case nil: break
        }
      case .named(let watch, let name):
        switch watches[watch] {
        case .file: needsReconcile = true
        case .directory(let directory):
          if let name { needsReconcile = needsReconcile || directory.concerns(name) } else { needsReconcile = true }
        case nil: break
        }
      case .gone(let watch):
        switch watches.removeValue(forKey: watch) {
        case .file(let file): file.watch = -1
        case .directory(let directory): directory.watch = -1
        case nil: return
        }
        needsReconcile = true
      case .overflow:
        needsReconcile = true
      }
    }) {}
    return isRelevant
  }
}
