/// Many tests at once with the share of false discoveries controlled: Benjamini and Hochberg, Journal of the Royal
/// Statistical Society B 57 (1995).
public enum BenjaminiHochberg {
  /// The adjusted p-values, in the order of the raw ones.
  public static func adjusted(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    var adjusted = values
    var least = 1.0
    for (rank, index) in order.enumerated().reversed() {
      least = min(least, values[index] * Double(values.count) / Double(rank + 1))
      adjusted[index] = least
    }
    return adjusted
  }

  /// The places of the tests that are rejected when at most the share `alpha` of the rejections may be false.
  public static func rejected(_ values: [Double], alpha: Double) -> [Int] {
    let adjusted = adjusted(values)
    return values.indices.filter { adjusted[$0] <= alpha }
  }
}
