import RealModule

/// Which of many watched series page, when the whole dashboard may take only so many false pages: e-BH's rule applied to
/// detector statistics (spec: drift, formula 9). Those are no e-values at a fixed time; the rate is measured by the
/// self-test, not claimed.
public enum SeriesRanking {
  /// The places of the series that page, the strongest evidence first.
  ///
  /// - Parameters:
  ///   - logStatistics: each series' log statistic after this tick.
  ///   - ticksPerFalsePage: how many ticks a false page may be allowed to take, at least 1.
  public static func pages(_ logStatistics: [Double], ticksPerFalsePage: Double) -> [Int] {
    let order = logStatistics.indices.sorted { (-logStatistics[$0], $0) < (-logStatistics[$1], $1) }
    let budget = Double.log(Double(logStatistics.count) * max(1, ticksPerFalsePage))
    let last = order.indices.last { logStatistics[order[$0]] >= budget - Double.log(Double($0 + 1)) }
    return last.map { Array(order[...$0]) } ?? []
  }
}
