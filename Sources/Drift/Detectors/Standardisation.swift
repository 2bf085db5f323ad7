/// Makes values of any unit comparable with thresholds in deviations.
public struct Standardisation: Hashable, Sendable {
  /// What is taken off.
  public let mean: Double
  /// What the rest is divided by: the standard deviation of the values as a whole population.
  public let deviation: Double

  /// Uses a known mean and deviation; nil when the deviation is not above 0.
  public init?(mean: Double, deviation: Double) {
    guard mean.isFinite, deviation.isFinite, deviation > 0 else { return nil }
    self.mean = mean
    self.deviation = deviation
  }

  /// Learns from values; nil when there are none, when all are the same, and when one is infinite.
  public init?(values: some Collection<Double>) {
    guard !values.isEmpty else { return nil }
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.init(mean: mean, deviation: (squares / Double(values.count)).squareRoot())
  }

  /// A value in deviations from the mean.
  public func callAsFunction(_ value: Double) -> Double { (value - mean) / deviation }
}
