/// Page and Hinkley's test for a mean that moves up or down, with the running mean as the reference (spec: drift,
/// formula 11). Its threshold is in the unit of the values: give it standardised ones.
public struct PageHinkley: OnlineDetector, Hashable {
  /// The change that is tolerated.
  public let delta: Double
  /// The sum at which a change is reported.
  public let threshold: Double
  /// How much of the sums each step keeps.
  public let alpha: Double
  /// The values before which nothing is reported.
  public let leastValues: Int

  private var count = 0
  private var mean = 0.0
  private var (increase, least, leastAt) = (0.0, Double.infinity, 0)
  private var (decrease, greatest, greatestAt) = (0.0, -Double.infinity, 0)
  private var mustRestart = false

  /// Creates a test that has seen nothing.
  public init(delta: Double = 0.005, threshold: Double = 50, alpha: Double = 0.9999, leastValues: Int = 30) {
    self.delta = delta
    self.threshold = threshold
    self.alpha = alpha
    self.leastValues = leastValues
  }

  /// Takes the next value; after a change the test starts anew with the one that follows.
  public mutating func update(_ value: Double) -> Int? {
    if mustRestart {
      self = PageHinkley(delta: delta, threshold: threshold, alpha: alpha, leastValues: leastValues)
    }
    count += 1
    mean += (value - mean) / Double(count)
    let distance = value - mean
    increase = alpha * increase + distance - delta
    decrease = alpha * decrease + distance + delta
    if increase < least { (least, leastAt) = (increase, count) }
    if decrease > greatest { (greatest, greatestAt) = (decrease, count) }
    guard count >= leastValues else { return nil }
    if increase - least > threshold {
      mustRestart = true
      return count - leastAt - 1
    }
    guard greatest - decrease > threshold else { return nil }
    mustRestart = true
    return count - greatestAt - 1
  }
}
