/// A share with what it rests on.
public struct Proportion: Hashable, Sendable {
  /// How many of ``count``.
  public var hits: Int
  /// Of how many.
  public var count: Int

  /// Creates a share; `hits` is at most `count`, neither is negative.
  public init(_ hits: Int, of count: Int) {
    self.count = max(0, count)
    self.hits = min(max(0, hits), self.count)
  }

  /// The share, 0…1; nil when nothing was counted.
  public var value: Double? { count > 0 ? Double(hits) / Double(count) : nil }

  /// The 95 % score interval (E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference",
  /// 1927); 0…1 when nothing was counted.
  public var interval: ClosedRange<Double> {
    guard count > 0 else { return 0...1 }
    let (n, p, z) = (Double(count), Double(hits) / Double(count), 1.959963984540054)
    let scale = 1 + z * z / n
    let centre = (p + z * z / (2 * n)) / scale
    let half = z / scale * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    // At the ends rounding must not leave 0 or 1 outside.
    let low = hits == 0 ? 0 : max(0, centre - half)
    let high = hits == count ? 1 : min(1, centre + half)
    return low...high
  }

  /// `{n, hits, value, low, high}`; unknown where nothing was counted.
  public var json: JSON {
    let interval = interval
    return [
      "n": JSON(count), "hits": JSON(hits), "value": JSON(value), "low": JSON(count > 0 ? interval.lowerBound : nil),
      "high": JSON(count > 0 ? interval.upperBound : nil),
    ]
  }

  /// `70 % (40–89 %, n 10)`.
  public var sentence: String {
    guard let value else { return "unknown (n 0)" }
    func percent(_ share: Double) -> Int { Int((share * 100).rounded()) }
    return "\(percent(value)) % (\(percent(interval.lowerBound))–\(percent(interval.upperBound)) %, n \(count))"
  }
}
