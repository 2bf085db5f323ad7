import Synchronization

/// A request to stop that threads look at now and then.
final class StopFlag: Sendable {
  private let flag = Atomic<Bool>(false)

  /// Whether stopping was requested.
  var isSet: Bool { flag.load(ordering: .acquiring) }

  /// Requests stopping.
  func set() { flag.store(true, ordering: .releasing) }
}
