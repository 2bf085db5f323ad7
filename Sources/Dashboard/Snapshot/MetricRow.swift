public import Domain

/// One metric: its recent course, its value now and its limit.
public struct MetricRow: Equatable, Sendable {
  /// Which side of the service a metric speaks of.
  public enum Aspect: String, CaseIterable, Sendable {
    /// How the machinery does.
    case technical
    /// What the service is worth to its users and owners.
    case business
    /// Whether it harms anybody.
    case safety
    /// Whether its answers are good.
    case quality
  }

  /// How a metric stands against its limit.
  public enum Health: String, Sendable {
    /// Within the limit, or without one.
    case ok
    /// Beyond the warning limit.
    case warn
    /// Beyond the alarm limit.
    case alarm
    /// No fresh data: unknown.
    case stale
    /// Too few rows to say: unknown.
    case tooFew = "too_few"
  }

  /// The metric's name in the configuration.
  public var name: String
  /// The name that is shown.
  public var title: String
  /// Which side of the service it speaks of.
  public var aspect: Aspect
  /// The unit of every value here: `ms`, `s`, `share` (0…1, shown in percent), `%`, `usd`, `eur`, `bytes`, `1/s`,
  /// `usd/s` and `eur/s` (shown a second, a minute or an hour), or any other text, which is not shown; empty for a
  /// plain number.
  public var unit: String
  /// Values of evenly spaced buckets, aligned to the clock, newest last; nil where a bucket had no rows.
  public var samples: [Double?]
  /// The length of a bucket in seconds.
  public var bucketSeconds: Int
  /// The end of the newest bucket; nil when there are none.
  public var end: Timestamp?
  /// The value of the present window.
  public var now: Double?
  /// The smallest sample of the shown window.
  public var minimum: Double?
  /// The largest sample of the shown window.
  public var maximum: Double?
  /// The limit that the organisation tolerates.
  public var limit: MetricLimit?
  /// How the metric stands against it.
  public var health: Health
  /// Time without data, for a stale metric.
  public var staleFor: Duration?
  /// How many rows the present value rests on.
  public var count: Int?

  /// Creates a row; what is not given is unknown.
  public init(
    name: String, title: String, aspect: Aspect, unit: String = "", samples: [Double?] = [], bucketSeconds: Int = 10,
    end: Timestamp? = nil, now: Double? = nil, minimum: Double? = nil, maximum: Double? = nil,
    limit: MetricLimit? = nil, health: Health = .ok, staleFor: Duration? = nil, count: Int? = nil
  ) {
    self.name = name
    self.title = title
    self.aspect = aspect
    self.unit = unit
    self.samples = samples
    self.bucketSeconds = bucketSeconds
    self.end = end
    self.now = now
    self.minimum = minimum
    self.maximum = maximum
    self.limit = limit
    self.health = health
    self.staleFor = staleFor
    self.count = count
  }
}

/// The bounds of a metric, in the metric's own unit.
public struct MetricLimit: Equatable, Sendable {
  /// Which side of a bound is bad.
  public enum Direction: String, Sendable {
    /// Values above the bound are bad.
    case above
    /// Values below the bound are bad.
    case below
  }

  /// The bound of a warning.
  public var warn: Double?
  /// The bound of an alarm.
  public var alarm: Double?
  /// Which side of a bound is bad.
  public var direction: Direction
  /// Text to show in place of the bounds, such as `14.4x burn`.
  public var text: String?

  /// Creates a limit.
  public init(warn: Double? = nil, alarm: Double? = nil, direction: Direction = .above, text: String? = nil) {
    self.warn = warn
    self.alarm = alarm
    self.direction = direction
    self.text = text
  }

  /// How a value stands against the bounds.
  public func health(of value: Double) -> MetricRow.Health {
    func beyond(_ bound: Double?) -> Bool {
      guard let bound else { return false }
      return direction == .above ? value > bound : value < bound
    }
    return beyond(alarm) ? .alarm : beyond(warn) ? .warn : .ok
  }
}
