/// The two-sided tabular CUSUM of Page (Biometrika 41, 1954) on values standardised by a known mean and deviation.
///
/// With the default slack of 0.5 and threshold of 8 deviations, independent normal values alarm about once in 10,000;
/// a shift of one deviation is seen after about 17 values.
public struct CumulativeSum: OnlineDetector, Hashable {
  /// The mean when all is well.
  public let mean: Double
  /// The standard deviation when all is well; above 0.
  public let deviation: Double
  /// Half of the shift that is looked for, in deviations.
  public let slack: Double
  /// The sum at which a change is reported, in deviations.
  public let threshold: Double

  private var (up, upAge) = (0.0, 0)
  private var (down, downAge) = (0.0, 0)

  /// Creates sums that have seen nothing; nil when the deviation is not above 0.
  public init?(mean: Double, deviation: Double, slack: Double = 0.5, threshold: Double = 8) {
    guard mean.isFinite, deviation.isFinite, deviation > 0 else { return nil }
    self.mean = mean
    self.deviation = deviation
    self.slack = slack
    self.threshold = threshold
  }

  /// Takes the next value; after a change both sums start at 0. The change began where the sum last left 0.
  public mutating func update(_ value: Double) -> Int? {
    let distance = (value - mean) / deviation
    up += distance - slack
    upAge += 1
    if up <= 0 { (up, upAge) = (0, 0) }
    down -= distance + slack
    downAge += 1
    if down <= 0 { (down, downAge) = (0, 0) }
    guard up > threshold || down > threshold else { return nil }
    let age = up > threshold ? upAge : downAge
    (up, upAge, down, downAge) = (0, 0, 0, 0)
    return max(0, age - 1)
  }
}
