/// An instant: whole nanoseconds since 1970-01-01T00:00:00Z, without leap seconds.
///
/// The range is 1677 to 2262. Every time in Leeway is a `Timestamp`; wall time and event time share the type, and
/// names say which one is meant.
@frozen
public struct Timestamp: Hashable, Comparable, Sendable {
  /// Nanoseconds since the Unix epoch.
  public var nanoseconds: Int64

  /// Creates an instant from nanoseconds since the Unix epoch.
  @inlinable
  public init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  /// Creates an instant from seconds since the Unix epoch, clamped to the representable range; NaN is the epoch.
  public init(seconds: Double) {
    let scaled = seconds * 1e9
    if scaled >= 9.2e18 {
      nanoseconds = 9_200_000_000_000_000_000
    } else if scaled <= -9.2e18 {
      nanoseconds = -9_200_000_000_000_000_000
    } else {
      nanoseconds = scaled.isNaN ? 0 : Int64(scaled)
    }
  }

  /// 1970-01-01T00:00:00Z.
  @inlinable
  public static var epoch: Timestamp { Timestamp(nanoseconds: 0) }
  /// Earlier than any instant in a file.
  @inlinable
  public static var distantPast: Timestamp { Timestamp(nanoseconds: -9_200_000_000_000_000_000) }
  /// Later than any instant in a file.
  @inlinable
  public static var distantFuture: Timestamp { Timestamp(nanoseconds: 9_200_000_000_000_000_000) }

  /// Seconds since the Unix epoch.
  public var seconds: Double { Double(nanoseconds) / 1e9 }

  /// Whole milliseconds since the Unix epoch, rounded down.
  public var milliseconds: Int64 { Timestamp.flooredQuotient(nanoseconds, 1_000_000) }

  /// The start of the slot of the given length that holds this instant; slots are aligned to the Unix epoch.
  @inlinable
  public func floored(toNanoseconds width: Int64) -> Timestamp {
    Timestamp(nanoseconds: Timestamp.flooredQuotient(nanoseconds, width) * width)
  }

  /// The start of the slot of the given length that holds this instant; slots are aligned to the Unix epoch.
  public func floored(to width: Duration) -> Timestamp {
    floored(toNanoseconds: max(1, width.nanoseconds))
  }

  @inlinable
  static func flooredQuotient(_ value: Int64, _ divisor: Int64) -> Int64 {
    let quotient = value / divisor
    return value % divisor < 0 ? quotient - 1 : quotient
  }

  /// Orders instants from earlier to later.
  @inlinable
  public static func < (left: Timestamp, right: Timestamp) -> Bool { left.nanoseconds < right.nanoseconds }

  /// The instant `duration` after `instant`; saturates at the ends of the range.
  public static func + (instant: Timestamp, duration: Duration) -> Timestamp {
    let (sum, overflow) = instant.nanoseconds.addingReportingOverflow(duration.nanoseconds)
    return overflow ? (duration.nanoseconds > 0 ? .distantFuture : .distantPast) : Timestamp(nanoseconds: sum)
  }

  /// The instant `duration` before `instant`; saturates at the ends of the range.
  public static func - (instant: Timestamp, duration: Duration) -> Timestamp {
    let (difference, overflow) = instant.nanoseconds.subtractingReportingOverflow(duration.nanoseconds)
    return overflow ? (duration.nanoseconds > 0 ? .distantPast : .distantFuture) : Timestamp(nanoseconds: difference)
  }

  /// The time from `right` to `left`; saturates at the ends of the range.
  public static func - (left: Timestamp, right: Timestamp) -> Duration {
    let (difference, overflow) = left.nanoseconds.subtractingReportingOverflow(right.nanoseconds)
    return .nanoseconds(overflow ? (left > right ? Int64.max : Int64.min) : difference)
  }
}

extension Duration {
  /// The length in whole nanoseconds, saturating at the range of `Int64` (292 years).
  public var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    if overflow { return seconds > 0 ? .max : .min }
    let (sum, carry) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
    return carry ? (seconds > 0 ? .max : .min) : sum
  }

  /// The length in seconds.
  public var inSeconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) + Double(attoseconds) / 1e18
  }
}
