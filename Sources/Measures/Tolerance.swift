/// How much a metric may move before somebody is told.
public struct Tolerance: Hashable, Sendable {
  /// Where a value stands against its marks.
  public enum Judgement: String, Hashable, Sendable {
    /// Within the marks.
    case ok
    /// Beyond the first mark.
    case warn
    /// Beyond the second mark.
    case alarm
    /// Fewer rows than the tolerance wants before it says anything.
    case tooFew = "too_few"
    /// There is no value.
    case unknown
  }

  /// Which number of the summary is judged.
  public var statistic: Statistic
  /// The first mark; nil when there is none.
  public var warn: Double?
  /// The second mark; nil when there is none.
  public var alarm: Double?
  /// The number of rows below which nothing is said.
  public var minimumCount: Int

  /// Creates a tolerance.
  public init(of statistic: Statistic, warn: Double? = nil, alarm: Double? = nil, minimumCount: Int = 1) {
    self.statistic = statistic
    self.warn = warn
    self.alarm = alarm
    self.minimumCount = minimumCount
  }

  /// Whether small values are the bad ones: so when the alarm mark lies below the warning mark.
  public var isLowBad: Bool {
    guard let warn, let alarm else { return false }
    return alarm < warn
  }

  /// Judges a value that rests on `count` rows. A value on a mark is still within it.
  public func judge(_ value: Double?, _ count: Int) -> Judgement {
    guard let value, value.isFinite else { return .unknown }
    guard count >= minimumCount else { return .tooFew }
    func isBeyond(_ mark: Double?) -> Bool {
      guard let mark else { return false }
      return isLowBad ? value < mark : value > mark
    }
    if isBeyond(alarm) { return .alarm }
    return isBeyond(warn) ? .warn : .ok
  }
}
