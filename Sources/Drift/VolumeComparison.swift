public import Domain

/// How many records came in a stretch of time, beside the same hours of earlier days (data quality: volume).
///
/// A log that thins out to a half, or doubles, is not judged by its neighbours, which may have thinned out too, nor by a mean
/// over nights and days.
public struct VolumeComparison: Hashable, Sendable {
  /// What the counts say.
  public enum Verdict: String, Hashable, Sendable {
    /// Within a factor of two of the earlier days.
    case ok
    /// Fewer than half of the fewest on any earlier day.
    case fewer
    /// More than twice the most on any earlier day.
    case more
    /// Fewer than three earlier days are known, or nothing ever came.
    case tooFew = "too_few"
  }

  /// Fewer earlier days say nothing.
  public static var leastDays: Int { 3 }

  /// The records now.
  public let now: Int
  /// Those of the same hours of earlier days, yesterday first.
  public let earlier: [Int]
  /// How long the stretch is.
  public let length: Duration

  /// Puts counts side by side.
  public init(now: Int, earlier: [Int], length: Duration) {
    self.now = now
    self.earlier = earlier
    self.length = length
  }

  /// The median of the earlier days, the lower one of two; nil without any.
  public var median: Int? { earlier.isEmpty ? nil : earlier.sorted()[(earlier.count - 1) / 2] }

  /// What the counts say.
  public var verdict: Verdict {
    guard earlier.count >= Self.leastDays, let least = earlier.min(), let most = earlier.max(), most > 0 else {
      return .tooFew
    }
    // Small counts vary by themselves: a margin of three standard deviations of a Poisson count on either side.
    let (low, high) = (Double(least) / 2, Double(most) * 2)
    if Double(now) + 3 * Double(now).squareRoot() < low { return .fewer }
    if Double(now) - 3 * Double(now).squareRoot() > high { return .more }
    return .ok
  }

  /// What is out of the ordinary, in words; nil when nothing is.
  public var note: String? {
    guard verdict == .fewer || verdict == .more, let least = earlier.min(), let most = earlier.max() else { return nil }
    return "\(now) rows in \(length.short), \(least) to \(most) in the same hours of the last \(earlier.count) days: "
      + (verdict == .fewer ? "is the log complete?" : "is anything counted twice, or is it asked more?")
  }

  /// The member `volume` of a column's document.
  public var json: JSON {
    [
      "now": JSON(now), "same_hours": .array(earlier.map { JSON($0) }), "median": JSON(median),
      "length": JSON(length.inSeconds), "verdict": .string(verdict.rawValue),
    ]
  }
}
