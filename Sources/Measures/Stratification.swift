public import Domain

/// Which stretches of time are alike, so that night is compared with night (spec: drift, same hours).
public enum Stratification: String, CaseIterable, Hashable, Sendable {
  /// The hour of the day, UTC: 0...23.
  case hour
  /// The day of the week, UTC: 0 is Monday.
  case weekday
  /// The hour of the week, UTC: 0 is Monday's first. Where that hour has too few rows, the same hour of all days.
  case hourOfWeek = "hour-of-week"

  /// How many strata there are.
  public var count: Int {
    switch self {
    case .hour: 24
    case .weekday: 7
    case .hourOfWeek: 168
    }
  }
  /// How long one lasts.
  public var length: Duration { self == .weekday ? .seconds(86_400) : .seconds(3_600) }
  /// After how long each has come once.
  public var period: Duration { length * count }

  /// The stratum that an instant belongs to.
  public func stratum(of instant: Timestamp) -> Int {
    let index = instant.floored(to: length).nanoseconds / length.nanoseconds
    // The epoch was a Thursday.
    let shifted = index + (self == .weekday ? 3 : self == .hourOfWeek ? 72 : 0)
    let count = Int64(count)
    return Int((shifted % count + count) % count)
  }

  /// `14–15 h UTC`, `Tuesday`.
  public func name(of stratum: Int) -> String {
    switch self {
    case .hour: "\(stratum)–\(stratum + 1) h UTC"
    case .weekday:
      ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"][min(6, max(0, stratum))]
    case .hourOfWeek: Self.weekday.name(of: stratum / 24) + " " + Self.hour.name(of: stratum % 24)
    }
  }

  /// The strata that stand in for one with too few rows, itself among them; none where nothing does.
  public func substitutes(for stratum: Int) -> [Int] {
    self == .hourOfWeek ? (0..<7).map { $0 * 24 + stratum % 24 } : []
  }

  /// What strata are called together.
  public var plural: String {
    switch self {
    case .hour: "hours"
    case .weekday: "weekdays"
    case .hourOfWeek: "hours of the week"
    }
  }
}
