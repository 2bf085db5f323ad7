public import Domain

/// Which stretches of time are alike, so that night is compared with night (spec: drift, same hours).
public enum Stratification: String, CaseIterable, Hashable, Sendable {
  /// The hour of the day, UTC: 0...23.
  case hour
  /// The day of the week, UTC: 0 is Monday.
  case weekday

  /// How many strata there are.
  public var count: Int { self == .hour ? 24 : 7 }
  /// How long one lasts.
  public var length: Duration { self == .hour ? .seconds(3_600) : .seconds(86_400) }
  /// After how long each has come once.
  public var period: Duration { length * count }

  /// The stratum that an instant belongs to.
  public func stratum(of instant: Timestamp) -> Int {
    let index = instant.floored(to: length).nanoseconds / length.nanoseconds
    // The epoch was a Thursday.
    let shifted = index + (self == .weekday ? 3 : 0)
    let count = Int64(count)
    return Int((shifted % count + count) % count)
  }

  /// `14–15 h UTC`, `Tuesday`.
  public func name(of stratum: Int) -> String {
    switch self {
    case .hour: "\(stratum)–\(stratum + 1) h UTC"
    case .weekday:
      ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"][min(6, max(0, stratum))]
    }
  }
}
