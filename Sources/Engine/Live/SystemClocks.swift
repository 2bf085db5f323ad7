public import Domain
import Glibc

/// The host's wall clock.
public struct SystemWallClock: WallClock {
  /// Creates the clock.
  public init() {}

  /// The current wall time.
  public func now() -> Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }
}

/// The host's clock since boot, which goes on while the host sleeps and is not moved when the wall clock is set.
public struct SystemMonotonicClock: MonotonicClock {
  /// Creates the clock.
  public init() {}

  /// Time since boot.
  public func elapsed() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
  }
}
